#include "workers/admin/routes.h"

#include "common/accounts/audit_sql.h"
#include "common/accounts/entitlements_sql.h"
#include "common/accounts/ledger_sql.h"
#include "common/accounts/new_account.h"
#include "common/accounts/new_account_sql.h"
#include "common/accounts/notifications_sql.h"
#include "common/payments/errands_sql.h"
#include "workers/admin/admin_sql.h"
#include "workers/admin/plans_sql.h"

namespace admin {

std::vector<Statements> statements() {
    return {sql::all,          sql::plans,
            audit::sql::all,   entitlements::sql::all,
            ledger::sql::all,  new_account::sql::all,
            errands::sql::all, notifications::sql::all};
}

// clang-format off
Routes routes(Admin& a) {
    return {
        Route{Method::get, "/api/v1/admin/stats", Who::admin, call(a.records, &Records::figures),
              "Read the figures of the whole service"},
        Route{Method::get, "/api/v1/admin/users", Who::admin, call(a.people, &People::list),
              "List the accounts, newest first; searched by address and name"},
        Route{Method::get, "/api/v1/admin/users/{id}", Who::admin, call(a.people, &People::read),
              "Look into an account: what holds for it and why, devices, credits, events of Stripe's"},
        Route{Method::patch, "/api/v1/admin/users/{id}", Who::admin, call(a.people, &People::change),
              "Suspend or reactivate an account, or correct its name or address",
              {&last_admin, &email_taken}}.says("user_changed").needs_redis(),
        Route{Method::patch, "/api/v1/admin/users/{id}/role", Who::admin,
              call(a.people, &People::give_role),
              "Give an account another role; its access tokens end, and refreshing brings the new role",
              {&last_admin}}.says("role_changed").needs_redis(),
        Route{Method::post, "/api/v1/admin/users/{id}/subscription", Who::admin,
              call(a.gifts, &Gifts::subscribe),
              "Give an account time on a plan, in place of what was given before",
              }.says("subscription_given").once(),
        Route{Method::post, "/api/v1/admin/credits/add", Who::admin, call(a.gifts, &Gifts::credit),
              "Give an account credits, or with a negative amount take them",
              {&insufficient_credits}}.says("credits_moved").once(),
        Route{Method::get, "/api/v1/admin/plans", Who::admin, call(a.plans, &Plans::list),
              "List all plans, also those that are retired"},
        Route{Method::post, "/api/v1/admin/plans", Who::admin, call(a.plans, &Plans::create),
              "Make a plan, which Stripe sells from then on where it is configured",
              {&conflict, &price_refused, &stripe_away}}.says("plan_created").once_outside(),
        Route{Method::patch, "/api/v1/admin/plans/{id}", Who::admin, call(a.plans, &Plans::change),
              "Change a plan for all who have it; who pays its former price goes on paying that, and a new "
              "rate limit counts with the next token",
              {&conflict, &price_refused, &stripe_away}}.says("plan_updated").once_outside(),
        Route{Method::remove, "/api/v1/admin/plans/{id}", Who::admin, call(a.plans, &Plans::retire),
              "Retire a plan: who has it keeps it", {&plan_needed}}.says("plan_retired"),
        Route{Method::get, "/api/v1/admin/webhooks", Who::admin, call(a.records, &Records::events),
              "List what Stripe told, newest first"},
        Route{Method::post, "/api/v1/admin/webhooks/{id}/replay", Who::admin,
              call(a.records, &Records::replay),
              "Have an event applied again, within seconds", {&event_unreadable}}.says("webhook_replayed"),
        Route{Method::get, "/api/v1/admin/audit", Who::admin, call(a.records, &Records::deeds),
              "List what admins did, newest first"},
    };
}
// clang-format on

}  // namespace admin
