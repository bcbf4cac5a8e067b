#include "common/payments/standing.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "common/stripe/history.h"

using namespace std::chrono_literals;

namespace {

constexpr std::chrono::days told_at_most{30};

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> all) {
    return std::find(all.begin(), all.end(), text) != all.end();
}

bool settled(const InvoiceState& invoice) { return is_one_of(invoice.status, {"paid", "void"}); }

bool failing(const InvoiceState& invoice) { return invoice.failed_at && !settled(invoice); }

void take_least(std::optional<Instant>& target, std::optional<Instant> value) {
    if (value && (!target || *value < *target)) target = value;
}

// Since when the events say without interruption that a payment is overdue.
std::optional<Instant> overdue_since(std::vector<const stripe::Event*> events) {
    std::sort(events.begin(), events.end(), [](auto* one, auto* other) {
        return std::pair{one->created, one->arrival} < std::pair{other->created, other->arrival};
    });
    std::optional<Instant> since;
    for (const auto* one : events) {
        if (stripe::text(stripe::at(one->object, {"status"})) != "past_due") {
            since.reset();
        } else if (!since) {
            since = counted_from(*one);
        }
    }
    return since;
}

std::optional<Instant> overdue_since(const std::vector<stripe::Event>& events) {
    std::vector<const stripe::Event*> all;
    for (const auto& one : events) all.push_back(&one);
    return overdue_since(std::move(all));
}

// An invoice that is newer than what the subscription says of itself changes it: Stripe sends both,
// and one may come much later than the other, or never.
std::string status_by(const Standing& standing, const std::vector<InvoiceState>& invoices) {
    auto at = from_unix(standing.at);
    bool fails = std::any_of(invoices.begin(), invoices.end(), failing);
    bool failed_since = std::any_of(invoices.begin(), invoices.end(), [&](const auto& one) {
        return failing(one) && *one.failed_at >= at;
    });
    bool paid_since = std::any_of(invoices.begin(), invoices.end(), [&](const auto& one) {
        return one.status == "paid" && one.paid_at && *one.paid_at >= at;
    });
    const auto& told = standing.told.status;
    if (failed_since && is_one_of(told, {"active", "trialing"})) return "past_due";
    if (paid_since && !fails && is_one_of(told, {"past_due", "incomplete"})) return "active";
    return told;
}

// A paid invoice of a later period has prolonged it.
void prolong(Standing& standing, const std::vector<InvoiceState>& invoices) {
    for (const auto& one : invoices) {
        bool newer = one.paid_at && *one.paid_at >= from_unix(standing.at);
        if (one.status != "paid" || !newer || !one.period_end || !standing.period_end) continue;
        if (*one.period_end <= *standing.period_end) continue;
        standing.period_end = one.period_end;
        if (one.period_start) standing.period_start = one.period_start;
    }
}

void begin_grace(Standing& standing, const std::vector<stripe::Event>& events,
                 const std::vector<InvoiceState>& invoices, std::chrono::days grace) {
    if (standing.status != "past_due") return;
    std::optional<Instant> since;
    for (const auto& one : invoices) {
        if (failing(one)) take_least(since, one.first_failed_at);
    }
    if (!since) since = overdue_since(events);
    if (since) standing.grace_until = *since + grace;
}

// Over at once, whatever was paid for.
void end(Standing& standing, Instant told_at, Instant now) {
    standing.status =
        standing.told.status == "incomplete_expired" ? "incomplete_expired" : "canceled";
    auto told = stripe::instant(standing.told.ended_at);
    standing.ended_at = std::min(told.value_or(told_at), now);
    take_least(standing.period_end, standing.ended_at);
    if (!standing.period_end) standing.period_end = standing.ended_at;
    standing.grace_until.reset();
}

bool was_alive(const stripe::Event& event) {
    auto told = stripe::read_subscription(event.object);
    return is_one_of(told.status, {"trialing", "active", "past_due", "unpaid", "paused"}) ||
           told.trial_start;
}

void read(Standing& standing, const stripe::Event& event) {
    standing.told = stripe::read_subscription(event.object);
    standing.event = event.id;
    standing.at = event.created;
    standing.period_start = stripe::instant(standing.told.period_start);
    standing.period_end = stripe::instant(standing.told.period_end);
    standing.cancel_at = stripe::instant(standing.told.cancel_at);
    standing.trial_end = stripe::instant(standing.told.trial_end);
}

}  // namespace

Instant counted_from(const stripe::Event& event) {
    auto at = from_unix(event.created);
    return at > event.received - told_at_most && at <= event.received ? at : event.received;
}

Standing standing_of(const std::vector<stripe::Event>& events,
                     const std::vector<InvoiceState>& invoices, std::optional<Instant> gone,
                     std::chrono::days grace, Instant now) {
    auto [newest, certain] = stripe::newest_of_subscription(events);
    Standing standing;
    standing.certain = certain;
    read(standing, *newest);
    standing.used_trial = std::any_of(events.begin(), events.end(), was_alive) ||
                          std::any_of(invoices.begin(), invoices.end(),
                                      [](const auto& i) { return i.status == "paid"; });
    bool deleted = newest->type == "customer.subscription.deleted";
    if (deleted || stripe::terminal(standing.told.status)) {
        end(standing, counted_from(*newest), now);
    } else if (gone) {
        end(standing, *gone, now);
    } else {
        standing.status = status_by(standing, invoices);
        prolong(standing, invoices);
        begin_grace(standing, events, invoices, grace);
    }
    if (standing.period_start && standing.period_end)
        take_least(standing.period_start, standing.period_end);
    return standing;
}
