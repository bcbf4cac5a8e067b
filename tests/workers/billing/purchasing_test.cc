// Buying and changing by card, with a Stripe that answers what the test says.
#include "workers/billing/purchasing.h"

#include <cppunit/extensions/HelperMacros.h>

#include <mutex>
#include <optional>

#include "common/payments/checkouts_sql.h"
#include "tests/support/house.h"
#include "tests/support/http_stub.h"
#include "tests/support/stripe_life.h"
#include "workers/billing/billing_sql.h"
#include "workers/billing/purchasing_sql.h"

using namespace std::chrono_literals;

namespace {

constexpr Statement forget_trial{"test.forget_trial",
                                 "update users set trial_used_at = now() where id = $1", false};
constexpr Statement count_checkouts{
    "test.count_checkouts", "select count(*) from checkout_sessions where state = $1", true};
constexpr const Statement* own[] = {&forget_trial, &count_checkouts};

std::vector<Statements> statements() {
    auto all = payments::statements();
    all.insert(all.end(),
               {billing::sql::all, billing::sql::purchasing, checkouts::sql::all, Statements{own}});
    return all;
}

std::string answer(int status, const std::string& body) {
    return "HTTP/1.1 " + std::to_string(status) +
           " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

const std::string root = "/api/v1/subscriptions/";
const std::string site = "https://app.syncstream.tv";

class PurchasingTest : public CppUnit::TestFixture {
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
    CPPUNIT_TEST(cancels_and_resumes);
    CPPUNIT_TEST(changes_nothing_that_is_not_paid_by_card);
    CPPUNIT_TEST_SUITE_END();

    std::optional<House> house;
    std::optional<HttpStub> stub;
    std::vector<std::string> asked;
    std::function<std::string(const std::string&)> says;
    std::mutex mutex;

    std::optional<Outbox> outbox;
    std::optional<Entitlements> entitlements;
    std::optional<Payments> payments;
    std::optional<Stripe> stripe;
    std::optional<billing::Billing> area;
    std::optional<billing::Purchasing> purchasing;
    std::optional<Worker> worker;

  public:
    void setUp() override {
        asked.clear();
        says = [](const std::string&) {
            return answer(200, R"({"id":"cs_1","url":"https://pay.example/cs_1"})");
        };
        stub.emplace([this](const std::string& request) {
            std::lock_guard lock{mutex};
            asked.push_back(request);
            return says(request);
        });
        house.emplace(statements());
        outbox.emplace(house->db, house->box);
        entitlements.emplace(house->db, Revocations{house->redis}, 1, 900s);
        PaymentRules rules;
        rules.card_key = Bytes(32);
        payments.emplace(house->db, *outbox, *entitlements, rules);
        area.emplace(house->db);
        build(stub->url(""), "sk_test_1");
    }
    void tearDown() override {
        house.reset();
        stub.reset();
    }

  private:
    void build(const std::string& base, const std::string& key) {
        StripeOptions options{.base = base, .key = Secret{key}, .version = "2026-10-28.endive"};
        options.attempts = 2;
        options.wait = [](auto) {};
        stripe.emplace(options);
        purchasing.emplace(house->db, *stripe, *payments, *area, std::vector<std::string>{site},
                           14);
        worker.emplace(house->worker(billing::routes(*purchasing)));
    }
    Answered post(const std::string& what, const std::string& body = "{}",
                  const std::string& person = "bor", Headers headers = {}) {
        return ask(*worker, Method::post, root + what, body, house->person(person).token,
                   std::move(headers));
    }
    static std::string wanted(const std::string& price = "price_basic_monthly",
                              const std::string& success = site + "/ok?s={CHECKOUT_SESSION_ID}",
                              const std::string& cancel = site + "/no") {
        return R"({"price_id":")" + price + R"(","success_url":")" + success +
               R"(","cancel_url":")" + cancel + R"("})";
    }
    bool has(std::size_t request, const std::string& text) {
        return request < asked.size() && asked[request].find(text) != std::string::npos;
    }
    StripeLife subscribed(const std::string& person = "bor") {
        auto now = unix_seconds(system_now());
        StripeLife life{"one", "cus_one", now - 600, now + 86'400};
        life.user = house->person(person).id.text();
        life.status = "active";
        life.create();
        payments->receive(life.events[0]);
        return life;
    }

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
    static std::string after(const std::string& text, const std::string& mark) {
        auto at = text.find(mark);
        return at == text.npos ? "" : text.substr(at, text.find("\r\n", at) - at);
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
    void cancels_and_resumes() {
        auto life = subscribed();
        life.cancels = true;
        says = [body = life.subscription()](const std::string&) { return answer(200, body); };
        auto canceled = post("cancel");
        CPPUNIT_ASSERT(canceled.data("subscription.cancel_at_period_end").boolean);
        CPPUNIT_ASSERT_EQUAL(std::string{"basic"}, canceled.text("plan.code"));
        CPPUNIT_ASSERT(has(0, "cancel_at_period_end=true"));
        post("cancel");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, asked.size());
        life.cancels = false;
        says = [body = life.subscription()](const std::string&) { return answer(200, body); };
        auto resumed = post("resume");
        CPPUNIT_ASSERT(!resumed.data("subscription.cancel_at_period_end").boolean);
        CPPUNIT_ASSERT(has(1, "cancel_at_period_end=false"));
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
