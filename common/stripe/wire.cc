#include "common/stripe/wire.h"

#include <algorithm>

#include "common/base/text.h"

namespace stripe {

namespace {

using Kind = JsonValue::Kind;
const JsonValue nothing{};

const JsonValue& step(const JsonValue& json, std::string_view name) {
    if (json.kind == Kind::list) {
        auto index = parse_integer(name).value_or(-1);
        return index >= 0 && index < std::ssize(json.list) ? json.list[index] : nothing;
    }
    const auto* member = json.kind == Kind::object ? json.find(name) : nullptr;
    return member ? *member : nothing;
}

// The first text that is not empty.
std::string first(std::initializer_list<std::string> texts) {
    auto found = std::find_if(texts.begin(), texts.end(), [](const auto& t) { return !t.empty(); });
    return found == texts.end() ? std::string{} : *found;
}

const std::vector<JsonValue>& rows(const JsonValue& list) {
    static const std::vector<JsonValue> none;
    const auto& data = at(list, {"data"});
    return data.kind == Kind::list ? data.list : none;
}

bool truth(const JsonValue& json) { return json.kind == Kind::boolean && json.boolean; }

void take_least(Seconds& target, Seconds value) {
    if (value && (!target || *value < *target)) target = value;
}
void take_most(Seconds& target, Seconds value) {
    if (value && (!target || *value > *target)) target = value;
}

std::string customer_of(const JsonValue& object) {
    if (text(at(object, {"object"})) == "customer") return id_of(object);
    return id_of(at(object, {"customer"}));
}

void read_items(const JsonValue& json, Subscription& subscription) {
    Seconds start, end;
    for (const auto& item : rows(at(json, {"items"}))) {
        if (subscription.item.empty()) subscription.item = id_of(item);
        auto price = first({id_of(at(item, {"price"})), id_of(at(item, {"plan"}))});
        if (!price.empty()) subscription.prices.push_back(price);
        take_least(start, number(at(item, {"current_period_start"})));
        take_most(end, number(at(item, {"current_period_end"})));
    }
    auto whole = id_of(at(json, {"plan"}));
    if (subscription.prices.empty() && !whole.empty()) subscription.prices.push_back(whole);
    if (!subscription.period_start) subscription.period_start = start;
    if (!subscription.period_end) subscription.period_end = end;
}

std::string subscription_of_line(const JsonValue& line) {
    return first({id_of(at(line, {"parent", "subscription_item_details", "subscription"})),
                  id_of(at(line, {"subscription"}))});
}

bool is_proration(const JsonValue& line) {
    return truth(at(line, {"proration"})) ||
           truth(at(line, {"parent", "subscription_item_details", "proration"}));
}

struct Period {
    Seconds start, end;
    void take(const JsonValue& line) {
        take_least(start, number(at(line, {"period", "start"})));
        take_most(end, number(at(line, {"period", "end"})));
    }
};

// Of the lines that are charged for a whole period; where there are none, of those that correct
// one.
void read_lines(const JsonValue& json, Invoice& invoice) {
    Period whole, corrected;
    for (const auto& line : rows(at(json, {"lines"}))) {
        if (invoice.subscription.empty()) invoice.subscription = subscription_of_line(line);
        (is_proration(line) ? corrected : whole).take(line);
    }
    auto [start, end] = whole.start || whole.end ? whole : corrected;
    invoice.period_start = start;
    invoice.period_end = end;
}

std::string status_of(const JsonValue& json) {
    if (truth(at(json, {"paid"}))) return "paid";
    auto status = text(at(json, {"status"}));
    for (const char* known : {"draft", "open", "paid", "uncollectible", "void"}) {
        if (status == known) return status;
    }
    return "open";
}

}  // namespace

const JsonValue& at(const JsonValue& json, std::initializer_list<std::string_view> path) {
    const auto* here = &json;
    for (auto name : path) here = &step(*here, name);
    return *here;
}

std::string text(const JsonValue& json) { return json.kind == Kind::text ? json.text : ""; }

std::optional<std::int64_t> number(const JsonValue& json) {
    if (json.kind == Kind::integer) return json.integer;
    if (json.kind == Kind::text) return parse_integer(json.text);  // as metadata writes numbers
    return std::nullopt;
}

std::string id_of(const JsonValue& json) {
    return text(json.kind == Kind::object ? at(json, {"id"}) : json);
}

// PostgreSQL's years are enough for any of Stripe's; a broken number must not overflow on the way.
std::optional<Instant> instant(Seconds seconds) {
    constexpr std::int64_t year_9999 = 253'402'300'799;
    if (!seconds || *seconds < 0 || *seconds > year_9999) return std::nullopt;
    return from_unix(*seconds);
}

std::optional<Event> read_event(std::string_view raw) {
    Event event;
    JsonValue json;
    try {
        json = parse_json(raw);
    } catch (const Failure&) {
        return std::nullopt;
    }
    event.id = text(at(json, {"id"}));
    event.type = text(at(json, {"type"}));
    auto created = number(at(json, {"created"}));
    if (event.id.empty() || event.id.size() > 255 || event.type.empty()) return std::nullopt;
    event.created = instant(created) ? *created : 0;
    event.api_version = text(at(json, {"api_version"}));
    event.account = text(at(json, {"account"}));
    event.livemode = truth(at(json, {"livemode"}));
    event.object = at(json, {"data", "object"});
    event.previous = at(json, {"data", "previous_attributes"});
    event.object_id = id_of(event.object);
    event.customer_id = customer_of(event.object);
    event.call = text(at(json, {"request", "idempotency_key"}));
    event.after = number(at(json, {"after"}));
    return event;
}

Subscription read_subscription(const JsonValue& json) {
    Subscription subscription;
    subscription.id = id_of(json);
    subscription.customer = id_of(at(json, {"customer"}));
    subscription.status = text(at(json, {"status"}));
    subscription.user = text(at(json, {"metadata", "user_id"}));
    subscription.period_start = number(at(json, {"current_period_start"}));
    subscription.period_end = number(at(json, {"current_period_end"}));
    subscription.cancel_at = number(at(json, {"cancel_at"}));
    subscription.canceled_at = number(at(json, {"canceled_at"}));
    subscription.ended_at = number(at(json, {"ended_at"}));
    subscription.trial_start = number(at(json, {"trial_start"}));
    subscription.trial_end = number(at(json, {"trial_end"}));
    // With flexible billing the portal sets a time instead of the flag.
    subscription.cancels =
        truth(at(json, {"cancel_at_period_end"})) || subscription.cancel_at.has_value();
    read_items(json, subscription);
    return subscription;
}

bool terminal(std::string_view status) {
    return status == "canceled" || status == "incomplete_expired";
}

Invoice read_invoice(const JsonValue& json) {
    Invoice invoice;
    invoice.id = id_of(json);
    invoice.customer = id_of(at(json, {"customer"}));
    invoice.subscription =
        first({id_of(at(json, {"subscription"})),
               id_of(at(json, {"parent", "subscription_details", "subscription"}))});
    invoice.status = status_of(json);
    invoice.billing_reason = text(at(json, {"billing_reason"}));
    invoice.currency = first({text(at(json, {"currency"})), "usd"});
    invoice.number = text(at(json, {"number"}));
    invoice.hosted_url = text(at(json, {"hosted_invoice_url"}));
    invoice.pdf_url = text(at(json, {"invoice_pdf"}));
    invoice.amount_due = number(at(json, {"amount_due"})).value_or(0);
    invoice.amount_paid = number(at(json, {"amount_paid"})).value_or(0);
    invoice.attempts = number(at(json, {"attempt_count"})).value_or(0);
    invoice.created = number(at(json, {"created"})).value_or(0);
    invoice.next_attempt = number(at(json, {"next_payment_attempt"}));
    read_lines(json, invoice);
    return invoice;
}

Checkout read_checkout(const JsonValue& json) {
    Checkout checkout;
    checkout.id = id_of(json);
    checkout.customer = id_of(at(json, {"customer"}));
    checkout.subscription = id_of(at(json, {"subscription"}));
    checkout.payment_intent = id_of(at(json, {"payment_intent"}));
    checkout.mode = text(at(json, {"mode"}));
    checkout.payment_status = text(at(json, {"payment_status"}));
    checkout.user =
        first({text(at(json, {"client_reference_id"})), text(at(json, {"metadata", "user_id"}))});
    checkout.kind = text(at(json, {"metadata", "kind"}));
    checkout.ours = text(at(json, {"metadata", "checkout_id"}));
    checkout.credits = number(at(json, {"metadata", "credits"}));
    return checkout;
}

Charge read_charge(const JsonValue& json) {
    Charge charge;
    charge.id = id_of(json);
    charge.customer = id_of(at(json, {"customer"}));
    charge.payment_intent = id_of(at(json, {"payment_intent"}));
    charge.currency = first({text(at(json, {"currency"})), "usd"});
    charge.amount = number(at(json, {"amount"})).value_or(0);
    charge.amount_refunded = number(at(json, {"amount_refunded"})).value_or(0);
    return charge;
}

std::string fingerprint_of(const JsonValue& json) {
    return first({text(at(json, {"payment_method_details", "card", "fingerprint"})),
                  text(at(json, {"card", "fingerprint"}))});
}

Dispute read_dispute(const JsonValue& json) {
    Dispute dispute;
    dispute.id = id_of(json);
    dispute.charge = id_of(at(json, {"charge"}));
    dispute.payment_intent = id_of(at(json, {"payment_intent"}));
    dispute.status = text(at(json, {"status"}));
    dispute.currency = first({text(at(json, {"currency"})), "usd"});
    dispute.amount = number(at(json, {"amount"})).value_or(0);
    return dispute;
}

}  // namespace stripe
