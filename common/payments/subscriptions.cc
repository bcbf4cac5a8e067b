#include "common/payments/subscriptions.h"

#include <algorithm>
#include <cstdio>

#include "common/payments/subscriptions_sql.h"
#include "common/process/log.h"
#include "common/stripe/history.h"

namespace sql = subscriptions::sql;

namespace {

struct Reader {
    std::string email, full_name, language;
    static constexpr auto fields() {
        return std::tuple{Field{"email", &Reader::email}, Field{"full_name", &Reader::full_name},
                          Field{"language", &Reader::language}};
    }
};

struct Receipt {
    std::string number;
    std::int64_t amount_paid = 0;
    std::string currency;
    static constexpr auto fields() {
        return std::tuple{Field{"number", &Receipt::number},
                          Field{"amount_paid", &Receipt::amount_paid},
                          Field{"currency", &Receipt::currency}};
    }
};

struct EndingTrial {
    Uuid user;
    Instant ends;
    static constexpr auto fields() {
        return std::tuple{Field{"user_id", &EndingTrial::user},
                          Field{"trial_end", &EndingTrial::ends}};
    }
};

// How an invoice failed and was paid, over all that is known about it.
struct Payment {
    std::optional<Instant> first_failed, last_failed, paid;
};

Payment payment_of(const std::vector<stripe::Event>& events) {
    Payment payment;
    for (const auto& one : events) {
        auto at = from_unix(one.created);
        if (one.type == "invoice.payment_failed") {
            auto counted = counted_from(one);
            payment.first_failed = std::min(payment.first_failed.value_or(counted), counted);
            payment.last_failed = std::max(payment.last_failed.value_or(at), at);
        }
        if (stripe::read_invoice(one.object).status == "paid") {
            payment.paid = std::min(payment.paid.value_or(at), at);
        }
    }
    return payment;
}

std::string date(Instant instant) { return rfc3339(instant).substr(0, 10); }

std::string money(std::int64_t cents, const std::string& currency) {
    char text[64];
    std::snprintf(text, sizeof text, "%lld.%02lld %s", static_cast<long long>(cents / 100),
                  static_cast<long long>(cents % 100), currency.c_str());
    return text;
}

}  // namespace

void Subscriptions::bind(const std::string& customer, const std::string& user) {
    auto id = Uuid::parse(user);
    if (customer.empty() || !id) return;
    if (!db_.run(sql::bind_customer, customer, *id)) return;
    db_.run(sql::wake_events, customer);
}

Outcome Subscriptions::refresh(const std::string& subscription) {
    db_.run(sql::lock_object, subscription);
    auto events = inbox_.about(subscription);
    if (events.empty()) return done("the subscription is not known yet");
    auto invoices = db_.list<InvoiceState>(sql::list_invoice_states, subscription);
    auto told = standing_of(events, invoices, {}, grace_, system_now()).told;
    bind(told.customer, told.user);
    auto terms = db_.get<Terms>(sql::find_terms, subscription, told.customer,
                                Uuid::parse(told.user), told.prices);
    if (told.status.empty()) return failed("the subscription has no status");
    if (!terms.user && terms.erased) return done("its account was erased");
    if (!terms.user) return deferred("the customer is not known yet");
    if (!terms.plan) return failed("no plan has one of its prices");
    return keep(subscription, standing_of(events, invoices, terms.gone, grace_, system_now()),
                terms);
}

Outcome Subscriptions::keep(const std::string& subscription, const Standing& standing,
                            const Terms& terms) {
    if (terms.ended && !standing.ended_at) return done("it has ended before");
    const auto& told = standing.told;
    auto user = *terms.user;
    auto before = entitlements_.of(user);
    db_.run(sql::put_subscription, Uuid::make(), user, terms.plan, standing.status, subscription,
            told.customer, standing.period_start, standing.period_end, told.cancels,
            standing.grace_until, from_unix(standing.at), told.status, terms.price, told.item,
            standing.event, standing.cancel_at, standing.ended_at, standing.trial_end,
            !standing.certain);
    if (standing.used_trial) db_.run(sql::use_trial, user);
    if (!standing.ended_at) warn_of_several(user);
    tell_letters(subscription, standing, user);
    if (before) notifications_.compare_plan(user, before->plan_code);
    db_.after_commit([this, user] { entitlements_.changed(user); });
    return done();
}

