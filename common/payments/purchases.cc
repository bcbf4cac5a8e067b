#include "common/payments/purchases.h"

#include <algorithm>

#include "common/payments/purchases_sql.h"

namespace sql = purchases::sql;

namespace {

struct Goods {
    Uuid user;
    std::int64_t credits = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"user_id", &Goods::user}, Field{"credits", &Goods::credits}};
    }
};

struct RefundDue {
    Uuid id, user;
    std::int64_t returned = 0, balance = 0, due = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"id", &RefundDue::id}, Field{"user_id", &RefundDue::user},
                          Field{"returned", &RefundDue::returned},
                          Field{"balance", &RefundDue::balance}, Field{"due", &RefundDue::due}};
    }
};

bool is_paid(const stripe::Checkout& checkout) {
    return checkout.payment_status == "paid" || checkout.payment_status == "no_payment_required";
}

}  // namespace

Outcome Purchases::complete(const stripe::Checkout& checkout) {
    subscriptions_.bind(checkout.customer, checkout.user);
    db_.run(sql::complete_checkout, checkout.id, Uuid::parse(checkout.ours),
            checkout.payment_intent);
    if (checkout.mode == "payment" && checkout.kind == "credits") {
        return is_paid(checkout) ? hand_over(checkout) : done("not paid yet");
    }
    if (checkout.subscription.empty()) return done();
    return subscriptions_.refresh(checkout.subscription);
}

Outcome Purchases::close(const stripe::Checkout& checkout) {
    db_.run(sql::close_checkout, checkout.id, Uuid::parse(checkout.ours));
    return done();
}

// What was sold is what we noted when the checkout began; one that we know nothing of says so in
// its metadata, which only we can have written.
Outcome Purchases::hand_over(const stripe::Checkout& checkout) {
    auto goods = db_.find<Goods>(sql::find_goods, checkout.id);
    auto user = Uuid::parse(checkout.user);
    if (!goods) {
        if (!user || checkout.credits.value_or(0) <= 0)
            return failed("it is not known what was bought");
        goods = db_.find<Goods>(sql::keep_foreign_checkout, Uuid::make(), *user, *checkout.credits,
                                checkout.id, checkout.payment_intent);
    }
    if (!goods) return deferred("the buyer is not known yet");
    try {
        db_.transaction([&] {
            ledger_.move({.user = goods->user,
                          .amount = goods->credits,
                          .why = Move::purchase,
                          .description = "Bought by card",
                          .reference = Reference{"checkout_session", checkout.id}});
        });
    } catch (const Failure& failure) {
        if (&failure.problem() != &conflict) throw;
        return done("handed over before");
    }
    return checkout.payment_intent.empty() ? done() : settle(checkout.payment_intent);
}

Outcome Purchases::keep_charge(const stripe::Charge& charge) {
    db_.run(sql::put_charge, charge.id, charge.customer, charge.payment_intent, charge.amount,
            charge.amount_refunded, charge.currency);
    return charge.payment_intent.empty() ? done() : settle(charge.payment_intent);
}

Outcome Purchases::keep_dispute(const stripe::Dispute& dispute, Instant at) {
    if (dispute.charge.empty()) return failed("the dispute names no charge");
    db_.run(sql::put_dispute, dispute.charge, dispute.payment_intent, dispute.amount,
            dispute.currency, dispute.id, dispute.status, at);
    return dispute.payment_intent.empty() ? done() : settle(dispute.payment_intent);
}

// Takes back what the refunds of a payment come to, as far as it is still there, or gives again
// what a dispute that was won had taken.
Outcome Purchases::settle(const std::string& payment_intent) {
    auto refund = db_.find<RefundDue>(sql::find_refund_due, payment_intent);
    if (!refund || refund->due == refund->returned) return done();
    auto balance = ledger_.hold(refund->user);
    auto amount = std::min(refund->due - refund->returned, balance);
    if (amount != 0) {
        auto now = db_.get<std::int64_t>(sql::note_returned, refund->id, amount);
        ledger_.move({.user = refund->user,
                      .amount = -amount,
                      .why = amount > 0 ? Move::refund : Move::adjustment,
                      .description = amount > 0 ? "Refund by card" : "Dispute won",
                      .reference = Reference{"checkout_refund", Uuid::make().text()}});
        refund->returned = now;
    }
    auto owed = refund->due - refund->returned;
    return owed > 0 ? done(std::to_string(owed) + " credits were spent and could not be taken back")
                    : done();
}
