// The reseller area as it answers, for its tests: rolled back at the end (tests/support/house.h).
// `rok` is a reseller, `rina` another; hashes are as cheap as they can be.
#pragma once

#include <string>

#include "common/accounts/ledger.h"
#include "tests/support/house.h"
#include "workers/reseller/routes.h"

namespace reseller {

inline constexpr Statement make_reseller{"shop.make_reseller",
                                         "update users set role = 'reseller' where id = $1", false};
inline constexpr Statement let_time_pass{
    "shop.let_time_pass",
    "update subscriptions set current_period_start = current_period_start - make_interval(days => "
    "$2::int), "
    "current_period_end = current_period_end - make_interval(days => $2::int) "
    "where user_id = $1 and source = 'reseller'",
    false};
inline constexpr Statement promote{"shop.promote", "update users set role = $2 where id = $1",
                                   false};
inline constexpr Statement retire_plan{"shop.retire_plan",
                                       "update plans set active = false where code = $1", false};
inline constexpr Statement price_plan{"shop.price_plan",
                                      "update plans set credit_cost = $2 where code = $1", false};
inline constexpr Statement plan_of{"shop.plan_of",
                                   "select plan_code from entitlements where user_id = $1", true};
inline constexpr Statement stranger{
    "shop.stranger",
    "select role || ' ' || status || ' ' || (parent_reseller_id is not null)::text || ' ' || "
    "(trial_ends_at is null)::text || ' ' || must_change_password::text from users where email = "
    "$1",
    true};
inline constexpr Statement count_clients_of{
    "shop.count_clients_of", "select count(*) from users where parent_reseller_id = $1", true};
inline constexpr Statement count_letters{
    "shop.count_letters", "select count(*) from outbox where template = $1 and recipient = $2",
    true};
inline constexpr Statement plan_in_letter{
    "shop.plan_in_letter",
    "select parameters ->> 'plan' from outbox where template = 'client_welcome' and recipient = $1",
    true};
inline constexpr Statement sum_of{
    "shop.sum_of",
    "select coalesce(sum(amount), 0)::bigint from ledger_entries where account_id = $1", true};
inline constexpr Statement open_session{
    "shop.open_session",
    "insert into sessions (id, user_id, expires_at, absolute_expires_at) "
    "values ($1, $2, now() + interval '30 days', now() + interval '180 days')",
    false};
inline constexpr Statement session_lives{
    "shop.session_lives", "select revoked_at is null from sessions where id = $1", true};
inline constexpr Statement forget_clients{"shop.forget_clients",
                                          "delete from users where parent_reseller_id = $1", false};
inline constexpr Statement forget_keys{
    "shop.forget_keys", "delete from idempotency_keys where scope = 'u:' || $1::uuid::text", false};
inline constexpr Statement forget_person{"shop.forget_person", "delete from users where id = $1",
                                         false};
inline constexpr const Statement* shop_statements[] = {
    &make_reseller,  &let_time_pass, &promote,       &retire_plan,
    &price_plan,     &plan_of,       &stranger,      &count_clients_of,
    &count_letters,  &sum_of,        &open_session,  &session_lives,
    &forget_clients, &forget_keys,   &forget_person, &plan_in_letter};

inline std::vector<Statements> with_shop(std::vector<Statements> all) {
    all.emplace_back(shop_statements);
    return all;
}

class Shop {
  public:
    Shop()
        : house(with_shop(statements())),
          area(house.db, house.redis, house.box, Passwords{{64, 1}}, house.messages, Rules{1, 2}),
          worker(house.worker(routes(area))) {}

    // A reseller with so many credits.
    Person reseller(const std::string& name, std::int64_t credits) {
        auto person = house.person(name);
        house.db.run(make_reseller, person.id);
        person.token = house.token(person, "reseller", "free");
        if (credits) {
            Ledger{house.db}.move({.user = person.id, .amount = credits, .why = Move::admin_grant});
        }
        return person;
    }

    // Asks below /api/v1/reseller; with a key when it is not empty.
    Answered ask(Method method, const std::string& path, const std::string& body,
                 const Person& person, const std::string& key = "") {
        Headers headers;
        if (!key.empty()) headers.emplace_back("idempotency-key", key);
        return ::ask(worker, method, "/api/v1/reseller" + path, body, person.token, headers);
    }
    Answered get(const std::string& path, const Person& person) {
        return ask(Method::get, path, "", person);
    }
    // A client with a plan, under a key of its own.
    Answered add(const Person& person, const std::string& email, const std::string& plan = "basic",
                 int months = 1) {
        return ask(Method::post, "/clients", client(email, plan, months), person,
                   "key-" + std::to_string(++keys_));
    }
    // The path of a client that must be welcome: `/clients/<id>`.
    std::string added(const Person& person, const std::string& email,
                      const std::string& plan = "basic", int months = 1) {
        auto answered = add(person, email, plan, months);
        if (answered.status != 201) throw std::runtime_error(answered.body);
        return "/clients/" + answered.text("client.id");
    }
    static Uuid id_in(const std::string& path) {
        return Uuid::parse(path.substr(path.rfind('/') + 1)).value();
    }
    static std::string client(const std::string& email, const std::string& plan = "basic",
                              int months = 1) {
        return R"({"email":")" + email + R"(","password":"tempPass123","full_name":"Local )" +
               R"(Customer","plan_stripe_price_id":"price_)" + plan + R"(_monthly","months":)" +
               std::to_string(months) + "}";
    }
    std::int64_t balance(const Person& person) { return Ledger{house.db}.balance(person.id); }

    House house;
    Reseller area;
    Worker worker;

  private:
    int keys_ = 0;
};

}  // namespace reseller
