// Lets a device in: opens a session and gives out what belongs to it. Used by whatever proves who
// somebody is: registration, login, refresh, a TV's device code.
#pragma once

#include <chrono>

#include "common/crypto/token.h"
#include "common/db/database.h"
#include "workers/auth/auth.h"
#include "workers/auth/refresh_tokens.h"

namespace auth {

// A session as far as tokens depend on it.
struct Session {
    Uuid id, user;
    std::optional<Uuid> profile;
    std::int64_t counter = 0;  // of its newest refresh token
};

class Admission {
  public:
    // What is handed in must outlive the object.
    Admission(Database& db, const Tokens& tokens, RefreshTokens refresh_tokens,
              std::chrono::seconds lifetime, Clock clock)
        : db_(db),
          tokens_(tokens),
          refresh_tokens_(std::move(refresh_tokens)),
          lifetime_(lifetime),
          clock_(std::move(clock)) {}

    // Opens a session, in the caller's transaction. Throws account_suspended.
    SignedIn admit(const Uuid& user, const Visitor& visitor, const char* how = event::signed_in);
    // Tokens of a session that stands, with the role, the plan and the profile of this moment.
    // Throws account_suspended.
    SignedIn renew(const Session& session);

    std::optional<RefreshToken> read(const Secret& refresh_token) const {
        return refresh_tokens_.read(refresh_token);
    }
    // How long an access token that was given out may still be used.
    std::chrono::seconds lifetime() const { return lifetime_; }

  private:
    Database& db_;
    const Tokens& tokens_;
    RefreshTokens refresh_tokens_;
    std::chrono::seconds lifetime_;
    Clock clock_;
};

}  // namespace auth
