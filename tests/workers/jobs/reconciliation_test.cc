// What never came is fetched, and what went wrong is put right.
#include "workers/jobs/reconciliation.h"

#include <cppunit/extensions/HelperMacros.h>

#include <optional>

#include "tests/support/house.h"
#include "tests/support/http_stub.h"
#include "tests/support/stripe_life.h"
#include "workers/jobs/reconciliation_sql.h"

using namespace std::chrono_literals;

namespace {

constexpr Statement corrupt{"test.corrupt",
                            "update subscriptions set status = 'canceled', stripe_status = "
                            "'canceled', reconciled_at = now() - interval '2 days' "
                            "where stripe_subscription_id = $1",
                            false};
constexpr Statement find_plan{"test.find_plan",
                              "select plan_code from entitlements where user_id = $1", true};
constexpr Statement count_events{"test.count_events", "select count(*) from stripe_events", true};
constexpr Statement share_card{
    "test.share_card",
    "insert into trial_cards (digest, user_id, created_at) "
    "values (sha256('c'), $1, now() - interval '1 day'), (sha256('c'), $2, now())",
    false};
constexpr const Statement* own[] = {&corrupt, &find_plan, &count_events, &share_card};

std::vector<Statements> statements() {
    auto all = payments::statements();
    all.insert(all.end(), {jobs::sql::reconciliation, Statements{own}});
    return all;
}

class ReconciliationTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ReconciliationTest);
    CPPUNIT_TEST(fetches_events_that_never_came);
    CPPUNIT_TEST(repairs_what_differs);
    CPPUNIT_TEST(leaves_alone_what_agrees);
    CPPUNIT_TEST(ends_a_second_trial_with_one_card);
    CPPUNIT_TEST_SUITE_END();

    std::optional<House> house;
    std::optional<HttpStub> stub;
    std::vector<std::string> asked;
    std::function<std::string()> says;
    std::optional<Outbox> outbox;
    std::optional<Entitlements> entitlements;
    std::optional<Payments> payments;
    std::optional<Stripe> stripe;
    std::optional<jobs::Reconciliation> reconciliation;

  public:
    void setUp() override {
        asked.clear();
        stub.emplace([this](const std::string& request) {
            asked.push_back(request);
            return HttpStub::ok(says());
        });
        house.emplace(statements());
        outbox.emplace(house->db, house->box);
        entitlements.emplace(house->db, Revocations{house->redis}, 1, 900s);
        PaymentRules rules;
        rules.card_key = Bytes(32);
        payments.emplace(house->db, *outbox, *entitlements,
                         Notifications{house->db, house->redis, house->messages}, rules);
        stripe.emplace(
            StripeOptions{.base = stub->url(""), .key = Secret{"sk_test_1"}, .version = "v"});
        reconciliation.emplace(house->db, *stripe, *payments);
    }
    void tearDown() override {
        house.reset();
        stub.reset();
    }

  private:
    StripeLife life_of_bor() {
        auto now = unix_seconds(system_now());
        StripeLife life{"one", "cus_one", now - 600, now + 86'400};
        life.user = house->person("bor").id.text();
        life.status = "active";
        life.create();
        return life;
    }
    std::string plan() { return house->db.get<std::string>(find_plan, house->person("bor").id); }

    void fetches_events_that_never_came() {
        auto life = life_of_bor();
        life.now += 5;
        life.change_price("price_family_monthly");
        int page = 0;
        says = [&] {
            ++page;
            return R"({"object":"list","has_more":)" + std::string{page == 1 ? "true" : "false"} +
                   R"(,"data":[)" + life.events[2 - page] + "]}";
        };
        CPPUNIT_ASSERT(reconciliation->fetch_events());
        CPPUNIT_ASSERT(!reconciliation->fetch_events());
        CPPUNIT_ASSERT(asked[0].find("created[gte]=") != std::string::npos);
        CPPUNIT_ASSERT(asked[1].find("starting_after=evt_sub_one_2") != std::string::npos);
        payments->apply("evt_sub_one_1");
        payments->apply("evt_sub_one_2");
        CPPUNIT_ASSERT_EQUAL(std::string{"family"}, plan());
    }
    void repairs_what_differs() {
        auto life = life_of_bor();
        payments->receive(life.events[0]);
        house->db.run(corrupt, life.id);
        CPPUNIT_ASSERT_EQUAL(std::string{"basic"}, plan());
        life.price = "price_family_monthly";
        says = [&] { return life.subscription(); };
        CPPUNIT_ASSERT(reconciliation->compare());
        CPPUNIT_ASSERT_EQUAL(std::string{"family"}, plan());
        CPPUNIT_ASSERT(!reconciliation->compare());
        life.now += 5;  // what happens later, by Stripe's clock, counts more than what was fetched
        life.change_price("price_premium_monthly");
        payments->receive(life.events.back());
        CPPUNIT_ASSERT_EQUAL(std::string{"premium"}, plan());
    }
    void leaves_alone_what_agrees() {
        auto life = life_of_bor();
        payments->receive(life.events[0]);
        CPPUNIT_ASSERT(!reconciliation->compare());
        CPPUNIT_ASSERT(asked.empty());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, house->db.get<std::int64_t>(count_events));
    }
    void ends_a_second_trial_with_one_card() {
        auto life = life_of_bor();
        life.status = "trialing";
        life.trial_end = life.period_end;
        life.now += 5;
        life.become("trialing");
        for (const auto& one : life.events) payments->receive(one);
        house->db.run(share_card, house->person("ana").id, house->person("bor").id);
        says = [&] { return life.subscription(); };
        CPPUNIT_ASSERT(reconciliation->compare());
        CPPUNIT_ASSERT(asked[0].find("POST /v1/subscriptions/sub_one") != std::string::npos);
        CPPUNIT_ASSERT(asked[0].find("trial_end=now") != std::string::npos);
        CPPUNIT_ASSERT(!reconciliation->compare());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ReconciliationTest);

}  // namespace
