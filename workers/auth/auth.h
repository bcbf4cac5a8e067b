// Accounts: who somebody is and how they prove it. What the topics of this area share: an account
// as its owner sees it, what a device gets when it signs in, and what can go wrong. The topics, a
// class each, are registration, login, sessions, account, passwords, emails, totp and devices;
// routes.h puts them together.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/accounts/profile.h"
#include "common/base/problem.h"
#include "common/base/secret.h"
#include "common/base/text.h"
#include "common/base/time.h"
#include "common/base/uuid.h"
#include "common/http/reply.h"
#include "common/http/request.h"
#include "common/json/fields.h"

namespace auth {

inline constexpr Problem invalid_credentials{401, "invalid_credentials"};
inline constexpr Problem wrong_password{401, "invalid_credentials", "wrong_password"};
inline constexpr Problem totp_required{401, "totp_required"};
inline constexpr Problem invalid_totp{401, "invalid_totp"};
inline constexpr Problem totp_enrollment_required{403, "totp_enrollment_required"};
inline constexpr Problem totp_already_enabled{409, "totp_already_enabled"};
inline constexpr Problem totp_not_enabled{409, "totp_not_enabled"};
inline constexpr Problem invalid_refresh_token{401, "invalid_refresh_token"};
inline constexpr Problem refresh_token_reused{401, "refresh_token_reused"};
inline constexpr Problem invalid_token{400, "invalid_token"};
inline constexpr Problem last_admin{409, "last_admin"};
inline constexpr Problem has_clients{409, "has_clients"};
// The codes of RFC 8628, section 3.5, and of RFC 6749 for a device code that was never given.
inline constexpr Problem authorization_pending{400, "authorization_pending"};
inline constexpr Problem slow_down{400, "slow_down"};
inline constexpr Problem access_denied{400, "access_denied"};
inline constexpr Problem expired_token{400, "expired_token"};
inline constexpr Problem unknown_device_code{400, "invalid_grant"};

// Rules that several requests share.
inline constexpr Length password_length{8, 128};
inline constexpr Length name_length{1, 100};
inline constexpr Shape not_blank{[](std::string_view text) { return !trim(text).empty(); }, "\\S",
                                 "field_required"};
inline constexpr OneOf email_statuses{"ok", "failed", "bounced", "complained"};
inline constexpr OneOf language_codes{"en", "es", "fr", "de", "pt", "it", "nl", "pl", "tr", "ar"};

struct User {
    Uuid id;
    std::string email;
    bool email_verified = false;
    std::string email_status;  // whether letters arrive: ok, failed, bounced, complained
    std::string full_name, role, language, plan, subscription_status;
    std::optional<Instant> trial_ends_at;
    std::int64_t credits_balance = 0;
    bool must_change_password = false;  // somebody else chose it
    bool totp_enabled = false;
    Instant created_at;
    static constexpr const char* singular = "user";
    static constexpr const char* plural = "users";
    static constexpr auto fields() {
        return std::tuple{Field{"id", &User::id},
                          Field{"email", &User::email},
                          Field{"email_verified", &User::email_verified},
                          Field{"email_status", &User::email_status, email_statuses},
                          Field{"full_name", &User::full_name},
                          Field{"role", &User::role},
                          Field{"language", &User::language},
                          Field{"plan", &User::plan},
                          Field{"subscription_status", &User::subscription_status},
                          Field{"trial_ends_at", &User::trial_ends_at},
                          Field{"credits_balance", &User::credits_balance},
                          Field{"must_change_password", &User::must_change_password},
                          Field{"totp_enabled", &User::totp_enabled},
                          Field{"created_at", &User::created_at}};
    }
};

// What a device gets that has signed in, or comes for new tokens.
struct SignedIn {
    User user;
    std::optional<Profile> profile;  // chosen on this device, else the default one
    std::string access_token, refresh_token;
    std::string token_type = "Bearer";
    std::int64_t expires_in = 0;  // seconds, of the access token
    static constexpr auto fields() {
        return std::tuple{Field{"user", &SignedIn::user},
                          Field{"profile", &SignedIn::profile},
                          Field{"access_token", &SignedIn::access_token},
                          Field{"refresh_token", &SignedIn::refresh_token},
                          Field{"token_type", &SignedIn::token_type},
                          Field{"expires_in", &SignedIn::expires_in}};
    }
};

// The device that asks, as its session remembers it.
struct Visitor {
    std::optional<std::string> device_name, device_type, user_agent;
    std::string ip;
};
// What is not named is taken from the User-Agent. Too long a User-Agent is cut.
Visitor visitor_of(const Request& request, std::optional<std::string> device_name = {},
                   std::optional<std::string> device_type = {});

// The cookie of browsers, beside the tokens or instead of them; and its end.
Headers cookie_for(const SignedIn& signed_in);
Headers no_cookie();

// A new token for a link in a letter, and what is stored of such a token: its digest.
Secret link_token();
Bytes digest_of(const Secret& token);

// What stands for a version of an account's settings, which count none: when they changed, in ms.
std::int64_t version_of(Instant changed);

// What is written into security_events: a fixed vocabulary.
namespace event {
inline constexpr const char* account_created = "account_created";
inline constexpr const char* signed_in = "signed_in";
inline constexpr const char* sign_in_failed = "sign_in_failed";
inline constexpr const char* signed_out = "signed_out";
inline constexpr const char* signed_out_everywhere = "signed_out_everywhere";
inline constexpr const char* session_revoked = "session_revoked";
inline constexpr const char* refresh_token_reused = "refresh_token_reused";
inline constexpr const char* password_changed = "password_changed";
inline constexpr const char* password_reset_requested = "password_reset_requested";
inline constexpr const char* password_reset = "password_reset";
inline constexpr const char* password_failed = "password_failed";
inline constexpr const char* email_verified = "email_verified";
inline constexpr const char* email_change_requested = "email_change_requested";
inline constexpr const char* email_changed = "email_changed";
inline constexpr const char* totp_enabled = "totp_enabled";
inline constexpr const char* totp_disabled = "totp_disabled";
inline constexpr const char* recovery_code_used = "recovery_code_used";
inline constexpr const char* device_approved = "device_approved";
inline constexpr const char* device_denied = "device_denied";
inline constexpr const char* data_exported = "data_exported";
inline constexpr const char* account_erased = "account_erased";
}  // namespace event

}  // namespace auth
