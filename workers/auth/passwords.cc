#include "workers/auth/passwords.h"

#include "common/accounts/password_rules.h"
#include "workers/auth/account_sql.h"
#include "workers/auth/auth_sql.h"

namespace auth {

void PasswordChanges::forgot(const Request& request, const Forgotten& who) {
    throttles_.count(throttle::forgot_address, request.ip);
    // Unseen, or the answer would tell that somebody asks about an account.
    if (!throttles_.admits(throttle::letter_account, subject_of(who.email))) return;
    db_.transaction([&] {
        auto reader = post_.reader(who.email);
        if (!reader) return;
        post_.reset_password(*reader);
        identity_.note(request, reader->id, event::password_reset_requested);
    });
}

// The second factor stays: a mailbox alone must not be enough where more was wished for.
void PasswordChanges::reset(const Request& request, const PasswordReset& reset) {
    refuse_easy("password", reset.password, {"syncstream tv"});
    throttles_.count(throttle::link_address, request.ip);
    auto hash = identity_.hash(reset.password);
    db_.transaction([&] {
        auto user = store_reset(request, reset.token, hash);
        sessions_.end_all(user, "password_reset");
    });
    throttles_.forgive(throttle::link_address, request.ip);
}

Uuid PasswordChanges::store_reset(const Request& request, const Secret& token,
                                  const std::string& hash) {
    auto user =
        db_.find<Uuid>(sql::use_link, digest_of(token), std::vector<std::string>{"reset_password"});
    if (!user) throw Failure(invalid_token);
    auto reader = post_.reader(*user);
    if (!reader) throw Failure(invalid_token);
    db_.run(sql::update_password, *user, hash);
    db_.run(sql::verify_email, *user);  // who opened the link reads that mailbox
    identity_.note(request, *user, event::password_reset);
    post_.tell(*reader, occasion::password_changed);
    throttles_.forget(throttle::login_account, subject_of(reader->email));
    return *user;
}

void PasswordChanges::change(const Request& request, const PasswordChange& change) {
    auto reader = post_.reader(request.user);
    if (!reader) throw Failure(unauthenticated);
    refuse_easy("new_password", change.new_password,
                {reader->email, reader->full_name, "syncstream tv"});
    identity_.confirm(request, change.current_password);
    auto hash = identity_.hash(change.new_password);
    db_.transaction([&] {
        db_.run(sql::update_password, request.user, hash);
        identity_.note(request, request.user, event::password_changed);
        post_.tell(*reader, occasion::password_changed);
        sessions_.end_others(request, "password_changed");
    });
}

}  // namespace auth
