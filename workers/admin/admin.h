// Admins: who look after accounts, credits, plans and what Stripe told us. What the topics of this
// area share. The topics, a class each, are people, gifts, plans and records; routes.h puts them
// together. Everything that an admin does leaves a line in the audit log (common/accounts/audit).
#pragma once

#include <optional>
#include <string>

#include "common/accounts/audit.h"
#include "common/base/problem.h"
#include "common/base/text.h"
#include "common/base/time.h"
#include "common/base/uuid.h"
#include "common/http/request.h"
#include "common/json/fields.h"
#include "common/json/schema.h"

namespace admin {

inline constexpr Problem last_admin{409, "last_admin", "last_admin_stays"};
inline constexpr Problem plan_needed{409, "conflict", "plan_needed"};
inline constexpr Problem event_unreadable{422, "event_unreadable"};

// Rules that several requests share.
inline constexpr Length name_length{1, 100};
inline constexpr OneOf roles{"user", "reseller", "admin"};
inline constexpr OneOf account_statuses{"active", "suspended"};
inline constexpr OneOf email_statuses{"ok", "failed", "bounced", "complained"};

// Somebody's account, without anything that lets anybody in.
struct User {
    Uuid id;
    std::string email;
    bool email_verified = false;
    std::string email_status;  // whether letters arrive
    std::string full_name, role, status, language;
    std::string plan, subscription_status;  // what holds at this moment
    std::int64_t credits_balance = 0;
    std::optional<Instant> trial_ends_at;
    std::optional<Uuid> parent_reseller_id;
    bool totp_enabled = false;
    Instant created_at, updated_at;
    static constexpr const char* singular = "user";
    static constexpr const char* plural = "users";
    static constexpr auto fields() {
        return std::tuple{Field{"id", &User::id},
                          Field{"email", &User::email},
                          Field{"email_verified", &User::email_verified, Full{}},
                          Field{"email_status", &User::email_status, email_statuses, Full{}},
                          Field{"full_name", &User::full_name},
                          Field{"role", &User::role, roles},
                          Field{"status", &User::status, account_statuses},
                          Field{"language", &User::language, Full{}},
                          Field{"plan", &User::plan},
                          Field{"subscription_status", &User::subscription_status},
                          Field{"credits_balance", &User::credits_balance},
                          Field{"trial_ends_at", &User::trial_ends_at, Full{}},
                          Field{"parent_reseller_id", &User::parent_reseller_id, Full{}},
                          Field{"totp_enabled", &User::totp_enabled, Full{}},
                          Field{"created_at", &User::created_at},
                          Field{"updated_at", &User::updated_at, Full{}}};
    }
};

// What was given or bought, whoever it came from.
struct Subscription {
    Uuid id;
    std::string plan, source, status;
    std::optional<std::string> stripe_subscription_id, stripe_customer_id;
    std::optional<Instant> current_period_start, current_period_end;
    bool cancel_at_period_end = false;
    Instant created_at;
    static constexpr const char* singular = "subscription";
    static constexpr const char* plural = "subscriptions";
    static constexpr auto fields() {
        return std::tuple{Field{"id", &Subscription::id},
                          Field{"plan", &Subscription::plan},
                          Field{"source", &Subscription::source},
                          Field{"status", &Subscription::status},
                          Field{"stripe_subscription_id", &Subscription::stripe_subscription_id},
                          Field{"stripe_customer_id", &Subscription::stripe_customer_id},
                          Field{"current_period_start", &Subscription::current_period_start},
                          Field{"current_period_end", &Subscription::current_period_end},
                          Field{"cancel_at_period_end", &Subscription::cancel_at_period_end},
                          Field{"created_at", &Subscription::created_at}};
    }
};

// What moved on an account; `amount` is what the balance gained, negative: lost.
struct Transaction {
    Uuid id;
    std::string type;
    std::int64_t amount = 0, balance_after = 0;
    std::string description;
    std::optional<Uuid> actor_id, client_id;
    Instant created_at;
    static constexpr const char* singular = "transaction";
    static constexpr const char* plural = "transactions";
    static constexpr auto fields() {
        return std::tuple{Field{"id", &Transaction::id},
                          Field{"type", &Transaction::type},
                          Field{"amount", &Transaction::amount},
                          Field{"balance_after", &Transaction::balance_after},
                          Field{"description", &Transaction::description},
                          Field{"actor_id", &Transaction::actor_id},
                          Field{"client_id", &Transaction::client_id},
                          Field{"created_at", &Transaction::created_at}};
    }
};

// An event of Stripe's and what came of it; what it says stays in the database.
struct Event {
    std::string id, type;
    std::optional<std::string> object_id, customer_id;
    bool livemode = false;
    std::string status;
    std::int32_t attempts = 0;
    Instant next_try_at;
    std::optional<std::string> last_error, note;
    Instant created_at, received_at;  // Stripe's clock, and ours
    std::optional<Instant> done_at;
    static constexpr OneOf statuses{"pending", "done", "ignored", "deferred", "failed"};
    static constexpr const char* singular = "webhook";
    static constexpr const char* plural = "webhooks";
    static constexpr auto fields() {
        return std::tuple{Field{"id", &Event::id},
                          Field{"type", &Event::type},
                          Field{"object_id", &Event::object_id},
                          Field{"customer_id", &Event::customer_id},
                          Field{"livemode", &Event::livemode, Full{}},
                          Field{"status", &Event::status, statuses},
                          Field{"attempts", &Event::attempts},
                          Field{"next_try_at", &Event::next_try_at, Full{}},
                          Field{"last_error", &Event::last_error},
                          Field{"note", &Event::note, Full{}},
                          Field{"created_at", &Event::created_at},
                          Field{"received_at", &Event::received_at},
                          Field{"done_at", &Event::done_at}};
    }
};

// The line of the audit log about what a request does; before and after are the caller's to fill.
inline Deed deed(const Request& request, const char* action, const char* target_type,
                 std::string target_id) {
    return {.actor = request.user,
            .action = action,
            .target_type = target_type,
            .target_id = std::move(target_id),
            .ip = request.ip,
            .request_id = request.id};
}

}  // namespace admin
