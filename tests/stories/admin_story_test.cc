// Admins in the running service: scenarios 5, 7 and 8, and that nobody else gets in.
#include <cppunit/extensions/HelperMacros.h>

#include "common/stripe/signature.h"
#include "tests/support/account.h"
#include "tests/support/expect.h"
#include "tests/support/stand_in.h"
#include "tests/support/stripe_life.h"

namespace {

using namespace std::string_literals;

const std::string root = "/api/v1/admin";
const std::string nobody = "01938000-0000-7000-8000-0000000000ff";

// Not the one that all share, whose plans others count.
World& desk() { return world_with({{"TRIAL_DAYS", "13"}}); }

// Somebody whom ops/create-admin would make.
class Admin {
  public:
    Admin() : client{desk()}, account(sign_up(client, "Eva Admin")) {
        client.world().sql("update users set role = 'admin' where id = '" + account.id + "'");
        account = sign_in(client, account);
    }
    Answered get(const std::string& path) { return client.get(root + path); }
    Answered patch(const std::string& path, const std::string& body) {
        return client.patch(root + path, body);
    }
    Answered post(const std::string& path, const std::string& body, const std::string& key) {
        return client.post(root + path, body, {{"Idempotency-Key", key + account.id}});
    }
    std::string plan(const std::string& code) {
        return client.world().sql("select id from plans where code = '" + code + "'");
    }
    Answered give(const Account& somebody, const std::string& code, const std::string& key) {
        return post("/users/" + somebody.id + "/subscription",
                    object({{"plan_id", plan(code)}, {"reason", "a story"}}), key);
    }

