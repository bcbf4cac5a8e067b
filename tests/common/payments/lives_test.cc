// Whatever the order, however often, with whatever left lying in between: a life that Stripe tells
// ends here as it ended there. Lives are made by chance, from a fixed seed; each event of them has
// only whole seconds to tell when it happened, and several share one.
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <optional>
#include <random>

#include "common/payments/payments.h"
#include "tests/support/house.h"
#include "tests/support/stripe_life.h"

using namespace std::chrono_literals;

namespace {

struct End {
    std::string status;
    std::optional<Instant> period_end;
    bool cancels = false;
    std::string plan;
    static constexpr auto fields() {
        return std::tuple{Field{"status", &End::status},
                          Field{"current_period_end", &End::period_end},
                          Field{"cancels", &End::cancels}, Field{"plan", &End::plan}};
    }
};

constexpr Statement find_end{
    "test.find_end",
    "select s.status, s.current_period_end, s.cancel_at_period_end as cancels, e.plan_code as plan "
    "from subscriptions s join entitlements e on e.user_id = s.user_id "
    "where s.stripe_subscription_id = $1",
    true};
constexpr Statement count_waiting{"test.count_waiting",
                                  "select count(*) from stripe_events where state <> 'done'", true};
constexpr Statement count_letters{
    "test.count_letters",
    "select count(*) from outbox where template = 'payment_failed' and user_id = $1", true};
constexpr const Statement* own[] = {&find_end, &count_waiting, &count_letters};

std::vector<Statements> statements() {
    auto all = payments::statements();
    all.emplace_back(own);
    return all;
}

using Random = std::minstd_rand;

int pick(Random& random, int below) {
    return std::uniform_int_distribution<int>{0, below - 1}(random);
}

class StripeLives : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StripeLives);
    CPPUNIT_TEST(end_as_they_ended_at_stripe);
    CPPUNIT_TEST(all_orders_of_a_first_purchase_end_alike);
    CPPUNIT_TEST(all_orders_of_a_failure_and_its_payment_end_alike);
    CPPUNIT_TEST(what_ended_stays_ended);
    CPPUNIT_TEST_SUITE_END();

    std::optional<House> house;
    std::optional<Outbox> outbox;
    std::optional<Entitlements> entitlements;
    std::optional<Payments> payments;

  public:
    void setUp() override {
        house.emplace(statements());
        outbox.emplace(house->db, house->box);
        entitlements.emplace(house->db, Revocations{house->redis}, 1, 900s);
        PaymentRules rules;
        rules.card_key = Bytes(32);
        payments.emplace(house->db, *outbox, *entitlements,
                         Notifications{house->db, house->redis, house->messages}, rules);
        house->person("bor");
    }
    void tearDown() override { house.reset(); }

  private:
    static std::int64_t yesterday() { return unix_seconds(system_now()) - 86'400; }

    StripeLife new_life(const std::string& name) {
        auto start = yesterday();
        return {name, "cus_" + name, start, start + 10 * 86'400};
    }

    // Stored by one process that dies, or also applied; some twice.
    void deliver(std::vector<std::string> events, Random& random) {
        std::shuffle(events.begin(), events.end(), random);
        std::vector<std::string> left;
        for (const auto& one : events) {
            bool killed = pick(random, 4) == 0;
            if (killed) left.push_back(payments->inbox().take(one));
            if (!killed) payments->receive(one);
            if (pick(random, 5) == 0)
                payments->receive(events[pick(random, static_cast<int>(events.size()))]);
        }
        std::shuffle(left.begin(), left.end(), random);
        for (const auto& id : left) payments->apply(id);
    }

    void check(const StripeLife& life, const std::string& story) {
        auto end = house->db.get<End>(find_end, life.id);
        bool live =
            life.status == "active" || life.status == "trialing" || life.status == "past_due";
        CPPUNIT_ASSERT_EQUAL_MESSAGE(story, life.status, end.status);
        auto plan = life.price.substr(6, life.price.find('_', 6) - 6);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(story, live ? plan : "free", end.plan);
        if (!live) return;
        CPPUNIT_ASSERT_EQUAL_MESSAGE(story, life.cancels, end.cancels);
        CPPUNIT_ASSERT_MESSAGE(story, end.period_end == from_unix(life.period_end));
    }

    // Some steps share a second with the one before; never so many that their order is lost.
    void step(StripeLife& life, Random& random, int& in_second) {
        if (pick(random, 3) > 0 || in_second >= 3) {
            life.now += 1 + pick(random, 900);
            in_second = 0;
        }
        ++in_second;
        const char* prices[] = {"price_basic_monthly", "price_family_monthly",
                                "price_premium_monthly"};
        bool owing = life.status == "past_due";
        switch (pick(random, 6)) {
            case 0:
                return life.set_cancels(!life.cancels);
            case 1: {
                auto price = prices[pick(random, 3)];
                if (price != life.price) life.change_price(price);
                return;
            }
            case 2:
                return owing ? life.pay() : life.renew(30 * 86'400);
            case 3:
                return life.fail();
            case 4:
                return owing ? life.void_invoice() : life.set_cancels(!life.cancels);
            default:
                return owing ? life.pay() : life.renew(86'400);
        }
    }

    StripeLife random_life(Random& random, const std::string& name) {
        auto life = new_life(name);
        life.basil = pick(random, 2);
        const char* beginnings[] = {"incomplete", "active", "trialing"};
        life.status = beginnings[pick(random, 3)];
        if (life.status == "trialing") life.trial_end = life.period_end;
        life.create();
        int in_second = 1;
        if (life.status == "incomplete") life.become("active");
        for (int steps = pick(random, 12); steps > 0; --steps) step(life, random, in_second);
        if (pick(random, 4) == 0) {
            life.now += pick(random, 2);
            life.end();
        }
        life.bind(house->person("bor").id.text());
        return life;
    }

    void end_as_they_ended_at_stripe() {
        for (int seed = 1; seed <= 150; ++seed) {
            Random random(seed);
            house->db.begin();
            auto life = random_life(random, "r" + std::to_string(seed));
            deliver(life.events, random);
            // Those that came before the customer was known.
            for (int i = 0; i < 2; ++i) {
                for (const auto& one : life.events) payments->receive(one);
            }
            check(life, "seed " + std::to_string(seed));
            CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, house->db.get<std::int64_t>(count_waiting));
            house->db.rollback();
        }
    }

    template <class Check>
    void in_all_orders(std::vector<std::string> events, Check checked) {
        std::sort(events.begin(), events.end());
        do {
            house->db.begin();
            for (const auto& one : events) payments->receive(one);
            checked();
            house->db.rollback();
        } while (std::next_permutation(events.begin(), events.end()));
    }

    void all_orders_of_a_first_purchase_end_alike() {
        auto life = new_life("first");
        life.bind(house->person("bor").id.text());
        life.create();
        life.open_invoice = "in_first";
        life.pay();
        in_all_orders(life.events, [&] { check(life, "first purchase"); });
    }

    void all_orders_of_a_failure_and_its_payment_end_alike() {
        auto life = new_life("failing");
        life.user = house->person("bor").id.text();
        life.status = "active";
        life.create();
        life.now += 60;
        life.fail();
        life.now += 60;
        life.pay();
        in_all_orders(life.events, [&] { check(life, "failed and paid"); });
    }

    void what_ended_stays_ended() {
        auto life = new_life("ended");
        life.user = house->person("bor").id.text();
        life.status = "active";
        life.create();
        life.now += 5;
        life.end();
        auto late = life;
        late.now += 1000;
        late.status = "active";
        late.renew(86'400);
        in_all_orders({life.events[0], life.events[1], late.events[2]},
                      [&] { check(life, "ended"); });
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(StripeLives);

}  // namespace
