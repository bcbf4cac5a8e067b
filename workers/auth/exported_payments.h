// What an account's export tells of plans, credits and payments; the rest is in exported.h.
#pragma once

#include <optional>
#include <string>

#include "common/base/time.h"
#include "common/base/uuid.h"
#include "common/json/fields.h"

namespace auth {

struct ExportedSubscription {
    std::string plan, source, status;
    std::optional<Instant> current_period_start, current_period_end;
    bool cancel_at_period_end = false;
    Instant created_at;
    static constexpr auto fields() {
        using T = ExportedSubscription;
        return std::tuple{Field{"plan", &T::plan},
                          Field{"source", &T::source},
                          Field{"status", &T::status},
                          Field{"current_period_start", &T::current_period_start},
                          Field{"current_period_end", &T::current_period_end},
                          Field{"cancel_at_period_end", &T::cancel_at_period_end},
                          Field{"created_at", &T::created_at}};
    }
};

// What moved on the account; `amount` is what the balance gained, negative: lost.
struct ExportedTransaction {
    Uuid id;
    std::string type;
    std::int64_t amount = 0, balance_after = 0;
    std::string description;
    std::optional<Uuid> client_id;
    Instant created_at;
    static constexpr auto fields() {
        using T = ExportedTransaction;
        return std::tuple{Field{"id", &T::id},
                          Field{"type", &T::type},
                          Field{"amount", &T::amount},
                          Field{"balance_after", &T::balance_after},
                          Field{"description", &T::description},
                          Field{"client_id", &T::client_id},
                          Field{"created_at", &T::created_at}};
    }
};

struct ExportedInvoice {
    std::optional<std::string> number;
    std::string status, currency;
    std::int64_t amount_due = 0, amount_paid = 0;  // cents
    std::optional<std::string> hosted_invoice_url, invoice_pdf;
    std::optional<Instant> period_start, period_end, paid_at;
    Instant created_at;
    static constexpr auto fields() {
        using T = ExportedInvoice;
        return std::tuple{Field{"number", &T::number},
                          Field{"status", &T::status},
                          Field{"amount_due", &T::amount_due},
                          Field{"amount_paid", &T::amount_paid},
                          Field{"currency", &T::currency},
                          Field{"hosted_invoice_url", &T::hosted_invoice_url},
                          Field{"invoice_pdf", &T::invoice_pdf},
                          Field{"period_start", &T::period_start},
                          Field{"period_end", &T::period_end},
                          Field{"paid_at", &T::paid_at},
                          Field{"created_at", &T::created_at}};
    }
};

// A payment that was refunded or disputed.
struct ExportedRefund {
    std::string stripe_charge_id, currency;
    std::int64_t amount = 0, amount_refunded = 0;  // cents
    std::optional<std::string> dispute_status;
    std::optional<Instant> disputed_at;
    Instant created_at;
    static constexpr auto fields() {
        using T = ExportedRefund;
        return std::tuple{Field{"stripe_charge_id", &T::stripe_charge_id},
                          Field{"amount", &T::amount},
                          Field{"amount_refunded", &T::amount_refunded},
                          Field{"currency", &T::currency},
                          Field{"dispute_status", &T::dispute_status},
                          Field{"disputed_at", &T::disputed_at},
                          Field{"created_at", &T::created_at}};
    }
};

// A purchase that was begun, whatever became of it.
struct ExportedCheckout {
    Uuid id;
    std::string kind, state;
    std::optional<std::string> plan;
    std::optional<std::int64_t> credits;
    Instant created_at;
    static constexpr auto fields() {
        using T = ExportedCheckout;
        return std::tuple{Field{"id", &T::id},           Field{"kind", &T::kind},
                          Field{"state", &T::state},     Field{"plan", &T::plan},
                          Field{"credits", &T::credits}, Field{"created_at", &T::created_at}};
    }
};

// Who the account is to Stripe.
struct ExportedCustomer {
    std::string customer_id;
    std::optional<Instant> deleted_at;
    Instant created_at;
    static constexpr auto fields() {
        using T = ExportedCustomer;
        return std::tuple{Field{"customer_id", &T::customer_id},
                          Field{"deleted_at", &T::deleted_at}, Field{"created_at", &T::created_at}};
    }
};

}  // namespace auth
