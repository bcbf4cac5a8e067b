// Buying and changing by card.
#include "tests/workers/billing/till.h"

namespace {

using namespace till;

class PurchasingTest : public Fixture {
    CPPUNIT_TEST_SUITE(PurchasingTest);
    CPPUNIT_TEST(opens_a_payment_page);
    CPPUNIT_TEST(shows_the_page_that_is_open);
    CPPUNIT_TEST(closes_the_page_of_another_plan);
    CPPUNIT_TEST(leads_back_only_to_our_sites);
    CPPUNIT_TEST(sells_only_what_is_on_sale);
    CPPUNIT_TEST(sells_nobody_a_second_subscription);
    CPPUNIT_TEST(grants_a_trial_to_who_had_none);
    CPPUNIT_TEST(tries_again_with_the_same_key_and_words);
    CPPUNIT_TEST(replays_an_answer_under_its_key);
    CPPUNIT_TEST(says_when_stripe_is_away);
    CPPUNIT_TEST(says_when_stripe_declines);
    CPPUNIT_TEST(opens_the_portal_to_customers);
    CPPUNIT_TEST(changes_to_a_dearer_plan_when_it_is_paid);
    CPPUNIT_TEST(changes_to_a_cheaper_plan_at_once);
    CPPUNIT_TEST(keeps_the_plan_when_the_card_is_declined);
    CPPUNIT_TEST(changes_nothing_that_is_not_paid_by_card);
    CPPUNIT_TEST_SUITE_END();

