#include "common/accounts/entitlements.h"

#include <exception>

#include "common/accounts/entitlements_sql.h"
#include "common/json/write.h"

namespace sql = entitlements::sql;

namespace {

// account:updated.
struct AccountNews {
    std::string plan, status;
    std::int64_t max_profiles = 0, max_playlists = 0, max_favorites = 0, rate_limit = 0;
    std::optional<Instant> period_end, grace_until;
    static constexpr auto fields() {
        using T = AccountNews;
        return std::tuple{Field{"plan", &T::plan},
                          Field{"status", &T::status},
                          Field{"maxProfiles", &T::max_profiles},
                          Field{"maxPlaylists", &T::max_playlists},
                          Field{"maxFavorites", &T::max_favorites},
                          Field{"rateLimit", &T::rate_limit},
                          Field{"currentPeriodEnd", &T::period_end},
                          Field{"graceUntil", &T::grace_until}};
    }
};

std::string news(const Entitlement& now, std::int64_t rate_limit) {
    JsonWriter writer;
    write_json(writer,
               AccountNews{now.plan_code, now.status, now.max_profiles, now.max_playlists,
                           now.max_favorites, rate_limit, now.current_period_end, now.grace_until},
               View{});
    return writer.take();
}

}  // namespace

std::optional<Entitlement> Entitlements::of(const Uuid& user) {
    return db_.find<Entitlement>(sql::find_entitlement, user);
}

void Entitlements::changed(const Uuid& user) {
    try {
        auto now = of(user);
        if (!now) return;
        auto limit = now->rate_limit < 0 ? now->rate_limit : now->rate_limit * multiplier_;
        revocations_.entitlement(user, limit, lifetime_, news(*now, limit), now->profiles);
    } catch (const std::exception&) {
        // The change stands; the rate limit follows with the next token.
    }
}
