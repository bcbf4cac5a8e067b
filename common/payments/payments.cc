#include "common/payments/payments.h"

#include <exception>

#include "common/accounts/entitlements_sql.h"
#include "common/accounts/ledger_sql.h"
#include "common/accounts/notifications_sql.h"
#include "common/crypto/digest.h"
#include "common/mail/outbox_sql.h"
#include "common/payments/inbox_sql.h"
#include "common/payments/payments_sql.h"
#include "common/payments/purchases_sql.h"
#include "common/payments/subscriptions_sql.h"
#include "common/process/log.h"

namespace sql = payments::sql;

namespace {

constexpr std::int64_t batch = 50;

bool begins(std::string_view text, std::string_view with) { return text.starts_with(with); }

}  // namespace

std::vector<Statements> payments::statements() {
    return {payments::sql::all,  inbox::sql::all,        subscriptions::sql::all,
            purchases::sql::all, entitlements::sql::all, ledger::sql::all,
            outbox::sql::all,    notifications::sql::all};
}

Payments::Payments(Database& db, Outbox& outbox, Entitlements& entitlements,
                   Notifications notifications, PaymentRules rules)
    : db_(db),
      rules_(std::move(rules)),
      inbox_(db),
      subscriptions_(db, inbox_, outbox, entitlements, notifications, rules_.grace),
      purchases_(db, subscriptions_) {}

void Payments::receive(std::string_view raw) { apply(inbox_.take(raw)); }

void Payments::apply(const std::string& id) {
    try {
        db_.transaction([&] { work(id); });
    } catch (const std::exception& error) {
        put_off(id, error.what());
    }
}

bool Payments::apply_due() {
    auto due = inbox_.claim_due(batch);
    for (const auto& id : due) apply(id);
    return std::ssize(due) == batch;
}

void Payments::lose_customer(const std::string& customer) {
    JsonValue object = parse_json(R"({"object":"customer","deleted":true})");
    JsonValue id;
    id.kind = JsonValue::Kind::text;
    id.text = customer;
    object.members.push_back({"id", id});
    apply(inbox_.take_answer(object, "customer.deleted", {.newest = system_now()}));
}

void Payments::work(const std::string& id) {
    auto claimed = db_.find<StoredEvent>(sql::claim_event, id);
    if (!claimed) return;
    db_.run(sql::lock_customer, id);
    auto event = read_stored(*claimed);
    auto outcome = event ? dispatch(*event) : failed("it is no event");
    db_.run(sql::finish_event, id, name(outcome.state), outcome.note);
    bool bad = outcome.state == Outcome::State::failed;
    LogLine line(bad ? Level::error : Level::info, bad ? "stripe_event_parked" : "stripe_event");
    line.add("event", id).add("state", name(outcome.state)).add("note", outcome.note);
    if (event) line.add("type", event->type);
}

Outcome Payments::dispatch(const stripe::Event& event) {
    const auto& type = event.type;
    if (!event.account.empty()) return ignored("of another account");
    if (rules_.live && event.livemode != *rules_.live) return ignored("of the other mode");
    if (event.object_id.empty()) return ignored("about nothing that has an id");
    remember_card(event);
    if (type == "customer.subscription.trial_will_end") {
        return subscriptions_.announce_trial_end(event);
    }
    if (begins(type, "customer.subscription.")) return subscriptions_.refresh(event.object_id);
    if (begins(type, "invoice.")) return subscriptions_.refresh_invoice(event.object_id);
    if (type == "customer.deleted") return subscriptions_.forget_customer(event);
    if (begins(type, "checkout.session.")) {
        auto checkout = stripe::read_checkout(event.object);
        bool over = type.ends_with(".expired") || type.ends_with("_failed");
        return over ? purchases_.close(checkout) : purchases_.complete(checkout);
    }
    if (begins(type, "charge.dispute.")) {
        return purchases_.keep_dispute(stripe::read_dispute(event.object), counted_from(event));
    }
    bool of_charge = stripe::text(stripe::at(event.object, {"object"})) != "refund";
    if (begins(type, "charge.") && of_charge) {
        return purchases_.keep_charge(stripe::read_charge(event.object));
    }
    return type == "payment_method.attached" ? done() : ignored("");
}

// A trial is once per card; of the card itself nothing is kept.
void Payments::remember_card(const stripe::Event& event) {
    auto fingerprint = stripe::fingerprint_of(event.object);
    if (fingerprint.empty() || event.customer_id.empty()) return;
    db_.run(sql::remember_card, hmac_sha256(rules_.card_key, fingerprint), event.customer_id);
}

// What is away comes back; what is wrong with us or with the event shows in its row.
void Payments::put_off(const std::string& id, const char* why) {
    LogLine(Level::warning, "stripe_event_put_off").add("event", id).add("error", why);
    try {
        db_.run(sql::put_off_event, id, why);
    } catch (const std::exception&) {
        // It waits as it is.
    }
}
