#include "common/http/program.h"
#include "workers/billing/billing.h"
#include "workers/billing/billing_sql.h"

int main(int argc, char** argv) {
    return run_program(argc, argv, "billing", [](Program& program) {
        Database db{program.database_options(), Program::statements({billing::sql::all})};
        billing::Billing billing{db};
        return program.serve(db, billing::routes(billing));
    });
}
