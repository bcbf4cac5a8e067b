#include "common/http/program.h"
#include "workers/reseller/routes.h"

int main(int argc, char** argv) {
    return run_program(argc, argv, "reseller", [](Program& program) {
        const auto& settings = program.settings();
        reseller::Rules rules{settings.number("RATE_LIMIT_MULTIPLIER"),
                              settings.number("HASH_CHILDREN"), program.access_lifetime()};
        Database db{program.database_options(), Program::statements(reseller::statements())};
        reseller::Reseller reseller{db, program.redis(), program.box(), program.passwords(), rules};
        return program.serve(db, reseller::routes(reseller));
    });
}