    Client client;
    Account account;
};

std::vector<Question> all_that_admins_ask(const Account& somebody) {
    auto user = "/users/" + somebody.id;
    std::vector<Question> questions;
    for (const auto& path : {"/stats"s, "/users"s, user, "/plans"s, "/webhooks"s, "/audit"s}) {
        questions.push_back({"GET", root + path});
    }
    auto change = [&](const char* method, const std::string& path, const std::string& body) {
        questions.push_back({method, root + path, body});
    };
    change("PATCH", user, R"({"full_name":"X"})");
    change("PATCH", user + "/role", R"({"role":"admin"})");
    change("POST", user + "/subscription", object({{"plan_id", nobody}}));
    change("POST", "/credits/add", R"({"user_id":")" + somebody.id + R"(","amount":1000000})");
    change("POST", "/plans",
           R"({"name":"Mine","price_monthly":0,"max_profiles":-1,)"
           R"("max_playlists":-1,"max_favorites":-1})");
    change("PATCH", "/plans/" + nobody, R"({"price_monthly":0})");
    questions.push_back({"DELETE", root + "/plans/" + nobody});
    change("POST", "/webhooks/evt_1/replay", "{}");
    return questions;
}

class StoryAdmin : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StoryAdmin);
    CPPUNIT_TEST(nobody_else_comes_in);
    CPPUNIT_TEST(an_admin_makes_a_reseller);
    CPPUNIT_TEST(what_is_given_counts_from_the_next_request);
    CPPUNIT_TEST(a_plan_for_a_season_is_made_and_retired);
    CPPUNIT_TEST(an_event_that_failed_is_put_right);
    CPPUNIT_TEST(who_was_let_down_gets_credits_once);
    CPPUNIT_TEST(every_deed_is_in_the_log);
    CPPUNIT_TEST_SUITE_END();

    void nobody_else_comes_in() {
        Client john{desk()}, stranger{desk()};
        auto account = sign_up(john);
        auto before = john.get("/api/v1/auth/me").body;
        for (const auto& one : all_that_admins_ask(account)) {
            expect_refusal(403, "forbidden", john.ask(one));
            expect_refusal(401, "unauthenticated", stranger.ask(one));
        }
        CPPUNIT_ASSERT_EQUAL("user"s, john.get("/api/v1/auth/me").text("user.role"));
        john.world().sql("update users set role = 'reseller' where id = '" + account.id + "'");
        account = sign_in(john, account);
        for (const auto& one : all_that_admins_ask(account)) {
            expect_refusal(403, "forbidden", john.ask(one));
        }
        auto me = john.get("/api/v1/auth/me");
        CPPUNIT_ASSERT_EQUAL("reseller"s, me.text("user.role"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, me.number("user.credits_balance"));
        CPPUNIT_ASSERT_EQUAL("John Doe"s, me.text("user.full_name"));
    }

    void an_admin_makes_a_reseller() {
        Admin eva;
        Client alex{desk()};
        auto account = sign_up(alex, "Alex Reseller");
        auto found = eva.get("/users?search=" + account.email);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, found.number("pagination.total"));
        CPPUNIT_ASSERT_EQUAL(account.id, found.text("users.0.id"));
        auto before = eva.get("/stats").number("resellers");
        expect(200, eva.patch("/users/" + account.id + "/role", R"({"role":"reseller"})"));
        CPPUNIT_ASSERT_EQUAL(before + 1, eva.get("/stats").number("resellers"));
        // The token of before has ended; the next one brings the role.
        expect_refusal(401, "unauthenticated", alex.get("/api/v1/reseller/dashboard"));
        account = sign_in(alex, account);
        auto grant = R"({"user_id":")" + account.id + R"(","amount":10000,"description":"Start"})";
        auto granted = eva.post("/credits/add", grant, "grant-");
        expect(200, granted);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10'000}, granted.number("credits_balance"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10'000},
                             alex.get("/api/v1/reseller/dashboard").number("credits_balance"));
    }

    void what_is_given_counts_from_the_next_request() {
        Admin eva;
        Client john{desk()};
        auto account = sign_up(john);
        end_trial(john, account);
        auto profile = [&](const char* name) {
            return john.post("/api/v1/profiles", object({{"name", name}}));
        };
        auto limit = [&] {
            auto answer = john.get("/api/v1/subscriptions/current");
            return parse_integer(answer.header("X-RateLimit-Limit")).value();
        };
        expect_refusal(403, "plan_limit_reached", profile("A"));
        auto before = limit();
        expect(200, eva.give(account, "premium", "up-"));
        for (const char* name : {"A", "B", "C", "D", "E"}) expect(201, profile(name));
        CPPUNIT_ASSERT_EQUAL(5 * before, limit());
        CPPUNIT_ASSERT_EQUAL("premium"s, eva.get("/users/" + account.id).text("subscription.plan"));
        expect(200, eva.give(account, "basic", "down-"));
        CPPUNIT_ASSERT_EQUAL(before, limit());
        expect_refusal(403, "plan_limit_reached", profile("F"));
    }

    void a_plan_for_a_season_is_made_and_retired() {
        Admin eva;
        auto made = eva.post("/plans",
                             R"({"name":"Black Friday","stripe_price_id":"price_bf_)" +
                                 eva.account.id + R"(","price_monthly":7.99,"max_profiles":5,)" +
                                 R"("max_playlists":10,"max_favorites":500})",
                             "plan-");
        expect(201, made);
        auto id = made.text("plan.id");
        auto on_sale = [&] {
            return eva.client.get("/api/v1/subscriptions/plans").body.find(id) != std::string::npos;
        };
        CPPUNIT_ASSERT(on_sale());
        expect(200, eva.patch("/plans/" + id, R"({"max_profiles":6})"));
        expect(200, eva.client.remove(root + "/plans/" + id));
        CPPUNIT_ASSERT(!on_sale());
    }

    // Scenario 8: somebody paid a price that no plan has. The event is parked, a plan is made for
    // the price, and the event applied again.
    void an_event_that_failed_is_put_right() {
        Admin eva;
        Client john{desk()}, stripe{desk()};
        auto account = sign_up(john);
        StandIn stand_in{desk()};
        auto now = unix_seconds(system_now());
        StripeLife life{account.id.substr(24), "cus_" + account.id.substr(24), now - 60,
                        now + 10 * 86'400};
        life.user = account.id;
        life.price = "price_forgotten_" + account.id;
        life.status = "active";
        life.create();
        auto failures = eva.get("/stats").number("webhook_failures_24h");
        const auto& event = life.events[0];
        auto sealed = stripe::sign(event, Secret{stand_in.webhook_secret()}, system_now());
        expect(200, stripe.post("/api/v1/webhooks/stripe", event, {{"Stripe-Signature", sealed}}));
        CPPUNIT_ASSERT_EQUAL(failures + 1, eva.get("/stats").number("webhook_failures_24h"));
        auto failed = eva.get("/webhooks?status=failed&limit=1");
        auto id = failed.text("webhooks.0.id");
        CPPUNIT_ASSERT_EQUAL("evt_" + life.id + "_1", id);
        expect(201, eva.post("/plans",
                             R"({"name":"Forgotten","stripe_price_id":")" + life.price +
                                 R"(","price_monthly":3,"max_profiles":2,"max_playlists":2,)" +
                                 R"("max_favorites":2})",
                             "forgotten-"));
        expect(200, eva.post("/webhooks/" + id + "/replay", "{}", "replay-"));
        CPPUNIT_ASSERT(comes_true([&] {
            auto plan = john.get("/api/v1/subscriptions/current").text("plan.code");
            return plan.starts_with("forgotten");
        }));
    }

    void who_was_let_down_gets_credits_once() {
        Admin eva;
        Client john{desk()};
        auto account = sign_up(john);
        auto body = R"({"user_id":")" + account.id +
                    R"(","amount":1000,"description":"Compensation for service disruption"})";
        for (int i = 0; i < 3; ++i) expect(200, eva.post("/credits/add", body, "sorry-"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1'000},
                             john.get("/api/v1/auth/me").number("user.credits_balance"));
        auto taken = R"({"user_id":")" + account.id + R"(","amount":-1001})";
        expect_refusal(402, "insufficient_credits", eva.post("/credits/add", taken, "take-"));
        auto dossier = eva.get("/users/" + account.id);
        CPPUNIT_ASSERT_EQUAL("admin_grant"s, dossier.text("ledger.0.type"));
        CPPUNIT_ASSERT(dossier.body.find("password") == std::string::npos);
    }

    void every_deed_is_in_the_log() {
        Admin eva;
        Client john{desk()};
        auto account = sign_up(john);
        expect(200, eva.patch("/users/" + account.id, R"({"full_name":"John Changed"})"));
        expect(200, eva.patch("/users/" + account.id + "/role", R"({"role":"reseller"})"));
        expect(200, eva.give(account, "basic", "log-"));
        expect(200, eva.patch("/users/" + account.id, R"({"status":"suspended"})"));
        expect_refusal(401, "unauthenticated", john.get("/api/v1/profiles"));
        auto log = eva.get("/audit?target_id=" + account.id);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{4}, log.number("pagination.total"));
        CPPUNIT_ASSERT_EQUAL("suspended"s, log.text("audit.0.after.status"));
        CPPUNIT_ASSERT_EQUAL("subscription_given"s, log.text("audit.1.action"));
        CPPUNIT_ASSERT_EQUAL("user"s, log.text("audit.2.before.role"));
        CPPUNIT_ASSERT_EQUAL("John Changed"s, log.text("audit.3.after.full_name"));
        CPPUNIT_ASSERT_EQUAL(eva.account.id, log.text("audit.3.actor_id"));
        CPPUNIT_ASSERT(!log.text("audit.3.ip").empty());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(StoryAdmin);

}  // namespace
