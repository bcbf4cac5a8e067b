// A plan as everybody may see it: what it costs, and what an account may have under it. The prices
// are what people pay a month; limits of -1 are unlimited. Used by billing, and by admin, who sees
// more of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/base/uuid.h"
#include "common/json/fields.h"

struct Plan {
    Uuid id;
    std::string code, name, description;
    std::optional<std::string> stripe_price_id;  // none: not sold by card
    Cents price_monthly;
    std::string currency;                     // ISO 4217, lower case
    std::optional<std::int64_t> credit_cost;  // none: not sold by resellers
    std::int64_t max_profiles = 0, max_playlists = 0, max_favorites = 0, rate_limit = 0;
    JsonText features;
    static constexpr const char* singular = "plan";
    static constexpr const char* plural = "plans";
    static constexpr auto fields() {
        return std::tuple{Field{"id", &Plan::id},
                          Field{"code", &Plan::code},
                          Field{"name", &Plan::name},
                          Field{"description", &Plan::description},
                          Field{"stripe_price_id", &Plan::stripe_price_id},
                          Field{"price_monthly", &Plan::price_monthly},
                          Field{"currency", &Plan::currency},
                          Field{"credit_cost", &Plan::credit_cost, Full{}},
                          Field{"max_profiles", &Plan::max_profiles},
                          Field{"max_playlists", &Plan::max_playlists},
                          Field{"max_favorites", &Plan::max_favorites},
                          Field{"rate_limit", &Plan::rate_limit, Full{}},
                          Field{"features", &Plan::features}};
    }
};
