// Buying by card in a house, with a Stripe that answers what a test says.
#pragma once

#include <cppunit/extensions/HelperMacros.h>

#include <functional>
#include <mutex>
#include <optional>

#include "common/payments/checkouts_sql.h"
#include "tests/support/house.h"
#include "tests/support/http_stub.h"
#include "tests/support/stripe_life.h"
#include "workers/billing/billing_sql.h"
#include "workers/billing/purchasing.h"
#include "workers/billing/purchasing_sql.h"

using namespace std::chrono_literals;

namespace till {

inline constexpr Statement forget_trial{
    "test.forget_trial", "update users set trial_used_at = now() where id = $1", false};
inline constexpr Statement count_checkouts{
    "test.count_checkouts", "select count(*) from checkout_sessions where state = $1", true};
inline constexpr const Statement* own[] = {&forget_trial, &count_checkouts};

inline std::vector<Statements> statements() {
    auto all = payments::statements();
    all.insert(all.end(),
               {billing::sql::all, billing::sql::purchasing, checkouts::sql::all, Statements{own}});
    return all;
}

inline std::string answer(int status, const std::string& body) {
    return "HTTP/1.1 " + std::to_string(status) +
           " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

inline const std::string root = "/api/v1/subscriptions/";
inline const std::string site = "https://app.syncstream.tv";

class Fixture : public CppUnit::TestFixture {
  public:
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
        payments.emplace(house->db, *outbox, *entitlements,
                         Notifications{house->db, house->redis, house->messages}, rules);
        area.emplace(house->db);
        build(stub->url(""), "sk_test_1");
    }
    void tearDown() override {
        house.reset();
        stub.reset();
    }

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
    static std::string after(const std::string& text, const std::string& mark) {
        auto at = text.find(mark);
        return at == text.npos ? "" : text.substr(at, text.find("\r\n", at) - at);
    }
};

}  // namespace till
