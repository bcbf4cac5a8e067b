// Accounts as admins see and change them: to find, to look into, to suspend, to correct, to give
// another role.
#pragma once

#include <functional>

#include "common/cache/revocations.h"
#include "common/db/database.h"
#include "common/http/reply.h"
#include "common/http/route.h"
#include "workers/admin/admin.h"

namespace admin {

struct UserQuery {
    std::int64_t page = 1;
    std::int64_t limit = 20;
    std::optional<std::string> search, role, status;  // searched: address and name
    static constexpr auto fields() {
        return std::tuple{Field{"page", &UserQuery::page, Paging::pages},
                          Field{"limit", &UserQuery::limit, Paging::limits},
                          Field{"search", &UserQuery::search, Length{0, 200}},
                          Field{"role", &UserQuery::role, roles},
                          Field{"status", &UserQuery::status, account_statuses}};
    }
};

// What is not sent stays as it is. A role is given by a route of its own.
struct UserChange {
    std::optional<std::string> email, full_name, status;
    static constexpr auto fields() {
        return std::tuple{Field{"email", &UserChange::email, Email{}},
                          Field{"full_name", &UserChange::full_name, name_length, single_line},
                          Field{"status", &UserChange::status, account_statuses}};
    }
};

struct NewRole {
    std::string role;
    static constexpr auto fields() { return std::tuple{Field{"role", &NewRole::role, roles}}; }
};

// What holds for an account, and why: `id` and `source` are of the subscription that counts.
struct Standing {
    std::optional<Uuid> id;
    std::string plan, status;
    std::optional<std::string> source;
    std::optional<Instant> trial_ends_at, current_period_end;
    bool cancel_at_period_end = false;
    std::optional<Instant> grace_until;
    std::int64_t max_profiles = 0, max_playlists = 0, max_favorites = 0, rate_limit = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"id", &Standing::id},
                          Field{"plan", &Standing::plan},
                          Field{"status", &Standing::status},
                          Field{"source", &Standing::source},
                          Field{"trial_ends_at", &Standing::trial_ends_at},
                          Field{"current_period_end", &Standing::current_period_end},
                          Field{"cancel_at_period_end", &Standing::cancel_at_period_end},
                          Field{"grace_until", &Standing::grace_until},
                          Field{"max_profiles", &Standing::max_profiles},
                          Field{"max_playlists", &Standing::max_playlists},
                          Field{"max_favorites", &Standing::max_favorites},
                          Field{"rate_limit", &Standing::rate_limit}};
    }
};

struct Belongings {
    std::int64_t profiles = 0, playlists = 0, favorites = 0, progress = 0, clients = 0;
    static constexpr auto fields() {
        return std::tuple{
            Field{"profiles", &Belongings::profiles}, Field{"playlists", &Belongings::playlists},
            Field{"favorites", &Belongings::favorites}, Field{"progress", &Belongings::progress},
            Field{"clients", &Belongings::clients}};
    }
};

// A device that is signed in.
struct SignedInDevice {
    Uuid id;
    std::optional<std::string> device_name, device_type, user_agent, ip;
    Instant created_at, last_seen_at;
    static constexpr auto fields() {
        return std::tuple{Field{"id", &SignedInDevice::id},
                          Field{"device_name", &SignedInDevice::device_name},
                          Field{"device_type", &SignedInDevice::device_type},
                          Field{"user_agent", &SignedInDevice::user_agent},
                          Field{"ip", &SignedInDevice::ip},
                          Field{"created_at", &SignedInDevice::created_at},
                          Field{"last_seen_at", &SignedInDevice::last_seen_at}};
    }
};

// An account as support looks into it: nothing in it lets anybody act as its owner.
struct Dossier {
    User user;
    Standing subscription;
    Belongings counts;
    std::vector<Subscription> subscriptions;
    std::vector<SignedInDevice> sessions;
    std::vector<Transaction> ledger;
    std::vector<Event> webhook_events;
    std::vector<std::string> warnings;  // `several_subscriptions`: pays for more than one by card
    static constexpr auto fields() {
        return std::tuple{Field{"user", &Dossier::user},
                          Field{"subscription", &Dossier::subscription},
                          Field{"counts", &Dossier::counts},
                          Field{"subscriptions", &Dossier::subscriptions},
                          Field{"sessions", &Dossier::sessions},
                          Field{"ledger", &Dossier::ledger},
                          Field{"webhook_events", &Dossier::webhook_events},
                          Field{"warnings", &Dossier::warnings}};
    }
};

class People {
  public:
    // `access_lifetime` is that of access tokens.
    People(Database& db, Revocations revocations, std::chrono::seconds access_lifetime, Clock clock)
        : db_(db),
          audit_(db),
          revocations_(revocations),
          access_lifetime_(access_lifetime),
          clock_(std::move(clock)) {}

    Page<User> list(const Request& request, const FromQuery<UserQuery>& query);
    Dossier read(const Request& request);
    User change(const Request& request, const UserChange& wanted);
    User give_role(const Request& request, const NewRole& wanted);

  private:
    struct State;
    // Throws last_admin when nobody could act as an admin any more.
    User settle(const Request& request, const char* action,
                const std::function<void(State&)>& alter);
    void store(const Request& request, const State& before, const State& after);
    void sign_out(const Uuid& user, const State& after);

    Database& db_;
    Audit audit_;
    Revocations revocations_;
    std::chrono::seconds access_lifetime_;
    Clock clock_;
};

}  // namespace admin
