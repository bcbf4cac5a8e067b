#include "common/http/program.h"
#include "workers/status/status.h"

int main(int argc, char** argv) {
    return run_program(argc, argv, "status", [](Program& program) {
        Database db{program.database_options(), Program::statements({})};
        status::Status status{db, program.redis(), program.settings().text("RUN_FOLDER")};
        return program.serve(db, status::routes(status));
    });
}
