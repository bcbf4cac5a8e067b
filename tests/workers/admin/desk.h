// The admin area as it answers, for its tests: rolled back at the end (tests/support/house.h).
// `eva` is the only admin.
#pragma once

#include <string>

#include "common/accounts/ledger.h"
#include "tests/support/house.h"
#include "workers/admin/routes.h"

namespace admin {

inline constexpr Statement give_role{"desk.give_role", "update users set role = $2 where id = $1",
                                     false};
inline constexpr Statement role_of{"desk.role_of", "select role from users where id = $1", true};
inline constexpr Statement count_admins{
    "desk.count_admins", "select count(*) from users where role = 'admin' and status = 'active'",
    true};
inline constexpr Statement session_lives{
    "desk.session_lives", "select revoked_at is null from sessions where id = $1", true};
inline constexpr Statement insert_link{
    "desk.insert_link",
    "insert into account_tokens (digest, user_id, purpose, expires_at) "
    "values (sha256($1::uuid::text::bytea), $1, 'reset_password', now() + interval '1 hour')",
    false};
inline constexpr Statement count_links{
    "desk.count_links", "select count(*) from account_tokens where user_id = $1", true};
inline constexpr Statement plan_of{"desk.plan_of",
                                   "select plan_code from entitlements where user_id = $1", true};
inline constexpr Statement plan_called{"desk.plan_called", "select id from plans where code = $1",
                                       true};
inline constexpr Statement sum_of{
    "desk.sum_of",
    "select coalesce(sum(amount), 0)::bigint from ledger_entries where account_id = $1", true};
inline constexpr Statement pay_by_card{
    "desk.pay_by_card",
    "insert into subscriptions (id, user_id, plan_id, source, status, stripe_subscription_id, "
    "current_period_start, current_period_end) "
    "select gen_random_uuid(), $1, id, 'stripe', 'active', 'sub_' || $1::uuid, now(), "
    "now() + interval '30 days' from plans where code = $2",
    false};
inline constexpr Statement pay_again{
    "desk.pay_again",
    "insert into subscriptions (id, user_id, plan_id, source, status, stripe_subscription_id) "
    "select gen_random_uuid(), $1, id, 'stripe', 'trialing', 'sub_again' from plans "
    "where code = 'basic'",
    false};
inline constexpr Statement insert_event{
    "desk.insert_event",
    "insert into stripe_events (id, type, livemode, created_at, raw, state, attempts, last_error) "
    "values ($1, $2, false, now(), '{}', $3, 15, 'it broke')",
    false};
inline constexpr Statement change_log{"desk.change_log", "update audit_log set action = 'nothing'",
                                      false};
inline constexpr Statement empty_log{"desk.empty_log", "delete from audit_log", false};
inline constexpr Statement count_deeds{"desk.count_deeds", "select count(*) from audit_log", true};
inline constexpr Statement forget_person{"desk.forget_person", "delete from users where id = $1",
                                         false};
inline constexpr Statement password_of{"desk.password_of",
                                       "select password_hash from users where email = $1", true};
inline constexpr Statement standing_of{
    "desk.standing_of",
    "select role || ' ' || status || ' ' || (email_verified_at is not null)::text || ' ' || "
    "(select count(*) from profiles where user_id = users.id) from users where email = $1",
    true};
inline constexpr Statement list_errands{
    "desk.list_errands",
    "select coalesce(string_agg(method || ' ' || path || ' ' || form, ' ' order by number), '') "
    "from stripe_errands",
    true};
inline constexpr Statement list_former{
    "desk.list_former",
    "select coalesce(string_agg(stripe_price_id || ' ' || price_monthly_cents, ' '), '') "
    "from former_prices",
    true};
inline constexpr Statement break_off{
    "desk.break_off",
    "update idempotency_keys set status = null, body = null, created_at = '-infinity'", false};
inline constexpr Statement reprice{
    "desk.reprice", "update plans set stripe_price_id = $1 where code = 'basic'", false};
inline constexpr Statement become_the_worker{"desk.become_the_worker",
                                             "set local role syncstream_admin", false};
inline constexpr Statement read_passwords{"desk.read_passwords",
                                          "select password_hash, totp_secret from users", true};
inline constexpr Statement read_events{"desk.read_events", "select raw from stripe_events", true};
inline constexpr const Statement* desk_statements[] = {
    &become_the_worker, &read_passwords, &read_events,

    &give_role,         &role_of,        &count_admins, &session_lives, &insert_link,
    &count_links,       &plan_of,        &plan_called,  &sum_of,        &pay_by_card,
    &insert_event,      &change_log,     &empty_log,    &count_deeds,   &forget_person,
    &password_of,       &standing_of,    &list_errands, &list_former,   &break_off,
    &reprice,           &pay_again};

inline std::vector<Statements> with_desk(std::vector<Statements> all) {
    all.emplace_back(desk_statements);
    return all;
}

class Desk {
  public:
    // Without a key for Stripe unless told otherwise.
    explicit Desk(StripeOptions payments = {})
        : house(with_desk(statements())),
          stripe(std::move(payments)),
          area(house.db, house.redis, stripe, house.messages, {}),
          worker(house.worker(routes(area))) {}

    // Asks below /api/v1/admin as eva; with a key when it is not empty.
    Answered ask(Method method, const std::string& path, const std::string& body = "",
                 const std::string& key = "") {
        Headers headers;
        if (!key.empty()) headers.emplace_back("idempotency-key", key);
        return as(house.person("eva"), method, path, body, headers);
    }
    Answered get(const std::string& path) { return ask(Method::get, path); }
    Answered as(const Person& person, Method method, const std::string& path,
                const std::string& body = "", const Headers& headers = {}) {
        return ::ask(worker, method, "/api/v1/admin" + path, body, person.token, headers);
    }
    std::string path(const std::string& name) { return "/users/" + house.person(name).id.text(); }
    // The newest line of the audit log about somebody or something.
    Answered log_of(const std::string& target) { return get("/audit?target_id=" + target); }
    std::string plan(const char* code) { return house.db.get<Uuid>(plan_called, code).text(); }

    House house;
    Stripe stripe;
    Admin area;
    Worker worker;
};

}  // namespace admin
