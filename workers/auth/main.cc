#include "common/http/program.h"
#include "workers/auth/routes.h"

int main(int argc, char** argv) {
    return run_program(argc, argv, "auth", [](Program& program) {
        const auto& settings = program.settings();
        auth::Rules rules{settings.number("TRIAL_DAYS"),
                          settings.number("THROTTLE_MULTIPLIER"),
                          program.access_lifetime(),
                          settings.text("PUBLIC_URL"),
                          {settings.flag("SYNCSTREAM_DEMO"), settings.flag("ADMIN_TOTP_REQUIRED")}};
        Database db{program.database_options(), Program::statements(auth::statements())};
        auth::Auth auth{db,
                        program.redis(),
                        program.tokens(),
                        program.box(),
                        program.passwords(),
                        program.messages(),
                        rules};
        return program.serve(db, auth::routes(auth));
    });
}
