// A house with Stripe's door open, for tests of what comes in by it: events are signed and sent as
// Stripe sends them, and what follows is asked for as clients ask.
#pragma once

#include <cppunit/extensions/HelperMacros.h>

#include <optional>

#include "common/stripe/signature.h"
#include "tests/support/house.h"
#include "tests/support/stripe_life.h"
#include "workers/billing/billing.h"
#include "workers/billing/billing_sql.h"
#include "workers/billing/webhooks.h"

using namespace std::chrono_literals;

namespace webhook {

struct Kept {
    std::string state;
    std::optional<std::string> note, last_error;
    static constexpr auto fields() {
        return std::tuple{Field{"state", &Kept::state}, Field{"note", &Kept::note},
                          Field{"last_error", &Kept::last_error}};
    }
};

inline constexpr Statement find_event{
    "test.find_event", "select state, note, last_error from stripe_events where id = $1", true};
inline constexpr Statement count_events{"test.count_events", "select count(*) from stripe_events",
                                        true};
inline constexpr Statement count_letters{
    "test.count_letters", "select count(*) from outbox where user_id = $1 and template = $2", true};
inline constexpr Statement set_failed{
    "test.set_failed",
    "update invoices set first_failed_at = first_failed_at - interval "
    "'8 days' where first_failed_at is not null",
    false};
inline constexpr Statement wake{
    "test.wake", "update stripe_events set next_try_at = now() - interval '1 s'", false};
inline constexpr Statement find_balance{"test.find_balance",
                                        "select credits_balance from users where id = $1", true};
inline constexpr Statement spend{
    "test.spend", "update users set credits_balance = credits_balance - $2::bigint where id = $1",
    false};
inline constexpr Statement count_transfers{
    "test.count_transfers",
    "select count(*) from ledger_transfers where credit_account = $1 and type = 'purchase'", true};
inline constexpr Statement replay{
    "test.replay",
    "update stripe_events set state = 'pending', attempts = 0, next_try_at = now() where id = $1",
    false};
inline constexpr Statement resell{
    "test.resell",
    "with former as (insert into former_prices (stripe_price_id, plan_id, price_monthly_cents) "
    "select stripe_price_id, id, price_monthly_cents from plans where code = 'basic') "
    "update plans set stripe_price_id = 'price_another' where code = 'basic'",
    false};
inline constexpr Statement erase{
    "test.erase",
    "with erased as (update stripe_customers set erased_at = now() where user_id = $1) "
    "delete from users where id = $1",
    false};
inline constexpr const Statement* own[] = {
    &resell, &erase,        &find_event, &count_events,    &count_letters, &set_failed,
    &wake,   &find_balance, &spend,      &count_transfers, &replay};

inline const std::string path = "/api/v1/webhooks/stripe";
inline const Secret secret{"whsec_test"};

inline std::vector<Statements> statements() {
    auto all = payments::statements();
    all.insert(all.end(), {billing::sql::all, Statements{own}});
    return all;
}

class Fixture : public CppUnit::TestFixture {
  public:
    std::optional<House> house;
    std::optional<Outbox> outbox;
    std::optional<Entitlements> entitlements;
    std::optional<Payments> payments;
    std::optional<billing::Billing> area;
    std::optional<billing::Webhooks> webhooks;
    std::optional<Worker> worker;

    void setUp() override {
        house.emplace(statements());
        outbox.emplace(house->db, house->box);
        entitlements.emplace(house->db, Revocations{house->redis}, 1, 900s);
        payments.emplace(house->db, *outbox, *entitlements,
                         Notifications{house->db, house->redis, house->messages}, rules({}));
        area.emplace(house->db);
        open({secret});
    }
    void tearDown() override { house.reset(); }

    static PaymentRules rules(std::optional<bool> live) {
        PaymentRules rules;
        rules.live = live;
        rules.card_key = Bytes(32);
        return rules;
    }
    void open(std::vector<Secret> secrets) {
        webhooks.emplace(*payments, std::move(secrets));
        auto all = billing::routes(*area);
        auto more = billing::routes(*webhooks);
        all.insert(all.end(), more.begin(), more.end());
        worker.emplace(house->worker(all));
    }
    Answered send(const std::string& body) {
        return ask(*worker, Method::post, path, body, "",
                   {{"stripe-signature", stripe::sign(body, secret, system_now())}});
    }
    void send_all(const StripeLife& life) {
        for (const auto& one : life.events) CPPUNIT_ASSERT_EQUAL(200, send(one).status);
    }
    Answered current(const std::string& person) {
        return ask(*worker, Method::get, "/api/v1/subscriptions/current", "",
                   house->person(person).token);
    }
    std::string plan(const std::string& person) { return current(person).text("plan.code"); }
    std::string status(const std::string& person) {
        return current(person).text("subscription.status");
    }
    Kept kept(const std::string& id) { return house->db.get<Kept>(find_event, id); }
    std::int64_t letters(const std::string& person, const std::string& name) {
        return house->db.get<std::int64_t>(count_letters, house->person(person).id, name);
    }
    std::int64_t balance(const std::string& person) {
        return house->db.get<std::int64_t>(find_balance, house->person(person).id);
    }

    StripeLife life_of(const std::string& person, const std::string& name = "one") {
        auto now = unix_seconds(system_now());
        StripeLife life{name, "cus_" + name, now - 600, now + 86'400};
        if (!person.empty()) life.user = house->person(person).id.text();
        life.status = "active";
        return life;
    }
};

}  // namespace webhook
