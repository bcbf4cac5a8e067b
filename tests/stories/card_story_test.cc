// Plans that are made, repriced and left while people pay for them by card, at the stand-in for
// Stripe, which fails where a story wants it.
#include <cppunit/extensions/HelperMacros.h>

#include "common/stripe/wire.h"
#include "tests/support/account.h"
#include "tests/support/expect.h"
#include "tests/support/stand_in.h"

namespace {

using namespace std::string_literals;

std::string text(const JsonValue& json, std::initializer_list<std::string_view> path) {
    return stripe::text(stripe::at(json, path));
}

// Not the one that all share: plans are made in it, and a month goes by.
World& cards() { return world_with({{"TRIAL_DAYS", "13"}}); }

// An admin, and what costs how much.
class Shop {
  public:
    Shop() : client{cards()}, account(sign_up(client, "Eva Admin")) {
        client.world().sql("update users set role = 'admin' where id = '" + account.id + "'");
        account = sign_in(client, account);
    }
    Answered make(const std::string& name, const std::string& price) {
        return client.post("/api/v1/admin/plans",
                           R"({"name":")" + name + R"(","price_monthly":)" + price +
                               R"(,"max_profiles":7,"max_playlists":7,"max_favorites":7})",
                           {{"Idempotency-Key", name + account.id}});
    }
    Answered reprice(const std::string& plan, const std::string& price) {
        return client.patch("/api/v1/admin/plans/" + plan, R"({"price_monthly":)" + price + "}");
    }

