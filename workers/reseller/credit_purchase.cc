#include "workers/reseller/credit_purchase.h"

#include "common/http/idempotency.h"
#include "workers/reseller/reseller_sql.h"

namespace reseller {

namespace {

struct PricedPackage {
    std::int64_t credits = 0, price_cents = 0;
    std::string currency;
    static constexpr auto fields() {
        return std::tuple{Field{"credits", &PricedPackage::credits},
                          Field{"price_cents", &PricedPackage::price_cents},
                          Field{"currency", &PricedPackage::currency}};
    }
};

}  // namespace

Routes routes(CreditPurchase& purchase) {
    return {Route{Method::post,
                  "/api/v1/reseller/credits/checkout",
                  Who::reseller,
                  call(purchase, &CreditPurchase::checkout),
                  "Begin to buy credits by card, on a page of Stripe's",
                  {&payment_refused, &unavailable}}
                .says("checkout_ready")
                .once_outside()};
}

CheckoutPage CreditPurchase::checkout(const Request& request, const WantedCredits& wanted) {
    Returns returns{wanted.success_url, wanted.cancel_url};
    check_returns(returns, origins_);
    auto package = db_.find<PricedPackage>(sql::find_package, wanted.package_id);
    if (!package) {
        throw Failure(validation_failed).with_faults({{"package_id", "package_unknown", {}}});
    }
    const auto& [credits, price, currency] = *package;
    CreditOffer offer{credits, price, currency,
                      "SyncStream TV credits × " + std::to_string(credits)};
    return checkouts_.buy_credits(Idempotency::call_id(request), request.user, offer, returns);
}

}  // namespace reseller
