#include "workers/billing/billing.h"

#include "common/messages/languages.h"
#include "workers/billing/billing_sql.h"

namespace billing {

Routes routes(Billing& b) {
    return {
        Route{Method::get, "/api/v1/subscriptions/plans", Who::anyone, call(b, &Billing::plans),
              "List the plans, cheapest first"},
        Route{Method::get, "/api/v1/subscriptions/current", Who::user, call(b, &Billing::current),
              "Tell the plan, its limits and how much of them is used"},
        Route{Method::get, "/api/v1/subscriptions/invoices", Who::user, call(b, &Billing::invoices),
              "List what was charged, newest first"},
    };
}

std::vector<Plan> Billing::plans(const Request& request) {
    return db_.list<Plan>(sql::list_plans, languages()[request.language].code);
}

Standing Billing::current(const Request& request) {
    auto [plan, subscription, limits, usage] = db_.pipeline(
        row<Plan>(sql::find_plan, request.user, languages()[request.language].code),
        row<Subscription>(sql::find_subscription, request.user),
        row<Limits>(sql::find_limits, request.user), row<Usage>(sql::count_usage, request.user));
    if (!plan || !subscription || !limits) throw Failure(not_found);  // the account is gone
    return {*std::move(plan), *std::move(subscription), *limits, usage.value()};
}

Page<Invoice> Billing::invoices(const Request& request, const FromQuery<Paging>& query) {
    auto [page, limit] = query.value;
    auto [found, total] =
        db_.pipeline(rows<Invoice>(sql::list_invoices, request.user, limit, offset(page, limit)),
                     row<std::int64_t>(sql::count_invoices, request.user));
    return {std::move(found), page, limit, total.value()};
}

}  // namespace billing
