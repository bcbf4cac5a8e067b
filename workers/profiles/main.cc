#include "common/http/program.h"
#include "workers/profiles/guard_sql.h"
#include "workers/profiles/profiles.h"
#include "workers/profiles/profiles_sql.h"

int main(int argc, char** argv) {
    return run_program(argc, argv, "profiles", [](Program& program) {
        namespace sql = profiles::sql;
        Database db{program.database_options(), Program::statements({sql::all, sql::guard})};
        profiles::Profiles profiles{db, program.tokens(), program.access_lifetime(),
                                    profiles::Guard{db, program.pins(), program.passwords()},
                                    Announcements{db, program.redis()}};
        return program.serve(db, profiles::routes(profiles));
    });
}
