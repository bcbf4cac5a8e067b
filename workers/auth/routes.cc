#include "workers/auth/routes.h"

#include "common/accounts/new_account_sql.h"
#include "common/accounts/notifications_sql.h"
#include "common/mail/outbox_sql.h"
#include "common/payments/errands_sql.h"
#include "workers/auth/account_sql.h"
#include "workers/auth/auth_sql.h"
#include "workers/auth/devices_sql.h"
#include "workers/auth/exported_sql.h"
#include "workers/auth/totp_sql.h"

namespace auth {

namespace {

Routes sign_in_routes(Auth& a) {
    return {
        Route{Method::post,
              "/api/v1/auth/signup",
              Who::anyone,
              call(a.registration, &Registration::signup),
              "Create an account and sign in",
              {&email_taken, &too_many_attempts}}
            .says("signed_up")
            .once()
            .hashes(),
        Route{Method::post,
              "/api/v1/auth/login",
              Who::anyone,
              call(a.login, &Login::login),
              "Sign in with address and password",
              {&invalid_credentials, &totp_required, &invalid_totp, &totp_enrollment_required,
               &account_suspended, &too_many_attempts}}
            .says("signed_in")
            .hashes(),
        Route{
            Method::post,
            "/api/v1/auth/refresh",
            Who::anyone,
            call(a.sessions, &Sessions::refresh),
            "Get new tokens for a session",
            {&invalid_refresh_token, &refresh_token_reused, &account_suspended, &too_many_attempts}}
            .says("refreshed"),
    };
}

Routes session_routes(Auth& a) {
    return {
        Route{Method::post, "/api/v1/auth/logout", Who::user, call(a.sessions, &Sessions::logout),
              "Sign out on this device"}
            .says("signed_out"),
        Route{Method::post, "/api/v1/auth/logout-all", Who::user,
              call(a.sessions, &Sessions::logout_all), "Sign out on all devices"}
            .says("signed_out_everywhere"),
        Route{Method::get, "/api/v1/auth/sessions", Who::user, call(a.sessions, &Sessions::list),
              "List the devices that are signed in"},
        Route{Method::remove,
              "/api/v1/auth/sessions/{id}",
              Who::user,
              call(a.sessions, &Sessions::revoke),
              "Sign out a device",
              {&not_found}}
            .says("session_revoked"),
    };
}

Routes account_routes(Auth& a) {
    return {
        Route{Method::get, "/api/v1/auth/me", Who::user, call(a.account, &Account::me),
              "Show the account"},
        Route{Method::patch,
              "/api/v1/auth/me",
              Who::user,
              call(a.account, &Account::change),
              "Change the name, the language or, with the password, the address of the account",
              {&wrong_password, &too_many_attempts}}
            .says("updated")
            .hashes(),
        Route{Method::remove,
              "/api/v1/auth/me",
              Who::user,
              call(a.account, &Account::erase),
              "Erase the account and all its data; what it pays by card ends",
              {&wrong_password, &last_admin, &has_clients, &too_many_attempts}}
            .says("account_erased")
            .hashes(),
        Route{Method::get,
              "/api/v1/auth/me/export",
              Who::user,
              call(a.exports, &Export::all),
              "Get all the user's data as JSON",
              {&too_many_attempts}},
    };
}

Routes password_routes(Auth& a) {
    return {
        Route{Method::post,
              "/api/v1/auth/password/forgot",
              Who::anyone,
              call(a.passwords, &PasswordChanges::forgot),
              "Send a link to choose a new password, if the address has an account",
              {&too_many_attempts}}
            .says("password_link_sent"),
        Route{Method::post,
              "/api/v1/auth/password/reset",
              Who::anyone,
              call(a.passwords, &PasswordChanges::reset),
              "Choose a new password by such a link",
              {&invalid_token, &too_many_attempts}}
            .says("password_changed")
            .hashes(),
        Route{Method::post,
              "/api/v1/auth/password/change",
              Who::user,
              call(a.passwords, &PasswordChanges::change),
              "Change the password and sign out all other devices",
              {&wrong_password, &too_many_attempts}}
            .says("password_changed")
            .hashes(),
    };
}

Routes email_routes(Auth& a) {
    return {
        Route{Method::post,
              "/api/v1/auth/email/verify",
              Who::anyone,
              call(a.emails, &Emails::verify),
              "Confirm an address by the link that was sent to it",
              {&invalid_token, &email_taken, &too_many_attempts}}
            .says("email_verified"),
        Route{Method::post,
              "/api/v1/auth/email/resend",
              Who::user,
              call(a.emails, &Emails::resend),
              "Send the link that confirms the address again",
              {&too_many_attempts}}
            .says("verification_sent"),
    };
}

Routes totp_routes(Auth& a) {
    return {
        Route{Method::post,
              "/api/v1/auth/totp/enroll",
              Who::user,
              call(a.totp, &Totp::enroll),
              "Get a secret for an authenticator app",
              {&totp_already_enabled}},
        Route{Method::post,
              "/api/v1/auth/totp/confirm",
              Who::user,
              call(a.totp, &Totp::confirm),
              "Turn the second factor on by a first code",
              {&invalid_totp, &totp_not_enabled, &totp_already_enabled, &too_many_attempts}}
            .says("totp_enabled"),
        Route{Method::post,
              "/api/v1/auth/totp/disable",
              Who::user,
              call(a.totp, &Totp::disable),
              "Turn the second factor off",
              {&wrong_password, &invalid_totp, &totp_not_enabled, &too_many_attempts}}
            .says("totp_disabled")
            .hashes(),
    };
}

Routes device_routes(Auth& a) {
    return {
        Route{Method::post,
              "/api/v1/auth/device/code",
              Who::anyone,
              call(a.devices, &Devices::begin),
              "Get codes for a TV that wants to sign in (RFC 8628)",
              {&too_many_attempts}}
            .once(),
        Route{Method::post,
              "/api/v1/auth/device/token",
              Who::anyone,
              call(a.devices, &Devices::poll),
              "Ask whether the TV was approved, and sign it in",
              {&authorization_pending, &slow_down, &access_denied, &expired_token,
               &unknown_device_code, &account_suspended}}
            .says("signed_in"),
        Route{Method::get,
              "/api/v1/auth/device",
              Who::user,
              call(a.devices, &Devices::show),
              "Show the TV behind a code",
              {&not_found, &too_many_attempts}},
        Route{Method::post,
              "/api/v1/auth/device/approve",
              Who::user,
              call(a.devices, &Devices::decide),
              "Let the TV behind a code in, or refuse it",
              {&not_found, &too_many_attempts}},
    };
}

Routes socket_routes(Auth& a) {
    return {
        Route{Method::post, "/api/v1/ws/ticket", Who::user, call(a.tickets, &Tickets::issue),
              "Get a ticket for one connection to `/ws/connect?ticket=` within 30 seconds"}
            .says("ticket_issued")
            .needs_redis(),
        Route{Method::get, "/api/v1/notifications", Who::user, call(a.notices, &Notices::list),
              "List what the account was told, unread ones first, then the newest"},
        Route{Method::post, "/api/v1/notifications/read", Who::user,
              call(a.notices, &Notices::mark),
              "Mark as read; answers which of them were unread until now"}
            .says("notifications_read"),
        Route{Method::post,
              "/api/v1/notifications/{id}/read",
              Who::user,
              call(a.notices, &Notices::mark_one),
              "Mark one as read",
              {&not_found}}
            .says("notifications_read"),
    };
}

}  // namespace

std::vector<Statements> statements() {
    return {sql::all,         sql::account,      sql::devices,
            sql::exported,    sql::totp,         new_account::sql::all,
            outbox::sql::all, errands::sql::all, notifications::sql::all};
}

Routes routes(Auth& auth) {
    Routes all;
    for (auto topic : {sign_in_routes, session_routes, account_routes, password_routes,
                       email_routes, totp_routes, device_routes, socket_routes}) {
        for (auto& route : topic(auth)) all.push_back(std::move(route));
    }
    return all;
}

}  // namespace auth
