// What plans cost at Stripe: a product for each plan, and a price for each amount that it ever had,
// because prices there never change. Every call can be repeated: its key follows from the plan and
// from what is asked, so that whatever became of a call before, one price comes of it. Nothing is
// written here; outside of any transaction.
#pragma once

#include <optional>
#include <string>

#include "common/base/problem.h"
#include "common/base/uuid.h"
#include "common/stripe/stripe.h"

namespace admin {

inline constexpr Problem stripe_away{503, "unavailable", "stripe_away"};
inline constexpr Problem price_refused{422, "payment_refused", "price_refused"};

struct PricedPlan {
    Uuid id;
    std::string name, description, currency;
    std::int64_t cents = 0;               // a month, more than 0
    std::optional<std::string> former{};  // the price that it has now
};

class CardPrices {
  public:
    explicit CardPrices(Stripe& stripe) : stripe_(stripe) {}

    // Without a key plans are kept here alone, and name prices that people made there.
    bool sold() const { return stripe_.configured(); }
    // The id of the price. Throws stripe_away, then the same call goes on where this one ended;
    // price_refused.
    std::string make(const PricedPlan& plan);

  private:
    std::string product_of(const PricedPlan& plan);
    std::string make_product(const PricedPlan& plan);
    std::string make_price(const PricedPlan& plan, const std::string& product);

    Stripe& stripe_;
};

}  // namespace admin
