#include "common/http/program.h"
#include "common/payments/checkouts_sql.h"
#include "workers/billing/billing.h"
#include "workers/billing/billing_sql.h"
#include "workers/billing/purchasing.h"
#include "workers/billing/purchasing_sql.h"
#include "workers/billing/returned_mail.h"
#include "workers/billing/returned_mail_sql.h"
#include "workers/billing/webhooks.h"

namespace {

std::vector<Statements> statements() {
    auto all = payments::statements();
    all.insert(all.end(), {billing::sql::all, billing::sql::purchasing, billing::sql::returned_mail,
                           checkouts::sql::all});
    return Program::statements(std::move(all));
}

// Somebody waits for the answer: two short attempts, and an honest 503.
StripeOptions stripe_options(const Settings& settings) {
    return {.base = settings.text("STRIPE_API_BASE"),
            .key = settings.secret("STRIPE_SECRET_KEY"),
            .version = settings.text("STRIPE_API_VERSION"),
            .timeout = std::chrono::seconds{4},
            .attempts = 2};
}

Routes join(std::vector<Routes> all) {
    Routes joined;
    for (auto& some : all) std::move(some.begin(), some.end(), std::back_inserter(joined));
    return joined;
}

}  // namespace

int main(int argc, char** argv) {
    return run_program(argc, argv, "billing", [](Program& program) {
        const auto& settings = program.settings();
        Database db{program.database_options(), statements()};
        Outbox outbox{db, program.box()};
        Entitlements entitlements{db, program.revocations(),
                                  settings.number("RATE_LIMIT_MULTIPLIER"),
                                  program.access_lifetime()};
        Stripe stripe{stripe_options(settings)};
        Payments payments{db,
                          outbox,
                          entitlements,
                          {db, program.redis(), program.messages()},
                          {std::chrono::days{settings.number("GRACE_DAYS")}, stripe.mode(),
                           program.box().derive("trial cards")}};
        billing::Billing billing{db};
        billing::Purchasing purchasing{db,
                                       stripe,
                                       payments,
                                       billing,
                                       settings.list("CHECKOUT_RETURN_ORIGINS"),
                                       settings.number("TRIAL_DAYS")};
        billing::Webhooks webhooks{payments,
                                   billing::secrets_of(settings.secret("STRIPE_WEBHOOK_SECRETS"))};
        billing::ReturnedMail returned_mail{
            db, billing::secrets_of(settings.secret("RESEND_WEBHOOK_SECRETS"))};
        return program.serve(db, join({billing::routes(billing), billing::routes(purchasing),
                                       billing::routes(webhooks), billing::routes(returned_mail)}));
    });
}
