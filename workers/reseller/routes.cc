#include "workers/reseller/routes.h"

#include "common/accounts/entitlements_sql.h"
#include "common/accounts/ledger_sql.h"
#include "common/accounts/new_account_sql.h"
#include "common/accounts/notifications_sql.h"
#include "common/mail/outbox_sql.h"
#include "common/payments/checkouts_sql.h"
#include "workers/reseller/reseller_sql.h"

namespace reseller {

std::vector<Statements> statements() {
    return {sql::all,
            checkouts::sql::all,
            entitlements::sql::all,
            ledger::sql::all,
            new_account::sql::all,
            outbox::sql::all,
            notifications::sql::all};
}

// PATCH honours no Idempotency-Key: it may be done twice, and what it tells Redis must come after
// the commit.
// clang-format off
Routes routes(Reseller& r) {
    return {
        Route{Method::get, "/api/v1/reseller/dashboard", Who::reseller,
              call(r.books, &Books::dashboard), "Read the figures of the business"},
        Route{Method::get, "/api/v1/reseller/clients", Who::reseller,
              call(r.clients, &Clients::list), "List the clients, newest first"},
        Route{Method::post, "/api/v1/reseller/clients", Who::reseller,
              call(r.sales, &Sales::create),
              "Open an account for a client; costs the plan's credits times the months",
              {&insufficient_credits, &email_taken}}.says("client_created").once_required().hashes(),
        Route{Method::post, "/api/v1/reseller/clients/bulk", Who::reseller,
              call(r.bulk, &BulkSale::create),
              "Open up to 500 accounts: all or none, or with the mode `partial` those that can be",
              {&insufficient_credits, &email_taken}}.says("clients_created").once_required().hashes(),
        Route{Method::get, "/api/v1/reseller/clients/{id}", Who::reseller,
              call(r.clients, &Clients::read), "Read a client"},
        Route{Method::patch, "/api/v1/reseller/clients/{id}", Who::reseller,
              call(r.clients, &Clients::change),
              "Rename a client, suspend or reactivate it, or give it a new password",
              }.says("client_updated").hashes(),
        Route{Method::post, "/api/v1/reseller/clients/{id}/renew", Who::reseller,
              call(r.sales, &Sales::renew),
              "Extend a client's time, from its end or from now; costs the plan's credits times the months",
              {&insufficient_credits, &not_sold}}.says("client_renewed").once(),
        Route{Method::post, "/api/v1/reseller/clients/{id}/change-plan", Who::reseller,
              call(r.sales, &Sales::change_plan),
              "Change a client's plan at once; a dearer one costs the difference for the months "
              "that have not ended, a cheaper one gives nothing back",
              {&insufficient_credits, &same_plan}}.says("client_plan_changed").once(),
        Route{Method::get, "/api/v1/reseller/transactions", Who::reseller,
              call(r.books, &Books::transactions),
              "List what happened to the credits, newest first; with `format=csv` as a file"},
        Route{Method::get, "/api/v1/reseller/credits/packages", Who::reseller,
              call(r.books, &Books::packages), "List the credits that can be bought by card"},
    };
}
// clang-format on

}  // namespace reseller
