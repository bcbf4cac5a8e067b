#include "common/accounts/progress_sql.h"
#include "common/http/program.h"
#include "workers/library/favorites_sql.h"
#include "workers/library/library_sql.h"
#include "workers/library/playlists_sql.h"
#include "workers/library/progress_sql.h"
#include "workers/library/routes.h"
#include "workers/library/sync_sql.h"

int main(int argc, char** argv) {
    return run_program(argc, argv, "library", [](Program& program) {
        namespace sql = library::sql;
        Database db{program.database_options(),
                    Program::statements({sql::all, sql::playlists, sql::favorites, sql::progress,
                                         sql::sync, ::progress::sql::all})};
        Announcements announcements{db, program.redis()};
        library::Playlists playlists{db, program.box(), announcements};
        library::Favorites favorites{db, announcements};
        library::ProgressReports progress{db, system_now, announcements};
        library::Sync sync{db, program.box()};
        return program.serve(db, library::routes(playlists, favorites, progress, sync));
    });
}
