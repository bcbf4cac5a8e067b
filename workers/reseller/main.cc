#include "common/http/program.h"
#include "workers/reseller/credit_purchase.h"
#include "workers/reseller/routes.h"

namespace {

// Somebody waits for the answer: two short attempts, and an honest 503.
StripeOptions stripe_options(const Settings& settings) {
    return {.base = settings.text("STRIPE_API_BASE"),
            .key = settings.secret("STRIPE_SECRET_KEY"),
            .version = settings.text("STRIPE_API_VERSION"),
            .timeout = std::chrono::seconds{4},
            .attempts = 2};
}

Routes join(Routes all, Routes more) {
    std::move(more.begin(), more.end(), std::back_inserter(all));
    return all;
}

}  // namespace

int main(int argc, char** argv) {
    return run_program(argc, argv, "reseller", [](Program& program) {
        const auto& settings = program.settings();
        reseller::Rules rules{settings.number("RATE_LIMIT_MULTIPLIER"),
                              settings.number("HASH_CHILDREN"), program.access_lifetime()};
        Database db{program.database_options(), Program::statements(reseller::statements())};
        reseller::Reseller reseller{
            db, program.redis(), program.box(), program.passwords(), program.messages(), rules};
        Stripe stripe{stripe_options(settings)};
        reseller::CreditPurchase purchase{db, stripe, settings.list("CHECKOUT_RETURN_ORIGINS")};
        return program.serve(db, join(reseller::routes(reseller), reseller::routes(purchase)));
    });
}
