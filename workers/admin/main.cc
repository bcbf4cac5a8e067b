#include <iostream>
#include <string_view>

#include "common/http/program.h"
#include "workers/admin/first_admin.h"
#include "workers/admin/routes.h"

namespace {

// Somebody waits for the answer: two short attempts, and an honest 503.
StripeOptions stripe_options(const Settings& settings) {
    return {.base = settings.text("STRIPE_API_BASE"),
            .key = settings.secret("STRIPE_SECRET_KEY"),
            .version = settings.text("STRIPE_API_VERSION"),
            .timeout = std::chrono::seconds{4},
            .attempts = 2};
}

}  // namespace

int main(int argc, char** argv) {
    return run_program(argc, argv, "admin", [&](Program& program) {
        Database db{program.database_options(), Program::statements(admin::statements())};
        if (argc == 3 && std::string_view{argv[1]} == "--create-admin") {
            return admin::create_admin(db, program.passwords(), argv[2], std::cin, std::cout);
        }
        const auto& settings = program.settings();
        Stripe stripe{stripe_options(settings)};
        admin::Admin admin{db,
                           program.redis(),
                           stripe,
                           program.messages(),
                           {settings.number("RATE_LIMIT_MULTIPLIER"), program.access_lifetime()}};
        return program.serve(db, admin::routes(admin));
    });
}
