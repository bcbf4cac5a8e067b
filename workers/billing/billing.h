// Plans, and what an account has of them. Limits of -1 are unlimited.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/accounts/plan.h"
#include "common/base/time.h"
#include "common/base/uuid.h"
#include "common/db/database.h"
#include "common/http/route.h"

namespace billing {

// Where an account stands. On the free plan and in the trial there is no subscription, and neither
// id nor source.
struct Subscription {
    std::optional<Uuid> id;
    std::string status;  // Stripe's words, or `free`
    std::optional<std::string> source;
    std::optional<Instant> trial_ends_at, current_period_end;
    bool cancel_at_period_end;
    std::optional<Instant> grace_until;
    static constexpr auto fields() {
        return std::tuple{Field{"id", &Subscription::id},
                          Field{"status", &Subscription::status},
                          Field{"source", &Subscription::source},
                          Field{"trial_ends_at", &Subscription::trial_ends_at},
                          Field{"current_period_end", &Subscription::current_period_end},
                          Field{"cancel_at_period_end", &Subscription::cancel_at_period_end},
                          Field{"grace_until", &Subscription::grace_until}};
    }
};

struct Limits {
    std::int64_t max_profiles, max_playlists, max_favorites, rate_limit;
    static constexpr auto fields() {
        return std::tuple{Field{"max_profiles", &Limits::max_profiles},
                          Field{"max_playlists", &Limits::max_playlists},
                          Field{"max_favorites", &Limits::max_favorites},
                          Field{"rate_limit", &Limits::rate_limit}};
    }
};

struct Usage {
    std::int64_t profiles, playlists, favorites;
    static constexpr auto fields() {
        return std::tuple{Field{"profiles", &Usage::profiles},
                          Field{"playlists", &Usage::playlists},
                          Field{"favorites", &Usage::favorites}};
    }
};

struct Standing {
    Plan plan;
    Subscription subscription;
    Limits limits;
    Usage usage;
    static constexpr auto fields() {
        return std::tuple{Field{"plan", &Standing::plan},
                          Field{"subscription", &Standing::subscription},
                          Field{"limits", &Standing::limits}, Field{"usage", &Standing::usage}};
    }
};

// What was charged. The addresses lead to pages of Stripe's that need no sign-in.
struct Invoice {
    Uuid id;
    std::optional<std::string> number;
    std::string status;  // open, paid, uncollectible, void
    Cents amount_due, amount_paid;
    std::string currency;
    std::optional<std::string> hosted_invoice_url, invoice_pdf;
    std::optional<Instant> period_start, period_end, paid_at;
    Instant created_at;
    static constexpr const char* singular = "invoice";
    static constexpr const char* plural = "invoices";
    static constexpr auto fields() {
        return std::tuple{Field{"id", &Invoice::id},
                          Field{"number", &Invoice::number},
                          Field{"status", &Invoice::status},
                          Field{"amount_due", &Invoice::amount_due},
                          Field{"amount_paid", &Invoice::amount_paid},
                          Field{"currency", &Invoice::currency},
                          Field{"hosted_invoice_url", &Invoice::hosted_invoice_url},
                          Field{"invoice_pdf", &Invoice::invoice_pdf},
                          Field{"period_start", &Invoice::period_start, Full{}},
                          Field{"period_end", &Invoice::period_end, Full{}},
                          Field{"paid_at", &Invoice::paid_at},
                          Field{"created_at", &Invoice::created_at}};
    }
};

class Billing {
  public:
    explicit Billing(Database& db) : db_(db) {}

    std::vector<Plan> plans(const Request& request);
    Standing current(const Request& request);
    Page<Invoice> invoices(const Request& request, const FromQuery<Paging>& query);  // newest first

  private:
    Database& db_;
};

Routes routes(Billing& billing);

}  // namespace billing
