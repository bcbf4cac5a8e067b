#include "workers/auth/totp.h"

#include "common/crypto/digest.h"
#include "common/crypto/totp.h"
#include "workers/auth/auth_sql.h"
#include "workers/auth/totp_sql.h"

namespace auth {

namespace {

constexpr std::size_t secret_size = 20;         // what RFC 4226 recommends
constexpr std::size_t recovery_code_size = 10;  // 80 bits: no slow hash is needed to keep one
constexpr int recovery_code_count = 10;

std::string context(const Uuid& user) { return "users|" + user.text() + "|totp_secret"; }

bool digits(const std::string& code) {
    return code.size() == 6 && code.find_first_not_of("0123456789") == code.npos;
}

std::string without_spaces(std::string code) {
    std::erase(code, ' ');
    return code;
}

// XXXX-XXXX-XXXX-XXXX, to be written down.
std::string grouped(const std::string& letters) {
    std::string text;
    for (std::size_t at = 0; at < letters.size(); at += 4) {
        text += (at ? "-" : "") + letters.substr(at, 4);
    }
    return text;
}

}  // namespace

Enrollment Totp::enroll(const Request& request) {
    auto secret = random_bytes(secret_size);
    auto sealed = box_.seal(to_text(secret), context(request.user));
    auto email = db_.find<std::string>(sql::store_totp_secret, request.user, sealed);
    if (!email) throw Failure(totp_already_enabled);
    return {base32(secret), totp_uri("SyncStream TV", *email, secret)};
}

RecoveryCodes Totp::confirm(const Request& request, const TotpCode& sent) {
    throttles_.count(throttle::totp_account, request.user.text());
    return db_.transaction([&] {
        auto credentials = db_.get<Credentials>(sql::find_credentials_of, request.user);
        if (credentials.totp_enabled) throw Failure(totp_already_enabled);
        if (!credentials.totp_secret) throw Failure(totp_not_enabled);
        if (!accepts_of_app(credentials, without_spaces(sent.code.reveal()))) {
            throw Failure(invalid_totp);
        }
        if (db_.run(sql::confirm_totp, request.user) == 0) throw Failure(totp_already_enabled);
        throttles_.forget(throttle::totp_account, request.user.text());
        identity_.note(request, request.user, event::totp_enabled);
        return RecoveryCodes{store_recovery_codes(request.user)};
    });
}

void Totp::disable(const Request& request, const TotpEnd& sent) {
    throttles_.count(throttle::totp_account, request.user.text());
    auto credentials = identity_.confirm(request, sent.password);
    if (!credentials.totp_enabled) throw Failure(totp_not_enabled);
    if (!accepts(request, credentials, sent.code)) throw Failure(invalid_totp);
    throttles_.forget(throttle::totp_account, request.user.text());
    db_.run(sql::clear_totp, request.user);
    identity_.note(request, request.user, event::totp_disabled);
}

bool Totp::accepts(const Request& request, const Credentials& credentials, const Secret& sent) {
    auto code = without_spaces(sent.reveal());
    if (digits(code)) return accepts_of_app(credentials, code);
    auto bytes = from_base32(code);
    if (!bytes || bytes->size() != recovery_code_size) return false;
    if (db_.run(sql::use_recovery_code, credentials.id, sha256(to_text(*bytes))) == 0) return false;
    identity_.note(request, credentials.id, event::recovery_code_used);
    return true;
}

bool Totp::accepts_of_app(const Credentials& credentials, const std::string& code) {
    auto secret = box_.open(credentials.totp_secret.value(), context(credentials.id));
    if (!secret) throw Failure(unavailable);  // the key that sealed it is gone
    auto step = match_totp(to_bytes(*secret), code, clock_());
    return step && db_.run(sql::use_totp_step, credentials.id, *step) == 1;
}

std::vector<std::string> Totp::store_recovery_codes(const Uuid& user) {
    db_.run(sql::delete_recovery_codes, user);
    std::vector<std::string> codes;
    for (int i = 0; i < recovery_code_count; ++i) {
        auto code = random_bytes(recovery_code_size);
        db_.run(sql::insert_recovery_code, user, sha256(to_text(code)));
        codes.push_back(grouped(base32(code)));
    }
    return codes;
}

}  // namespace auth
