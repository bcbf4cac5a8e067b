#include "workers/billing/purchasing.h"

#include "common/http/idempotency.h"
#include "common/process/log.h"
#include "common/stripe/wire.h"
#include "workers/billing/purchasing_sql.h"

namespace billing {

namespace {

[[noreturn]] void refuse(const StripeRefusal& refusal) {
    LogLine(Level::warning, "stripe_refused")
        .add("status", refusal.status())
        .add("code", refusal.code());
    if (refusal.status() == 402) throw Failure(payment_declined);
    throw Failure(payment_refused);
}

}  // namespace

Routes routes(Purchasing& p) {
    return {
        Route{Method::post,
              "/api/v1/subscriptions/checkout",
              Who::user,
              call(p, &Purchasing::checkout),
              "Begin to subscribe, on a page of Stripe's",
              {&already_subscribed, &payment_refused}}
            .says("checkout_ready")
            .once_outside(),
        Route{Method::post,
              "/api/v1/subscriptions/portal",
              Who::user,
              call(p, &Purchasing::portal),
              "Open the page where cards and invoices are looked after",
              {&no_billing_account, &payment_refused}}
            .says("portal_ready"),
        Route{Method::post,
              "/api/v1/subscriptions/change",
              Who::user,
              call(p, &Purchasing::change),
              "Change to another plan",
              {&no_card_subscription, &payment_declined, &payment_refused}}
            .says("plan_changed")
            .once_outside(),
        Route{Method::post,
              "/api/v1/subscriptions/cancel",
              Who::user,
              call(p, &Purchasing::cancel),
              "End the subscription with the period that is paid for",
              {&no_card_subscription, &payment_refused}}
            .says("subscription_ends")
            .once_outside(),
        Route{Method::post,
              "/api/v1/subscriptions/resume",
              Who::user,
              call(p, &Purchasing::resume),
              "Let a subscription that was to end go on",
              {&no_card_subscription, &payment_refused}}
            .says("subscription_goes_on")
            .once_outside(),
    };
}

// Links in these answers let whoever has them pay or look into invoices.
Answer<CheckoutPage> Purchasing::checkout(const Request& request, const WantedCheckout& wanted) {
    Returns returns{wanted.success_url, wanted.cancel_url};
    check_returns(returns, origins_);
    return {checkouts_.subscribe(request.user, wanted.price_id, returns)};
}

Answer<Portal> Purchasing::portal(const Request& request, const WantedPortal& wanted) {
    if (!returns_to(wanted.return_url, origins_)) {
        throw Failure(validation_failed).with_faults({{"return_url", "field_return_url", {}}});
    }
    auto customer = db_.find<std::string>(sql::find_customer, request.user);
    if (!customer) throw Failure(no_billing_account);
    try {
        return {open_portal(*customer, wanted)};
    } catch (const StripeRefusal& refusal) {
        if (!refusal.misses("customer")) refuse(refusal);
    }
    try {
        return {open_portal(replace_customer(request.user, *customer), wanted)};
    } catch (const StripeRefusal& refusal) {
        refuse(refusal);
    }
}

Portal Purchasing::open_portal(const std::string& customer, const WantedPortal& wanted) {
    auto answer = stripe_.post("/v1/billing_portal/sessions",
                               {{"customer", customer}, {"return_url", wanted.return_url}},
                               "portal:" + Uuid::make().text());
    return {stripe::text(stripe::at(answer, {"url"}))};
}

// It was deleted at Stripe, with all that it had, and the event of that has not come yet.
std::string Purchasing::replace_customer(const Uuid& user, const std::string& gone) {
    payments_.lose_customer(gone);
    auto answer = stripe_.post("/v1/customers",
                               {{"email", db_.get<std::string>(sql::find_email, user)},
                                {"metadata[user_id]", user.text()}},
                               "customer:" + gone);
    auto customer = stripe::id_of(answer);
    db_.run(sql::keep_customer, customer, user);
    return customer;
}

Standing Purchasing::change(const Request& request, const WantedPlan& wanted) {
    auto price = db_.find<std::int64_t>(sql::find_price_on_sale, wanted.price_id);
    if (!price) {
        throw Failure(validation_failed).with_faults({{"price_id", "field_unknown_price", {}}});
    }
    auto subscription = subscription_of(request);
    if (subscription.price == wanted.price_id) return billing_.current(request);
    StripeForm form{{"items[0][id]", item_of(subscription)}, {"items[0][price]", wanted.price_id}};
    if (*price > subscription.price_cents) {
        form.insert(form.end(), {{"proration_behavior", "always_invoice"},
                                 {"payment_behavior", "error_if_incomplete"}});
    } else {
        form.push_back({"proration_behavior", "create_prorations"});
    }
    tell(request, subscription, form);
    return billing_.current(request);
}

// Both are told also when they seem to be so already: what we know may be older than what Stripe
// does, and saying it twice changes nothing.
Standing Purchasing::cancel(const Request& request) {
    tell(request, subscription_of(request), {{"cancel_at_period_end", "true"}});
    return billing_.current(request);
}

// Stripe takes back the one or the other with a call, but not both.
Standing Purchasing::resume(const Request& request) {
    auto subscription = subscription_of(request);
    auto still_ends = tell(request, subscription, {{"cancel_at_period_end", "false"}}).cancels;
    if (still_ends) tell(request, subscription, {{"cancel_at", ""}}, ":time");
    return billing_.current(request);
}

CardSubscription Purchasing::subscription_of(const Request& request) {
    auto found = db_.find<CardSubscription>(sql::find_card_subscription, request.user);
    if (!found) throw Failure(no_card_subscription);
    return *found;
}

// Changes the subscription at Stripe, and takes over what it answers, so that the change counts
// before its event comes.
stripe::Subscription Purchasing::tell(const Request& request, const CardSubscription& subscription,
                                      const StripeForm& form, const char* step) {
    auto asked = payments_.inbox().before_asking(subscription.id);
    asked.call = "change:" + Idempotency::call_id(request).text() + step;
    try {
        auto answer = stripe_.post("/v1/subscriptions/" + subscription.id, form, asked.call);
        asked.answered = stripe_.answered_at();
        payments_.apply(
            payments_.inbox().take_answer(answer, "customer.subscription.updated", asked));
        return stripe::read_subscription(answer);
    } catch (const StripeRefusal& refusal) {
        refuse(refusal);
    }
}

// Without the item's id Stripe would add a second one beside it.
std::string Purchasing::item_of(const CardSubscription& subscription) {
    if (subscription.item) return *subscription.item;
    try {
        return stripe::read_subscription(stripe_.get("/v1/subscriptions/" + subscription.id)).item;
    } catch (const StripeRefusal& refusal) {
        refuse(refusal);
    }
}

}  // namespace billing
