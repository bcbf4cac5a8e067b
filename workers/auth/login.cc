#include "workers/auth/login.h"

#include "workers/auth/auth_sql.h"

namespace auth {

Answer<SignedIn> Login::login(const Request& request, const LoginAttempt& attempt) {
    auto account = subject_of(attempt.email);
    throttles_.count(throttle::login_address, request.ip);
    // Also the right password is not looked at during a block: an answer other than 429 would tell
    // a guesser that this guess was the one.
    throttles_.count(throttle::login_account, account);
    auto credentials = check_password(request, attempt);
    check_second_factor(credentials, request, attempt);
    throttles_.forgive(throttle::login_address, request.ip);
    throttles_.forget(throttle::login_account, account);
    identity_.keep_strong(credentials, attempt.password);
    auto visitor = visitor_of(request, attempt.device_name, attempt.device_type);
    auto signed_in = db_.transaction([&] { return admission_.admit(credentials.id, visitor); });
    auto headers = cookie_for(signed_in);
    return {std::move(signed_in), 200, "", std::move(headers)};
}

// Throws the same, in the same time, for a wrong password and for an address without an account.
Credentials Login::check_password(const Request& request, const LoginAttempt& attempt) {
    auto credentials = db_.find<Credentials>(sql::find_credentials, attempt.email);
    if (credentials && credentials->demo && !rules_.demo_allowed) credentials.reset();
    if (!identity_.fits(credentials, attempt.password)) {
        if (credentials) identity_.note(request, credentials->id, event::sign_in_failed);
        throw Failure(invalid_credentials);
    }
    if (credentials->status == "suspended") {
        forgive(request, attempt);
        throw Failure(account_suspended);
    }
    return *std::move(credentials);
}

void Login::check_second_factor(const Credentials& credentials, const Request& request,
                                const LoginAttempt& attempt) {
    if (!credentials.totp_enabled) {
        if (credentials.role == "admin" && rules_.admin_totp_required) {
            forgive(request, attempt);
            throw Failure(totp_enrollment_required);
        }
        return;
    }
    if (!attempt.totp) {
        forgive(request, attempt);
        throw Failure(totp_required);
    }
    if (totp_.accepts(request, credentials, *attempt.totp)) return;
    identity_.note(request, credentials.id, event::sign_in_failed);
    throw Failure(invalid_totp);
}

// The password was right, but who sent it is not in yet: this one attempt does not count. What was
// counted before stays, or a guesser of the second factor could have it forgotten.
void Login::forgive(const Request& request, const LoginAttempt& attempt) {
    throttles_.forgive(throttle::login_address, request.ip);
    throttles_.forgive(throttle::login_account, subject_of(attempt.email));
}

}  // namespace auth
