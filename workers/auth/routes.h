// All topics of the area, built and wired, and the routes that lead to them.
#pragma once

#include "common/cache/redis.h"
#include "common/http/route.h"
#include "workers/auth/account.h"
#include "workers/auth/devices.h"
#include "workers/auth/emails.h"
#include "workers/auth/export.h"
#include "workers/auth/login.h"
#include "workers/auth/notices.h"
#include "workers/auth/passwords.h"
#include "workers/auth/registration.h"
#include "workers/auth/sessions.h"
#include "workers/auth/tickets.h"
#include "workers/auth/totp.h"

namespace auth {

// What operators decide.
struct Rules {
    std::int64_t trial_days = 14;
    std::int64_t throttle_multiplier = 1;
    std::chrono::seconds access_lifetime{900};
    std::string public_url = "https://localhost:8443";
    Login::Rules login{};
};

class Auth {
  public:
    // What is handed in must outlive the object.
    Auth(Database& db, Redis& redis, const Tokens& tokens, const SecretBox& box,
         const ::Passwords& passwords, const Messages& messages, const Rules& rules,
         const Clock& clock = system_now)
        : throttles_(db, rules.throttle_multiplier),
          identity_(db, throttles_, passwords),
          admission_(db, tokens, RefreshTokens{box.derive("refresh")}, rules.access_lifetime,
                     clock),
          announcements_(db, redis),
          notifications_(db, redis, messages),
          post_(db, box, notifications_, rules.public_url),
          registration(db, throttles_, identity_, admission_, post_, rules.trial_days),
          totp(db, box, throttles_, identity_, clock),
          login(db, throttles_, identity_, admission_, totp, rules.login),
          sessions(db, throttles_, identity_, admission_, post_, Revocations{redis}, clock),
          account(db, throttles_, identity_, sessions, post_, announcements_, clock),
          exports(db, box, throttles_, identity_, clock),
          passwords(db, throttles_, identity_, sessions, post_),
          emails(db, throttles_, identity_, post_, announcements_, clock),
          devices(db, box, throttles_, identity_, admission_, post_, rules.public_url),
          tickets(redis),
          notices(db, notifications_) {}
    Auth(const Auth&) = delete;
    Auth& operator=(const Auth&) = delete;

  private:
    Throttles throttles_;
    Identity identity_;
    Admission admission_;
    Announcements announcements_;
    Notifications notifications_;
    Post post_;

  public:
    Registration registration;
    Totp totp;
    Login login;
    Sessions sessions;
    Account account;
    Export exports;
    PasswordChanges passwords;
    Emails emails;
    Devices devices;
    Tickets tickets;
    Notices notices;
};

// The statements of all topics, for the database that `Auth` is given.
std::vector<Statements> statements();

Routes routes(Auth& auth);

}  // namespace auth
