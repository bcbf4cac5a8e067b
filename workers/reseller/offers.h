// What a reseller may sell, and at what price.
#pragma once

#include "common/db/database.h"
#include "common/http/request.h"
#include "workers/reseller/reseller.h"

namespace reseller {

// A plan for some months, with what else must be known before it is worth the work of a sale.
struct Offer {
    Uuid plan_id;
    std::string code;
    std::optional<std::int64_t> price;
    bool on_sale = false;
    std::int64_t balance = 0;  // the reseller's
    bool taken = false;        // the address has an account
    static constexpr auto fields() {
        return std::tuple{Field{"plan_id", &Offer::plan_id}, Field{"code", &Offer::code},
                          Field{"price", &Offer::price},     Field{"on_sale", &Offer::on_sale},
                          Field{"balance", &Offer::balance}, Field{"taken", &Offer::taken}};
    }
};

// What is wrong with a price that no plan on sale has.
Fault unknown_price();

// Throws validation_failed with that when there is no such plan, or it is not sold.
Offer find_offer(Database& db, const Request& request, const std::string& price_id,
                 std::int64_t months, const std::string& email);

// Throws validation_failed for what no balance can hold.
std::int64_t times(std::int64_t cost, std::int64_t months);

}  // namespace reseller
