// Buying credits by card: a page of Stripe's, where the reseller pays. The credits come when Stripe
// tells that they are paid (common/payments), once however often it tells.
#pragma once

#include <string>
#include <vector>

#include "common/http/route.h"
#include "common/payments/checkouts.h"
#include "workers/reseller/reseller.h"

namespace reseller {

struct WantedCredits {
    std::string package_id;  // the id of a package, or its code
    std::string success_url, cancel_url;
    static constexpr auto fields() {
        return std::tuple{Field{"package_id", &WantedCredits::package_id, Length{1, 100}},
                          Field{"success_url", &WantedCredits::success_url, HttpUrl{}},
                          Field{"cancel_url", &WantedCredits::cancel_url, HttpUrl{}}};
    }
};

class CreditPurchase {
  public:
    // `origins`: of the sites to which Stripe's page may lead back.
    CreditPurchase(Database& db, Stripe& stripe, std::vector<std::string> origins)
        : db_(db), checkouts_(db, stripe, 0), origins_(std::move(origins)) {}

    CheckoutPage checkout(const Request& request, const WantedCredits& wanted);

  private:
    Database& db_;
    Checkouts checkouts_;
    std::vector<std::string> origins_;
};

// With the statements of `statements()` in the database.
Routes routes(CreditPurchase& purchase);

}  // namespace reseller