    Client client;
    Account account;
    StandIn stripe{cards()};
};

Answered checkout(Client& buyer, const std::string& price, const StandIn& stripe) {
    return buyer.post("/api/v1/subscriptions/checkout", object({{"price_id", price},
                                                                {"success_url", stripe.url("/")},
                                                                {"cancel_url", stripe.url("/")}}));
}

Answered current(Client& client) { return client.get("/api/v1/subscriptions/current"); }

class StoryCard : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StoryCard);
    CPPUNIT_TEST(a_plan_is_made_and_bought);
    CPPUNIT_TEST(who_pays_a_former_price_goes_on_paying_it);
    CPPUNIT_TEST(a_plan_is_made_although_stripe_stumbles);
    CPPUNIT_TEST(who_leaves_is_charged_no_more);
    CPPUNIT_TEST(whose_customer_was_deleted_begins_anew);
    CPPUNIT_TEST(what_was_canceled_and_resumed_at_once_goes_on);
    CPPUNIT_TEST_SUITE_END();

    static std::string buy(Client& buyer, const std::string& price, StandIn& stripe,
                           const std::string& plan) {
        auto page = checkout(buyer, price, stripe);
        expect(200, page);
        stripe.pay(page.text("checkout_url"));
        CPPUNIT_ASSERT(comes_true([&] { return current(buyer).text("plan.id") == plan; }));
        return buyer.world().sql(
            "select stripe_subscription_id || ' ' || stripe_customer_id from subscriptions "
            "where stripe_price_id = '" +
            price + "' order by created_at desc limit 1");
    }

    void a_plan_is_made_and_bought() {
        Shop shop;
        Client john{cards()};
        sign_up(john);
        auto plan = shop.make("Gold", "7.99");
        expect(201, plan);
        auto price = plan.text("plan.stripe_price_id");
        auto known = shop.stripe.find("/v1/prices/" + price);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{799}, stripe::at(known, {"unit_amount"}).integer);
        CPPUNIT_ASSERT_EQUAL("plan_" + plan.text("plan.id"), text(known, {"product"}));
        buy(john, price, shop.stripe, plan.text("plan.id"));
        expect_refusal(409, "already_subscribed", checkout(john, price, shop.stripe));
    }

    void who_pays_a_former_price_goes_on_paying_it() {
        Shop shop;
        Client john{cards()}, mary{cards()};
        sign_up(john);
        sign_up(mary, "Mary");
        auto made = shop.make("Silver", "5");
        auto plan = made.text("plan.id"), former = made.text("plan.stripe_price_id");
        auto of_john = buy(john, former, shop.stripe, plan);
        auto changed = shop.reprice(plan, "6.50");
        expect(200, changed);
        auto price = changed.text("plan.stripe_price_id");
        CPPUNIT_ASSERT(price != former);
        CPPUNIT_ASSERT(comes_true([&] {
            return !stripe::at(shop.stripe.find("/v1/prices/" + former), {"active"}).boolean;
        }));
        expect_refusal(400, "validation_failed", checkout(mary, former, shop.stripe));
        buy(mary, price, shop.stripe, plan);
        shop.stripe.order("advance", R"({"seconds":2764800})");
        auto id = of_john.substr(0, of_john.find(' '));
        auto told = shop.stripe.find("/v1/subscriptions/" + id);
        CPPUNIT_ASSERT_EQUAL(former, text(told, {"items", "data", "0", "price", "id"}));
        CPPUNIT_ASSERT_EQUAL("active"s, text(told, {"status"}));
        CPPUNIT_ASSERT_EQUAL(plan, current(john).text("plan.id"));
    }

    void a_plan_is_made_although_stripe_stumbles() {
        Shop shop;
        shop.stripe.order("fail_next",
                          R"({"method":"POST","path":"/v1/prices","times":2,"status":500})");
        auto away = shop.make("Bronze", "2.50");
        expect_refusal(503, "unavailable", away);
        CPPUNIT_ASSERT(away.message().find("Stripe") != std::string::npos);
        auto made = shop.make("Bronze", "2.50");
        expect(201, made);
        auto product = "/v1/prices?product=plan_" + made.text("plan.id");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1},
                             stripe::at(shop.stripe.find(product), {"data"}).list.size());
    }

    void who_leaves_is_charged_no_more() {
        Shop shop;
        Client john{cards()};
        auto account = sign_up(john);
        auto plan = shop.make("Copper", "2");
        auto ids = buy(john, plan.text("plan.stripe_price_id"), shop.stripe, plan.text("plan.id"));
        auto id = ids.substr(0, ids.find(' ')), customer = ids.substr(ids.find(' ') + 1);
        shop.stripe.order(
            "fail_next",
            R"({"method":"DELETE","path":"/v1/subscriptions/","times":4,"status":503})");
        expect(200, john.remove("/api/v1/auth/me", object({{"password", account.password}})));
        expect_refusal(401, "unauthenticated", john.get("/api/v1/auth/me"));
        CPPUNIT_ASSERT(comes_true(
            [&] {
                auto told = shop.stripe.find("/v1/subscriptions/" + id);
                auto gone = shop.stripe.find("/v1/customers/" + customer);
                return text(told, {"status"}) == "canceled" &&
                       stripe::at(gone, {"deleted"}).boolean;
            },
            std::chrono::seconds{60}));
        CPPUNIT_ASSERT(figures(cards()).find("\nsyncstream_double_subscriptions ") !=
                       std::string::npos);
        auto waiting = "select count(*) from stripe_events where customer_id = '" + customer +
                       "' and state not in ('done', 'ignored')";
        CPPUNIT_ASSERT(comes_true([&] { return john.world().sql(waiting) == "0"; }));
    }

    // By somebody at Stripe, whose event does not come.
    void whose_customer_was_deleted_begins_anew() {
        Shop shop;
        Client john{cards()};
        sign_up(john);
        auto plan = shop.make("Lead", "3");
        auto price = plan.text("plan.stripe_price_id"), id = plan.text("plan.id");
        auto ids = buy(john, price, shop.stripe, id);
        shop.stripe.order("webhooks", R"({"hold":true})");
        shop.stripe.remove("/v1/customers/" + ids.substr(ids.find(' ') + 1));
        auto portal = john.post("/api/v1/subscriptions/portal",
                                object({{"return_url", shop.stripe.url("/")}}));
        expect(200, portal);
        CPPUNIT_ASSERT_EQUAL("free"s, current(john).text("plan.code"));
        auto page = checkout(john, price, shop.stripe);
        shop.stripe.order("webhooks", R"({"hold":false})");
        expect(200, page);
        shop.stripe.pay(page.text("checkout_url"));
        CPPUNIT_ASSERT(comes_true([&] { return current(john).text("plan.id") == id; }));
    }

    void what_was_canceled_and_resumed_at_once_goes_on() {
        Shop shop;
        Client john{cards()};
        sign_up(john);
        auto plan = shop.make("Tin", "1");
        buy(john, plan.text("plan.stripe_price_id"), shop.stripe, plan.text("plan.id"));
        for (int i = 0; i < 5; ++i) {
            auto ends = john.post("/api/v1/subscriptions/cancel");
            expect(200, ends);
            CPPUNIT_ASSERT(ends.data("subscription.cancel_at_period_end").boolean);
            auto goes_on = john.post("/api/v1/subscriptions/resume");
            expect(200, goes_on);
            CPPUNIT_ASSERT(!goes_on.data("subscription.cancel_at_period_end").boolean);
        }
        CPPUNIT_ASSERT(comes_true(
            [&] { return !current(john).data("subscription.cancel_at_period_end").boolean; }));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(StoryCard);

}  // namespace
