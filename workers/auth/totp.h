// The second factor: codes of an authenticator app (crypto/totp.h), and recovery codes for who lost
// it. The secret is sealed; a code works once, whichever kind it is.
#pragma once

#include "common/crypto/secret_box.h"
#include "workers/auth/identity.h"

namespace auth {

// For the app, as text to type and as what a QR code holds.
struct Enrollment {
    std::string secret, uri;
    static constexpr auto fields() {
        return std::tuple{Field{"secret", &Enrollment::secret}, Field{"uri", &Enrollment::uri}};
    }
};

struct TotpCode {
    Secret code;
    static constexpr auto fields() {
        return std::tuple{Field{"code", &TotpCode::code, Length{1, 40}}};
    }
};

struct TotpEnd {
    Secret password, code;  // the code may be a recovery code
    static constexpr auto fields() {
        return std::tuple{Field{"password", &TotpEnd::password, Length{1, 128}},
                          Field{"code", &TotpEnd::code, Length{1, 40}}};
    }
};

struct RecoveryCodes {
    std::vector<std::string> recovery_codes;  // told this once
    static constexpr auto fields() {
        return std::tuple{Field{"recovery_codes", &RecoveryCodes::recovery_codes}};
    }
};

class Totp {
  public:
    Totp(Database& db, const SecretBox& box, Throttles& throttles, Identity& identity, Clock clock)
        : db_(db),
          box_(box),
          throttles_(throttles),
          identity_(identity),
          clock_(std::move(clock)) {}

    Enrollment enroll(const Request& request);
    RecoveryCodes confirm(const Request& request, const TotpCode& sent);
    void disable(const Request& request, const TotpEnd& sent);

    // Whether a code, of the app or for recovery, is right and was not used before; uses it up.
    bool accepts(const Request& request, const Credentials& credentials, const Secret& code);

  private:
    bool accepts_of_app(const Credentials& credentials, const std::string& code);
    std::vector<std::string> store_recovery_codes(const Uuid& user);

    Database& db_;
    const SecretBox& box_;
    Throttles& throttles_;
    Identity& identity_;
    Clock clock_;
};

}  // namespace auth
