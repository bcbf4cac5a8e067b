#include "workers/admin/card_prices.h"

#include "common/base/text.h"
#include "common/process/log.h"
#include "common/stripe/wire.h"

using namespace std::chrono_literals;

namespace admin {

std::string CardPrices::make(const PricedPlan& plan) {
    try {
        return make_price(plan, product_of(plan));
    } catch (const StripeRefusal& refusal) {
        LogLine(Level::error, "price_refused")
            .add("plan", plan.id.text())
            .add("status", refusal.status())
            .add("code", refusal.code());
        throw Failure(price_refused);
    } catch (const Failure& failure) {
        if (&failure.problem() != &unavailable) throw;
        throw Failure(stripe_away).retry_after(failure.retry_after().value_or(5s));
    }
}

// That of the price so far, which may have been made by hand; else one of our own.
std::string CardPrices::product_of(const PricedPlan& plan) {
    if (!plan.former) return make_product(plan);
    try {
        auto price = stripe_.get("/v1/prices/" + percent_encode(*plan.former));
        return stripe::id_of(stripe::at(price, {"product"}));
    } catch (const StripeRefusal& refusal) {
        if (refusal.code() != "resource_missing") throw;
        return make_product(plan);
    }
}

// Its id is ours, so that there can't be two.
std::string CardPrices::make_product(const PricedPlan& plan) {
    auto id = "plan_" + plan.id.text();
    StripeForm form{{"id", id}, {"name", plan.name}, {"metadata[plan_id]", plan.id.text()}};
    if (!plan.description.empty()) form.push_back({"description", plan.description});
    try {
        stripe_.post("/v1/products", form, "product:" + plan.id.text());
    } catch (const StripeRefusal& refusal) {
        if (refusal.code() != "resource_already_exists") throw;
    }
    return id;
}

std::string CardPrices::make_price(const PricedPlan& plan, const std::string& product) {
    auto amount = std::to_string(plan.cents);
    auto price = stripe_.post(
        "/v1/prices",
        {{"product", product},
         {"currency", plan.currency},
         {"unit_amount", amount},
         {"recurring[interval]", "month"},
         {"metadata[plan_id]", plan.id.text()}},
        "price:" + plan.id.text() + ":" + amount + ":" + plan.former.value_or("first"));
    auto id = stripe::id_of(price);
    if (id.empty()) throw Failure(unavailable).retry_after(5s);
    return id;
}

}  // namespace admin
