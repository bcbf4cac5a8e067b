// What a subscription is worth here, from all that Stripe told about it: a pure function of the
// events and invoices that are known, so it does not matter in which order, how often and with
// which interruptions they came. Used by payments.h, which keeps the answer in `subscriptions`.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/time.h"
#include "common/json/fields.h"
#include "common/stripe/wire.h"

// What its invoices say of a subscription. `failed_at` and `paid_at` are Stripe's instants of the
// newest failed attempt and of the payment; `first_failed_at` is when we count it from.
struct InvoiceState {
    std::string status;
    std::optional<Instant> first_failed_at, failed_at, paid_at, period_start, period_end;
    static constexpr auto fields() {
        return std::tuple{Field{"status", &InvoiceState::status},
                          Field{"first_failed_at", &InvoiceState::first_failed_at},
                          Field{"failed_at", &InvoiceState::failed_at},
                          Field{"paid_at", &InvoiceState::paid_at},
                          Field{"period_start", &InvoiceState::period_start},
                          Field{"period_end", &InvoiceState::period_end}};
    }
};

struct Standing {
    stripe::Subscription told;  // as the newest event has it
    std::string event;          // the id of that event
    std::int64_t at = 0;        // when it happened, by Stripe's clock
    bool certain = true;        // false: only Stripe knows which of two events is the newer

    std::string status;
    std::optional<Instant> period_start, period_end, grace_until, cancel_at, ended_at, trial_end;
    bool used_trial = false;  // it was ever more than an attempt to subscribe
};

// From when something counts that happened at Stripe: from then; but an instant that Stripe could
// not have told so late (it keeps events for 30 days), or that lies ahead, is that of a test's
// clock, and it counts from when we heard of it.
Instant counted_from(const stripe::Event& event);

// `events`: at least one. `gone`: when the customer was deleted, which ends all it has.
Standing standing_of(const std::vector<stripe::Event>& events,
                     const std::vector<InvoiceState>& invoices, std::optional<Instant> gone,
                     std::chrono::days grace, Instant now);
