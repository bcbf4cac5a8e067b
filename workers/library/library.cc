#include "workers/library/library.h"

#include "common/base/text.h"
#include "workers/library/library_sql.h"

namespace library {

bool one_line(std::string_view text) {
    return !trim(text).empty() && text.find_first_of("\n\t") == text.npos;
}

Uuid profile_of(Database& db, const Request& request) {
    if (request.token->profile) return *request.token->profile;
    return db.get<Uuid>(sql::find_default_profile, request.user);
}

}  // namespace library
