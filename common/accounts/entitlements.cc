#include "common/accounts/entitlements.h"

#include <exception>

#include "common/accounts/entitlements_sql.h"

namespace sql = entitlements::sql;

std::optional<Entitlement> Entitlements::of(const Uuid& user) {
    return db_.find<Entitlement>(sql::find_entitlement, user);
}

void Entitlements::changed(const Uuid& user) {
    try {
        auto now = of(user);
        if (!now) return;
        auto limit = now->rate_limit < 0 ? now->rate_limit : now->rate_limit * multiplier_;
        revocations_.entitlement(user, limit, lifetime_);
    } catch (const std::exception&) {
        // The change stands; the rate limit follows with the next token.
    }
}
