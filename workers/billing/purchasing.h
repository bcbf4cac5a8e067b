// Buying, changing and ending a subscription by card. Stripe decides and charges: each call tells
// it what the user wants, outside of any transaction, and what it answers is merged with its
// events.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/http/route.h"
#include "common/payments/checkouts.h"
#include "common/payments/payments.h"
#include "common/stripe/stripe.h"
#include "common/stripe/wire.h"
#include "workers/billing/billing.h"

namespace billing {

inline constexpr Problem no_card_subscription{409, "no_card_subscription"};
inline constexpr Problem no_billing_account{409, "no_billing_account"};
inline constexpr Problem payment_declined{402, "payment_declined"};

struct WantedCheckout {
    std::string price_id, success_url, cancel_url;
    static constexpr auto fields() {
        return std::tuple{Field{"price_id", &WantedCheckout::price_id, Length{1, 255}},
                          Field{"success_url", &WantedCheckout::success_url, HttpUrl{}},
                          Field{"cancel_url", &WantedCheckout::cancel_url, HttpUrl{}}};
    }
};

struct WantedPortal {
    std::string return_url;
    static constexpr auto fields() {
        return std::tuple{Field{"return_url", &WantedPortal::return_url, HttpUrl{}}};
    }
};

struct Portal {
    std::string portal_url;
    static constexpr auto fields() { return std::tuple{Field{"portal_url", &Portal::portal_url}}; }
};

struct WantedPlan {
    std::string price_id;
    static constexpr auto fields() {
        return std::tuple{Field{"price_id", &WantedPlan::price_id, Length{1, 255}}};
    }
};

// The subscription of a user that renews by card.
struct CardSubscription {
    std::string id;
    std::optional<std::string> item, price;
    std::int64_t price_cents = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"id", &CardSubscription::id},
                          Field{"item", &CardSubscription::item},
                          Field{"price", &CardSubscription::price},
                          Field{"price_cents", &CardSubscription::price_cents}};
    }
};

class Purchasing {
  public:
    // `origins`: of the sites to which Stripe's pages may lead back.
    Purchasing(Database& db, Stripe& stripe, Payments& payments, Billing& billing,
               std::vector<std::string> origins, std::int64_t trial_days)
        : db_(db),
          stripe_(stripe),
          payments_(payments),
          billing_(billing),
          checkouts_(db, stripe, trial_days),
          origins_(std::move(origins)) {}

    Answer<CheckoutPage> checkout(const Request& request, const WantedCheckout& wanted);
    Answer<Portal> portal(const Request& request, const WantedPortal& wanted);
    // To a dearer plan only once the difference is paid; to a cheaper one at once, with what was
    // paid too much taken off the next invoice.
    Standing change(const Request& request, const WantedPlan& wanted);
    Standing cancel(const Request& request);  // at the end of the period
    Standing resume(const Request& request);  // while it has not ended

  private:
    CardSubscription subscription_of(const Request& request);
    // `step` tells the second call of a request from the first.
    stripe::Subscription tell(const Request& request, const CardSubscription& subscription,
                              const StripeForm& form, const char* step = "");
    Portal open_portal(const std::string& customer, const WantedPortal& wanted);
    std::string replace_customer(const Uuid& user, const std::string& gone);
    std::string item_of(const CardSubscription& subscription);

    Database& db_;
    Stripe& stripe_;
    Payments& payments_;
    Billing& billing_;
    Checkouts checkouts_;
    std::vector<std::string> origins_;
};

Routes routes(Purchasing& purchasing);

}  // namespace billing
