#include "workers/auth/identity.h"

#include "workers/auth/auth_sql.h"

namespace auth {

bool Identity::fits(const std::optional<Credentials>& credentials, const Secret& password) const {
    if (credentials) return passwords_.verify(password, credentials->password_hash);
    passwords_.spend(password);
    return false;
}

Credentials Identity::confirm(const Request& request, const Secret& password) {
    throttles_.count(throttle::password_account, request.user.text());
    auto credentials = db_.find<Credentials>(sql::find_credentials_of, request.user);
    if (!credentials) throw Failure(unauthenticated);
    if (!fits(credentials, password)) {
        note(request, request.user, event::password_failed);
        throw Failure(wrong_password);
    }
    throttles_.forget(throttle::password_account, request.user.text());
    return *std::move(credentials);
}

void Identity::keep_strong(const Credentials& credentials, const Secret& password) {
    if (!passwords_.needs_rehash(credentials.password_hash)) return;
    db_.run(sql::update_password_hash, credentials.id, credentials.password_hash, hash(password));
}

void Identity::note(const Request& request, const Uuid& user, const char* event) {
    std::optional<Uuid> session;
    if (!request.session.nil()) session = request.session;
    db_.run(sql::insert_event, Uuid::make(), user, session, event, request.ip);
}

}  // namespace auth
