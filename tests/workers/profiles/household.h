// The profiles area as it answers, for its tests: rolled back at the end (tests/support/house.h).
// Everybody's password is "correct horse"; hashes are as cheap as they can be.
#pragma once

#include <string>

#include "tests/support/house.h"
#include "workers/profiles/guard_sql.h"
#include "workers/profiles/profiles.h"
#include "workers/profiles/profiles_sql.h"

namespace profiles {

inline constexpr Statement set_password{"household.set_password",
                                        "update users set password_hash = $2 where id = $1", false};
inline constexpr Statement set_plan_limit{
    "household.set_plan_limit", "update plans set max_profiles = $2 where code = $1", false};
inline constexpr Statement suspend{"household.suspend",
                                   "update users set status = 'suspended' where id = $1", false};
inline constexpr Statement end_session{
    "household.end_session",
    "update sessions set revoked_at = now(), revoke_reason = 'test' where id = $1", false};
inline constexpr Statement let_time_pass{
    "household.let_time_pass",
    "update profiles set pin_failures_since = pin_failures_since - interval '16 minutes', "
    "pin_locked_until = pin_locked_until - interval '16 minutes' where id = $1",
    false};
inline constexpr Statement selected_profile{"household.selected_profile",
                                            "select profile_id from sessions where id = $1", true};
inline constexpr Statement version_of{"household.version_of",
                                      "select version from profiles where id = $1", true};
inline constexpr Statement tombstone_of{
    "household.tombstone_of",
    "select version from tombstones where kind = 'profiles' and ref = $1::uuid::text", true};
inline constexpr Statement play{
    "household.play",
    "insert into profile_activity (id, user_id, profile_id, event, item_id, item_type, at) "
    "values ($1, $2, $3, 'played', 'movie_inception', 'movie', clock_timestamp())",
    false};
inline constexpr Statement forget_person{"household.forget_person",
                                         "delete from users where id = $1", false};
inline constexpr const Statement* household_statements[] = {
    &set_password, &set_plan_limit,   &suspend,    &end_session,  &let_time_pass,
    &play,         &selected_profile, &version_of, &tombstone_of, &forget_person};

class Household {
  public:
    Household()
        : house({sql::all, sql::guard, household_statements}),
          area(house.db, house.tokens, std::chrono::seconds{900},
               Guard{house.db, Pins{house.box.derive("pin"), {64, 1}}, passwords},
               Announcements{house.db, house.redis}),
          worker(house.worker(routes(area))) {}

    const Person& person(const std::string& name) {
        const auto& person = house.person(name);
        house.db.run(set_password, person.id, passwords.hash(Secret{"correct horse"}));
        return person;
    }
    // Asks below /api/v1/profiles.
    Answered ask(Method method, const std::string& path, const std::string& body,
                 const Person& person, Headers headers = {}) {
        return ::ask(worker, method, "/api/v1/profiles" + path, body, person.token,
                     std::move(headers));
    }
    Answered add(const Person& person, const std::string& body) {
        return ask(Method::post, "", body, person);
    }
    // Adds a profile that must be welcome; its path, `/<id>`.
    std::string added(const Person& person, const std::string& body) {
        auto answered = add(person, body);
        if (answered.status != 201) throw std::runtime_error(answered.body);
        return "/" + answered.text("profile.id");
    }

    Passwords passwords{{64, 1}};
    House house;
    Profiles area;
    Worker worker;
};

}  // namespace profiles
