// What an account may do at this moment, for whoever changes it. The answer itself is the view
// `entitlements` (sql/migrations/0002_plans.sql), which everybody asks; limits of a plan are read
// with every creation, so only the rate limit, which access tokens carry, has to be told around.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/time.h"
#include "common/base/uuid.h"
#include "common/cache/revocations.h"
#include "common/db/database.h"

struct Entitlement {
    std::string plan_code, status;  // Stripe's words, or `free`
    std::optional<std::string> source;
    std::optional<Instant> current_period_end, grace_until;
    std::int64_t rate_limit = 0, max_profiles = 0, max_playlists = 0, max_favorites = 0;
    std::vector<std::string> profiles;  // ids of all that the account has
    static constexpr auto fields() {
        return std::tuple{Field{"plan_code", &Entitlement::plan_code},
                          Field{"status", &Entitlement::status},
                          Field{"source", &Entitlement::source},
                          Field{"current_period_end", &Entitlement::current_period_end},
                          Field{"grace_until", &Entitlement::grace_until},
                          Field{"rate_limit", &Entitlement::rate_limit},
                          Field{"max_profiles", &Entitlement::max_profiles},
                          Field{"max_playlists", &Entitlement::max_playlists},
                          Field{"max_favorites", &Entitlement::max_favorites},
                          Field{"profiles", &Entitlement::profiles}};
    }
};

class Entitlements {
  public:
    // The statements `entitlements::sql::all` must be among those of the database. `multiplier` is
    // what raises every plan's rate limit, `lifetime` that of access tokens.
    Entitlements(Database& db, Revocations revocations, std::int64_t multiplier,
                 std::chrono::seconds lifetime)
        : db_(db), revocations_(revocations), multiplier_(multiplier), lifetime_(lifetime) {}

    // Nothing when there is no such account.
    std::optional<Entitlement> of(const Uuid& user);
    // After the commit of what changed it: counts from the account's next request on, whatever its
    // tokens say, and the account's devices hear of it (`account:updated`). Never throws; what
    // could not be told ends with the tokens.
    void changed(const Uuid& user);

  private:
    Database& db_;
    Revocations revocations_;
    std::int64_t multiplier_;
    std::chrono::seconds lifetime_;
};
