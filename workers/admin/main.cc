#include <iostream>
#include <string_view>

#include "common/http/program.h"
#include "workers/admin/first_admin.h"
#include "workers/admin/routes.h"

int main(int argc, char** argv) {
    return run_program(argc, argv, "admin", [&](Program& program) {
        Database db{program.database_options(), Program::statements(admin::statements())};
        if (argc == 3 && std::string_view{argv[1]} == "--create-admin") {
            return admin::create_admin(db, program.passwords(), argv[2], std::cin, std::cout);
        }
        admin::Admin admin{
            db,
            program.redis(),
            {program.settings().number("RATE_LIMIT_MULTIPLIER"), program.access_lifetime()}};
        return program.serve(db, admin::routes(admin));
    });
}
