// Resellers: who buys credits and spends them on clients, accounts that they open, extend, suspend
// and look after. What the topics of this area share. The topics, a class each, are clients, sales,
// bulk_sale and books; routes.h puts them together. Credits move in common/accounts/ledger.
#pragma once

#include <optional>
#include <string>

#include "common/base/problem.h"
#include "common/base/secret.h"
#include "common/base/text.h"
#include "common/base/time.h"
#include "common/base/uuid.h"
#include "common/json/fields.h"

namespace reseller {

inline constexpr Problem same_plan{409, "conflict", "client_has_plan"};
inline constexpr Problem not_sold{422, "plan_not_sold"};

// Rules that several requests share.
inline constexpr Length password_length{8, 128};
inline constexpr Length name_length{1, 100};
inline constexpr Shape not_blank{[](std::string_view text) { return !trim(text).empty(); }, "\\S",
                                 "field_required"};
inline constexpr OneOf language_codes{"en", "es", "fr", "de", "pt", "it", "nl", "pl", "tr", "ar"};
inline constexpr OneOf client_statuses{"active", "suspended", "expired"};
inline constexpr Range sold_months{1, 24};
inline constexpr Length price_id_length{1, 255};

// `plan` and the period are what the reseller paid for; `expired` is who fell back to the free
// plan.
struct Client {
    Uuid id;
    std::string email, full_name, status;
    std::optional<std::string> plan, plan_stripe_price_id;
    std::optional<Instant> current_period_start, current_period_end;
    bool email_verified = false;
    bool must_change_password = false;  // the reseller chose it
    std::string language;
    Instant created_at, updated_at;
    static constexpr const char* singular = "client";
    static constexpr const char* plural = "clients";
    static constexpr auto fields() {
        return std::tuple{Field{"id", &Client::id},
                          Field{"email", &Client::email},
                          Field{"full_name", &Client::full_name},
                          Field{"status", &Client::status, client_statuses},
                          Field{"plan", &Client::plan},
                          Field{"plan_stripe_price_id", &Client::plan_stripe_price_id},
                          Field{"current_period_start", &Client::current_period_start, Full{}},
                          Field{"current_period_end", &Client::current_period_end},
                          Field{"email_verified", &Client::email_verified, Full{}},
                          Field{"must_change_password", &Client::must_change_password, Full{}},
                          Field{"language", &Client::language, Full{}},
                          Field{"created_at", &Client::created_at},
                          Field{"updated_at", &Client::updated_at, Full{}}};
    }
};

// A client as it is now, and what that cost.
struct Charged {
    Uuid id;  // the client's, for `Location`
    Client client;
    std::int64_t credits_charged = 0, credits_balance = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"client", &Charged::client},
                          Field{"credits_charged", &Charged::credits_charged},
                          Field{"credits_balance", &Charged::credits_balance}};
    }
};

}  // namespace reseller
