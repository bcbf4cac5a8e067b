// Whether a password is the right one: at login, and again before something that a borrowed phone
// must not be able to do.
#pragma once

#include "common/crypto/password.h"
#include "common/db/database.h"
#include "workers/auth/auth.h"
#include "workers/auth/throttles.h"

namespace auth {

struct Credentials {
    Uuid id;
    std::string email, password_hash, role, status;
    bool demo = false;
    std::optional<Bytes> totp_secret;  // sealed
    bool totp_enabled = false;
    static constexpr auto fields() {
        return std::tuple{Field{"id", &Credentials::id},
                          Field{"email", &Credentials::email},
                          Field{"password_hash", &Credentials::password_hash},
                          Field{"role", &Credentials::role},
                          Field{"status", &Credentials::status},
                          Field{"demo", &Credentials::demo},
                          Field{"totp_secret", &Credentials::totp_secret},
                          Field{"totp_enabled", &Credentials::totp_enabled}};
    }
};

class Identity {
  public:
    Identity(Database& db, Throttles& throttles, Passwords passwords)
        : db_(db), throttles_(throttles), passwords_(passwords) {}

    // Takes the same time when there is no account.
    bool fits(const std::optional<Credentials>& credentials, const Secret& password) const;
    // The credentials of who is signed in, if the password is theirs. Throws wrong_password, or
    // too_many_attempts: a stolen token must not be a way to guess the password.
    Credentials confirm(const Request& request, const Secret& password);

    std::string hash(const Secret& password) const { return passwords_.hash(password); }
    // Stores a password that was right at today's cost, if it was stored at another.
    void keep_strong(const Credentials& credentials, const Secret& password);
    void note(const Request& request, const Uuid& user, const char* event);

  private:
    Database& db_;
    Throttles& throttles_;
    Passwords passwords_;
};

}  // namespace auth
