#include "workers/jobs/reconciliation.h"

#include <algorithm>

#include "common/process/log.h"
#include "common/stripe/wire.h"
#include "workers/jobs/reconciliation_sql.h"

using namespace std::chrono_literals;

namespace jobs {

namespace {

// Of what matters: what else there is would only fill the pages.
constexpr const char* wanted[] = {"checkout.session.completed",
                                  "checkout.session.expired",
                                  "checkout.session.async_payment_failed",
                                  "checkout.session.async_payment_succeeded",
                                  "customer.subscription.created",
                                  "customer.subscription.updated",
                                  "customer.subscription.deleted",
                                  "customer.subscription.paused",
                                  "customer.subscription.resumed",
                                  "invoice.paid",
                                  "invoice.payment_failed",
                                  "invoice.finalized",
                                  "invoice.voided",
                                  "invoice.marked_uncollectible",
                                  "charge.refunded",
                                  "charge.dispute.created",
                                  "charge.dispute.closed",
                                  "customer.deleted"};

constexpr auto first_reach = 72h;
constexpr auto overlap = 30min;  // what is delivered late is created early

struct Known {
    std::string status, price;
    std::optional<Instant> period_end;
    bool cancels = false;
    static constexpr auto fields() {
        return std::tuple{Field{"status", &Known::status}, Field{"price", &Known::price},
                          Field{"current_period_end", &Known::period_end},
                          Field{"cancels", &Known::cancels}};
    }
};

bool differs(const stripe::Subscription& told, const Known& known) {
    auto is_ours = [&](const auto& price) { return price == known.price; };
    return told.status != known.status || told.cancels != known.cancels ||
           stripe::instant(told.period_end) != known.period_end ||
           std::none_of(told.prices.begin(), told.prices.end(), is_ours);
}

StripeForm page(Instant since, const std::string& last) {
    StripeForm query{{"limit", "25"}, {"created[gte]", std::to_string(unix_seconds(since))}};
    for (std::size_t i = 0; i < std::size(wanted); ++i) {
        query.push_back({"types[" + std::to_string(i) + "]", wanted[i]});
    }
    if (!last.empty()) query.push_back({"starting_after", last});
    return query;
}

std::string text_of(const JsonValue& json) {
    JsonWriter writer;
    write_json(writer, json);
    return writer.take();
}

}  // namespace

bool Reconciliation::fetch_events() {
    if (!began_) began_ = system_now();
    auto since = since_.value_or(*began_ - first_reach);
    auto answer = stripe_.get("/v1/events", page(since, last_));
    last_.clear();
    for (const auto& event : stripe::at(answer, {"data"}).list) {
        last_ = payments_.inbox().take(text_of(event));
    }
    if (stripe::at(answer, {"has_more"}).boolean && !last_.empty()) return true;
    since_ = *began_ - overlap;
    began_.reset();
    last_.clear();
    return false;
}

bool Reconciliation::compare() {
    if (end_shared_trial()) return true;
    auto subscription = db_.find<std::string>(sql::claim_subscription);
    if (subscription) look_up(*subscription);
    return subscription.has_value();
}

void Reconciliation::look_up(const std::string& subscription) {
    auto asked = payments_.inbox().before_asking(subscription);
    auto known = db_.find<Known>(sql::find_known, subscription);
    try {
        auto answer = stripe_.get("/v1/subscriptions/" + subscription);
        asked.answered = stripe_.answered_at();
        if (!known || !differs(stripe::read_subscription(answer), *known)) return;
        LogLine(Level::warning, "subscription_drifted").add("subscription", subscription);
        payments_.apply(
            payments_.inbox().take_answer(answer, "customer.subscription.updated", asked));
    } catch (const StripeRefusal& refusal) {
        LogLine(Level::error, "subscription_unknown_to_stripe")
            .add("subscription", subscription)
            .add("status", refusal.status());
    }
}

// The event that follows tells what became of it.
bool Reconciliation::end_shared_trial() {
    auto subscription = db_.find<std::string>(sql::claim_shared_trial);
    if (!subscription) return false;
    try {
        stripe_.post("/v1/subscriptions/" + *subscription, {{"trial_end", "now"}},
                     "end-trial:" + *subscription);
    } catch (const StripeRefusal& refusal) {
        LogLine(Level::error, "trial_not_ended")
            .add("subscription", *subscription)
            .add("status", refusal.status());
    }
    return true;
}

}  // namespace jobs
