#include "workers/library/library.h"

#include "workers/library/library_sql.h"

namespace library {

Uuid profile_of(Database& db, const Request& request) {
    if (request.token->profile) return *request.token->profile;
    return db.get<Uuid>(sql::find_default_profile, request.user);
}

}  // namespace library
