#include <cppunit/extensions/HelperMacros.h>

#include "tests/workers/admin/desk.h"

namespace {

using namespace std::string_literals;
using admin::Desk;

class GiftsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(GiftsTest);
    CPPUNIT_TEST(gives_credits_and_says_what_is_there);
    CPPUNIT_TEST(takes_credits_but_never_below_nothing);
    CPPUNIT_TEST(keeps_balances_the_sum_of_transfers);
    CPPUNIT_TEST(gives_once_for_one_key);
    CPPUNIT_TEST(refuses_amounts_that_are_none);
    CPPUNIT_TEST(gives_nothing_to_nobody);
    CPPUNIT_TEST(notes_what_moved);
    CPPUNIT_TEST(gives_a_subscription);
    CPPUNIT_TEST(replaces_what_was_given_before);
    CPPUNIT_TEST(leaves_what_is_paid);
    CPPUNIT_TEST(refuses_an_end_in_the_past_and_an_unknown_plan);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override {
        desk_.emplace();
        for (const char* name : {"eva", "ana", "bor", "cene", "rok"}) desk_->house.person(name);
    }
    void tearDown() override { desk_.reset(); }

    void gives_credits_and_says_what_is_there() {
        auto answer = add("rok", "10000", "Initial reseller credit package");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 200, answer.status);
        CPPUNIT_ASSERT_EQUAL(id("rok"), answer.text("user_id"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10'000}, answer.number("credits_balance"));
        CPPUNIT_ASSERT_EQUAL("admin_grant"s, answer.text("transaction.type"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10'000}, answer.number("transaction.amount"));
        CPPUNIT_ASSERT_EQUAL(id("eva"), answer.text("transaction.actor_id"));
        auto dossier = desk_->get(desk_->path("rok"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10'000}, dossier.number("user.credits_balance"));
        CPPUNIT_ASSERT_EQUAL("Initial reseller credit package"s,
                             dossier.text("ledger.0.description"));
        CPPUNIT_ASSERT_EQUAL(200, add("ana", "1000", "Compensation").status);
    }

    void takes_credits_but_never_below_nothing() {
        add("rok", "100", "");
        auto answer = add("rok", "-101", "too much");
        CPPUNIT_ASSERT_EQUAL(402, answer.status);
        CPPUNIT_ASSERT_EQUAL("insufficient_credits"s, answer.code());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{101}, answer.number("required"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{100}, answer.number("balance"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, desk_->log_of(id("rok")).number("pagination.total"));
        answer = add("rok", "-100", "all of it");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, answer.number("credits_balance"));
        CPPUNIT_ASSERT_EQUAL("adjustment"s, answer.text("transaction.type"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{-100}, answer.number("transaction.amount"));
    }

    void keeps_balances_the_sum_of_transfers() {
        for (const char* amount : {"5000", "-1", "1000000000", "-499", "-5000000000", "7"}) {
            add("rok", amount, "");
        }
        auto balance = desk_->get(desk_->path("rok")).number("user.credits_balance");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5000 - 1 + 1'000'000'000 - 499 + 7}, balance);
        CPPUNIT_ASSERT_EQUAL(balance, desk_->house.db.get<std::int64_t>(
                                          admin::sum_of, desk_->house.person("rok").id));
    }

    void gives_once_for_one_key() {
        auto first = add("rok", "50", "", "one-gift"), second = add("rok", "50", "", "one-gift");
        CPPUNIT_ASSERT_EQUAL("true"s, second.header("Idempotent-Replayed"));
        CPPUNIT_ASSERT_EQUAL(first.text("transaction.id"), second.text("transaction.id"));
        CPPUNIT_ASSERT_EQUAL(422, add("rok", "51", "", "one-gift").status);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{50},
                             desk_->get(desk_->path("rok")).number("user.credits_balance"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, desk_->log_of(id("rok")).number("pagination.total"));
    }

    void refuses_amounts_that_are_none() {
        for (const char* amount : {"0", "1.5", "\"10\"", "null", "1000000001", "-1000000001", "1e3",
                                   "true", "99999999999999999999"}) {
            auto answer = add("rok", amount, "");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(amount + answer.body, 400, answer.status);
        }
        CPPUNIT_ASSERT_EQUAL(400, add("rok", "1", std::string(501, 'x')).status);
    }

    void gives_nothing_to_nobody() {
        auto body = R"({"user_id":")" + Uuid::make().text() + R"(","amount":5,"description":"x"})";
        CPPUNIT_ASSERT_EQUAL(404, desk_->ask(Method::post, "/credits/add", body).status);
        CPPUNIT_ASSERT_EQUAL(
            400, desk_->ask(Method::post, "/credits/add", R"({"user_id":"x","amount":5})").status);
    }

    void notes_what_moved() {
        add("rok", "100", "first");
        add("rok", "-30", "second");
        auto log = desk_->log_of(id("rok"));
        CPPUNIT_ASSERT_EQUAL("credits_moved"s, log.text("audit.0.action"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{100}, log.number("audit.0.before.credits_balance"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{70}, log.number("audit.0.after.credits_balance"));
        CPPUNIT_ASSERT_EQUAL("second"s, log.text("audit.0.after.description"));
    }

    void gives_a_subscription() {
        auto answer = give("bor", "premium", "2099-01-01T00:00:00Z");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 200, answer.status);
        CPPUNIT_ASSERT_EQUAL("premium"s, answer.text("subscription.plan"));
        CPPUNIT_ASSERT_EQUAL("manual"s, answer.text("subscription.source"));
        CPPUNIT_ASSERT_EQUAL("2099-01-01T00:00:00.000Z"s,
                             answer.text("subscription.current_period_end"));
        CPPUNIT_ASSERT_EQUAL("premium"s, plan_of("bor"));
        auto log = desk_->log_of(id("bor"));
        CPPUNIT_ASSERT_EQUAL("subscription_given"s, log.text("audit.0.action"));
        CPPUNIT_ASSERT_EQUAL("support case"s, log.text("audit.0.after.reason"));
    }

    void replaces_what_was_given_before() {
        give("cene", "basic", "2099-01-01T00:00:00Z");
        CPPUNIT_ASSERT_EQUAL("basic"s, plan_of("cene"));  // premium was a gift as well
        give("cene", "family", "2099-01-01T00:00:00Z");
        give("cene", "basic", "2098-01-01T00:00:00Z");
        CPPUNIT_ASSERT_EQUAL("basic"s, plan_of("cene"));
        auto log = desk_->log_of(id("cene"));
        CPPUNIT_ASSERT_EQUAL("family"s, log.text("audit.0.before.plan"));
        CPPUNIT_ASSERT_EQUAL("2099-01-01T00:00:00.000Z"s, log.text("audit.0.before.until"));
    }

    void leaves_what_is_paid() {
        desk_->house.db.run(admin::pay_by_card, desk_->house.person("bor").id, "premium");
        CPPUNIT_ASSERT_EQUAL(200, give("bor", "basic", "2099-01-01T00:00:00Z").status);
        CPPUNIT_ASSERT_EQUAL("premium"s, plan_of("bor"));
    }

    void refuses_an_end_in_the_past_and_an_unknown_plan() {
        CPPUNIT_ASSERT_EQUAL(400, give("bor", "basic", "2020-01-01T00:00:00Z").status);
        CPPUNIT_ASSERT_EQUAL(400, give("bor", "basic", "soon").status);
        auto path = desk_->path("bor") + "/subscription";
        auto body = R"({"plan_id":")" + Uuid::make().text() + R"(","reason":"x"})";
        CPPUNIT_ASSERT_EQUAL(400, desk_->ask(Method::post, path, body).status);
        CPPUNIT_ASSERT_EQUAL(400, desk_->ask(Method::post, path, "{}").status);
        CPPUNIT_ASSERT_EQUAL("free"s, plan_of("bor"));
    }

  private:
    std::string id(const std::string& name) { return desk_->house.person(name).id.text(); }
    Answered add(const std::string& name, const std::string& amount, const std::string& description,
                 const std::string& key = "") {
        return desk_->ask(Method::post, "/credits/add",
                          R"({"user_id":")" + id(name) + R"(","amount":)" + amount +
                              R"(,"description":")" + description + "\"}",
                          key);
    }
    Answered give(const std::string& name, const char* plan, const std::string& until) {
        return desk_->ask(Method::post, desk_->path(name) + "/subscription",
                          R"({"plan_id":")" + desk_->plan(plan) + R"(","until":")" + until +
                              R"(","reason":"support case"})");
    }
    std::string plan_of(const std::string& name) {
        return desk_->house.db.get<std::string>(admin::plan_of, desk_->house.person(name).id);
    }

    std::optional<Desk> desk_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(GiftsTest);

}  // namespace
