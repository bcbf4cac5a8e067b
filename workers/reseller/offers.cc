#include "workers/reseller/offers.h"

#include "workers/reseller/reseller_sql.h"

namespace reseller {

Fault unknown_price() { return {"plan_stripe_price_id", "plan_not_on_sale", {}}; }

Offer find_offer(Database& db, const Request& request, const std::string& price_id,
                 std::int64_t months, const std::string& email) {
    auto offer = db.find<Offer>(sql::find_offer, request.user, price_id, months, email);
    if (!offer || !offer->on_sale) {
        throw Failure(validation_failed).with_faults({unknown_price()});
    }
    return *offer;
}

std::int64_t times(std::int64_t cost, std::int64_t months) {
    std::int64_t price = 0;
    if (__builtin_mul_overflow(cost, months, &price)) throw Failure(validation_failed);
    return price;
}

}  // namespace reseller
