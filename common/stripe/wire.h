// What Stripe's objects say, as far as it concerns us, whichever version of its API wrote them:
// fields that moved in 2025 ("basil") are read in the old place and the new one. Readers are
// lenient: what is missing or of an unknown shape is empty, because an event that cannot be read
// would be lost. Times are Stripe's whole seconds.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/time.h"
#include "common/json/json.h"

namespace stripe {

using Seconds = std::optional<std::int64_t>;

// The value below an object by its path; a null value where there is none. A number is the index
// of a list.
const JsonValue& at(const JsonValue& json, std::initializer_list<std::string_view> path);
std::string text(const JsonValue& json);                    // empty: no text
std::optional<std::int64_t> number(const JsonValue& json);  // nothing: no whole number
// The id of an object that may be given as such or whole.
std::string id_of(const JsonValue& json);
std::optional<Instant> instant(Seconds seconds);

struct Event {
    std::string id, type, api_version, account, object_id, customer_id;
    bool livemode = false;
    std::int64_t created = 0;
    std::string call;            // idempotency key of the call that it follows from, if any
    JsonValue object, previous;  // data.object, data.previous_attributes
    // Of an answer that is kept as an event: what had arrived when Stripe was asked.
    std::optional<std::int64_t> after{};
    // How it came to us: in which order, and when.
    std::int64_t arrival = 0;
    Instant received{};
};
// Nothing when the text is no JSON, or no event with an id, a type and a time.
std::optional<Event> read_event(std::string_view raw);

struct Subscription {
    std::string id, customer, status, item;
    std::vector<std::string> prices;  // of all its items
    std::string user;                 // metadata.user_id, which our checkout sets
    Seconds period_start{}, period_end{}, cancel_at{}, canceled_at{}, ended_at{}, trial_start{},
        trial_end{};
    bool cancels = false;  // at the end of the period, or at a time
};
Subscription read_subscription(const JsonValue& json);
bool terminal(std::string_view subscription_status);  // it never changes again

struct Invoice {
    std::string id, customer, subscription, status, billing_reason, currency, number, hosted_url,
        pdf_url;
    std::int64_t amount_due = 0, amount_paid = 0, attempts = 0, created = 0;
    Seconds next_attempt{}, period_start{}, period_end{};  // the period that is paid for
};
Invoice read_invoice(const JsonValue& json);

struct Checkout {
    std::string id, customer, subscription, payment_intent, mode, payment_status;
    std::string user;        // client_reference_id, or metadata.user_id
    std::string kind, ours;  // metadata.kind, metadata.checkout_id: the row that began it
    std::optional<std::int64_t> credits;
};
Checkout read_checkout(const JsonValue& json);

struct Charge {
    std::string id, customer, payment_intent, currency;
    std::int64_t amount = 0, amount_refunded = 0;
};
Charge read_charge(const JsonValue& json);
// Of the card of a charge or a payment method: the same for the same card of whomever; or empty.
std::string fingerprint_of(const JsonValue& json);

struct Dispute {
    std::string id, charge, payment_intent, status, currency;
    std::int64_t amount = 0;
};
Dispute read_dispute(const JsonValue& json);

}  // namespace stripe