void Subscriptions::tell_letters(const std::string& subscription, const Standing& standing,
                                 const Uuid& user) {
    auto [failures, receipts] =
        db_.pipeline(row<std::int64_t>(sql::mark_failures_told, subscription),
                     rows<Receipt>(sql::mark_receipts_told, subscription));
    if (failures.value_or(0) > 0 && standing.grace_until) {
        warn(user, occasion::payment_failed, *standing.grace_until);
    }
    for (const auto& one : receipts) {
        post(user, "receipt",
             {{"number", one.number}, {"amount", money(one.amount_paid, one.currency)}});
    }
}

// Two tabs, two cards, and both were taken: the dearer counts, and people have to give one back.
void Subscriptions::warn_of_several(const Uuid& user) {
    auto live = db_.list<std::string>(sql::list_live, user);
    if (live.size() < 2) return;
    LogLine line(Level::warning, "several_subscriptions");
    line.add("user", user.text()).add("count", live.size());
    for (const auto& one : live) line.add("subscription", one);
}

// By a letter and in the app, in the same words.
void Subscriptions::warn(const Uuid& user, const Occasion& occasion, Instant until) {
    std::vector<Detail> details{{"until", date(until)}};
    notifications_.add(user, occasion, details);
    post(user, occasion.kind, std::move(details));
}

void Subscriptions::post(const Uuid& user, const char* name, std::vector<Detail> parameters) {
    auto reader = db_.find<Reader>(sql::find_reader, user);
    if (!reader) return;
    parameters.push_back({"name", reader->full_name});
    outbox_.enqueue({user,
                     reader->email,
                     name,
                     find_language(reader->language).value_or(english),
                     std::move(parameters),
                     {}});
}

Outcome Subscriptions::refresh_invoice(const std::string& id) {
    db_.run(sql::lock_object, id);
    auto events = inbox_.about(id);
    if (events.empty()) return failed("the invoice has no id");
    auto invoice = stripe::read_invoice(stripe::newest_of_invoice(events).event->object);
    auto payment = payment_of(events);
    auto issued = stripe::instant(invoice.created ? invoice.created : events.back().created);
    db_.run(sql::put_invoice, Uuid::make(), id, invoice.subscription, invoice.customer,
            invoice.number, invoice.status, invoice.billing_reason, invoice.amount_due,
            invoice.amount_paid, invoice.currency, invoice.hosted_url, invoice.pdf_url,
            stripe::instant(invoice.period_start), stripe::instant(invoice.period_end),
            invoice.attempts, stripe::instant(invoice.next_attempt), payment.first_failed,
            payment.last_failed, payment.paid, issued.value_or(events.back().received));
    if (invoice.subscription.empty()) return done();
    return refresh(invoice.subscription);
}

Outcome Subscriptions::forget_customer(const stripe::Event& event) {
    db_.run(sql::delete_customer, event.object_id, counted_from(event));
    for (const auto& one :
         db_.list<std::string>(sql::list_customer_subscriptions, event.object_id)) {
        refresh(one);
    }
    return done();
}

Outcome Subscriptions::announce_trial_end(const stripe::Event& event) {
    auto outcome = refresh(event.object_id);
    if (outcome.state != Outcome::State::done) return outcome;
    if (auto ending = db_.find<EndingTrial>(sql::mark_trial_told, event.object_id)) {
        warn(ending->user, occasion::trial_ending, ending->ends);
    }
    return outcome;
}