    void opens_a_payment_page() {
        auto answered = post("checkout", wanted());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answered.body, 200, answered.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"https://pay.example/cs_1"},
                             answered.text("checkout_url"));
        CPPUNIT_ASSERT_EQUAL(std::string{"cs_1"}, answered.text("session_id"));
        auto user = house->person("bor").id.text();
        for (const auto& text :
             {std::string{"POST /v1/checkout/sessions HTTP/1.1"},
              std::string{"Authorization: Bearer sk_test_1"},
              std::string{"Stripe-Version: 2026-10-28.endive"},
              std::string{"Idempotency-Key: checkout:"}, std::string{"mode=subscription&"},
              "client_reference_id=" + user, "metadata[user_id]=" + user,
              "subscription_data[metadata][user_id]=" + user,
              std::string{"customer_email=bor%40example.com"},
              std::string{"line_items[0][price]=price_basic_monthly"},
              std::string{"success_url=https%3A%2F%2Fapp.syncstream.tv%2Fok%3Fs%3D%7BCHECKOUT_"
                          "SESSION_ID%7D"}}) {
            CPPUNIT_ASSERT_MESSAGE(text, has(0, text));
        }
    }
    void shows_the_page_that_is_open() {
        post("checkout", wanted());
        auto again = post("checkout", wanted());
        CPPUNIT_ASSERT_EQUAL(std::string{"cs_1"}, again.text("session_id"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, asked.size());
    }
    void closes_the_page_of_another_plan() {
        post("checkout", wanted());
        says = [](const std::string&) {
            return answer(200, R"({"id":"cs_2","url":"https://pay.example/cs_2"})");
        };
        auto second = post("checkout", wanted("price_family_monthly"));
        CPPUNIT_ASSERT_EQUAL(std::string{"cs_2"}, second.text("session_id"));
        CPPUNIT_ASSERT(has(1, "POST /v1/checkout/sessions/cs_1/expire"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, house->db.get<std::int64_t>(count_checkouts, "open"));
    }
    void leads_back_only_to_our_sites() {
        for (const char* url :
             {"https://evil.example/ok", "https://app.syncstream.tv.evil.example/",
              "http://app.syncstream.tv/", "https://app.syncstream.tv:444/",
              "https://app.syncstream.tv@evil.example/", "https://user:pw@app.syncstream.tv/",
              "https://evil.example/?https://app.syncstream.tv",
              "https://app.syncstream.tv%2eevil.example/", "https://xapp.syncstream.tv/"}) {
            auto first = post("checkout", wanted("price_basic_monthly", url));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(url, 400, first.status);
            CPPUNIT_ASSERT_EQUAL(400,
                                 post("checkout", wanted("price_basic_monthly", site, url)).status);
            CPPUNIT_ASSERT_EQUAL(
                400, post("portal", R"({"return_url":")" + std::string{url} + "\"}").status);
        }
        CPPUNIT_ASSERT(asked.empty());
    }
    void sells_only_what_is_on_sale() {
        for (const char* price : {"price_of_nothing", "", "' or 1=1"}) {
            CPPUNIT_ASSERT_EQUAL(400, post("checkout", wanted(price)).status);
        }
        CPPUNIT_ASSERT(asked.empty());
    }
    void sells_nobody_a_second_subscription() {
        subscribed();
        auto refused = post("checkout", wanted());
        CPPUNIT_ASSERT_EQUAL(409, refused.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"already_subscribed"}, refused.code());
    }
    void grants_a_trial_to_who_had_none() {
        post("checkout", wanted());
        CPPUNIT_ASSERT(has(0, "subscription_data[trial_period_days]=14"));
        house->db.run(forget_trial, house->person("ana").id);
        post("checkout", wanted(), "ana");
        CPPUNIT_ASSERT(!has(1, "trial_period_days"));
    }
    void tries_again_with_the_same_key_and_words() {
        says = [](const std::string&) { return answer(500, "{}"); };
        CPPUNIT_ASSERT_EQUAL(503, post("checkout", wanted()).status);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, asked.size());
        says = [](const std::string&) {
            return answer(200, R"({"id":"cs_1","url":"https://pay.example/cs_1"})");
        };
        CPPUNIT_ASSERT_EQUAL(200, post("checkout", wanted()).status);
        for (std::size_t i : {1, 2}) {
            CPPUNIT_ASSERT_EQUAL(after(asked[0], "Idempotency-Key"),
                                 after(asked[i], "Idempotency-Key"));
            CPPUNIT_ASSERT_EQUAL(after(asked[0], "mode="), after(asked[i], "mode="));
        }
    }
    void replays_an_answer_under_its_key() {
        Headers key{{"idempotency-key", "buy-1"}};
        auto first = post("checkout", wanted(), "bor", key);
        auto again = post("checkout", wanted(), "bor", key);
        CPPUNIT_ASSERT_EQUAL(first.body, again.body);
        CPPUNIT_ASSERT_EQUAL(std::string{"true"}, again.header("Idempotent-Replayed"));
        auto other = post("checkout", wanted("price_family_monthly"), "bor", key);
        CPPUNIT_ASSERT_EQUAL(422, other.status);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, asked.size());
    }
    void says_when_stripe_is_away() {
        build("http://127.0.0.1:1", "sk_test_1");
        auto away = post("checkout", wanted(), "bor", {{"idempotency-key", "k"}});
        CPPUNIT_ASSERT_EQUAL(503, away.status);
        CPPUNIT_ASSERT(!away.header("Retry-After").empty());
        build(stub->url(""), "");
        CPPUNIT_ASSERT_EQUAL(503, post("checkout", wanted()).status);
        CPPUNIT_ASSERT(asked.empty());
        build(stub->url(""), "sk_test_1");
        CPPUNIT_ASSERT_EQUAL(200,
                             post("checkout", wanted(), "bor", {{"idempotency-key", "k"}}).status);
    }
    void says_when_stripe_declines() {
        says = [](const std::string&) {
            return answer(
                400, R"({"error":{"type":"invalid_request_error","code":"resource_missing"}})");
        };
        CPPUNIT_ASSERT_EQUAL(422, post("checkout", wanted()).status);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, asked.size());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             house->db.get<std::int64_t>(count_checkouts, "refused"));
    }
    void opens_the_portal_to_customers() {
        auto body = R"({"return_url":")" + site + R"("})";
        CPPUNIT_ASSERT_EQUAL(std::string{"no_billing_account"}, post("portal", body).code());
        subscribed();
        says = [](const std::string&) {
            return answer(200, R"({"url":"https://portal.example/1"})");
        };
        auto answered = post("portal", body);
        CPPUNIT_ASSERT_EQUAL(std::string{"https://portal.example/1"}, answered.text("portal_url"));
        CPPUNIT_ASSERT(has(0, "customer=cus_one&return_url=https%3A%2F%2Fapp.syncstream.tv"));
    }
    void changes_to_a_dearer_plan_when_it_is_paid() {
        auto life = subscribed();
        life.price = "price_premium_monthly";
        says = [body = life.subscription()](const std::string&) { return answer(200, body); };
        auto answered = post("change", R"({"price_id":"price_premium_monthly"})");
        CPPUNIT_ASSERT_EQUAL(std::string{"premium"}, answered.text("plan.code"));
        CPPUNIT_ASSERT(has(0, "POST /v1/subscriptions/sub_one"));
        CPPUNIT_ASSERT(
            has(0,
                "items[0][id]=si_sub_one&items[0][price]=price_premium_monthly&"
                "proration_behavior=always_invoice&payment_behavior=error_if_incomplete"));
    }
    void changes_to_a_cheaper_plan_at_once() {
        auto life = subscribed();
        life.now += 10;
        life.change_price("price_premium_monthly");
        payments->receive(life.events.back());
        life.price = "price_family_monthly";
        says = [body = life.subscription()](const std::string&) { return answer(200, body); };
        auto answered = post("change", R"({"price_id":"price_family_monthly"})");
        CPPUNIT_ASSERT_EQUAL(std::string{"family"}, answered.text("plan.code"));
        CPPUNIT_ASSERT(has(0, "proration_behavior=create_prorations"));
    }
    void keeps_the_plan_when_the_card_is_declined() {
        subscribed();
        says = [](const std::string&) {
            return answer(402, R"({"error":{"type":"card_error","code":"card_declined"}})");
        };
        auto refused = post("change", R"({"price_id":"price_premium_monthly"})");
        CPPUNIT_ASSERT_EQUAL(402, refused.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"payment_declined"}, refused.code());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, asked.size());
    }
    void changes_nothing_that_is_not_paid_by_card() {
        for (const char* what : {"change", "cancel", "resume"}) {
            auto refused = post(what, R"({"price_id":"price_basic_monthly"})", "cene");
            CPPUNIT_ASSERT_EQUAL(409, refused.status);
            CPPUNIT_ASSERT_EQUAL(std::string{"no_card_subscription"}, refused.code());
        }
        CPPUNIT_ASSERT(asked.empty());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(PurchasingTest);

}  // namespace
