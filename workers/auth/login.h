// Signing in with address and password, and a second factor where there is one.
#pragma once

#include "workers/auth/admission.h"
#include "workers/auth/identity.h"
#include "workers/auth/totp.h"

namespace auth {

struct LoginAttempt {
    std::string email;
    Secret password;
    std::optional<Secret> totp;  // or a recovery code
    std::optional<std::string> device_name, device_type;
    static constexpr auto fields() {
        return std::tuple{Field{"email", &LoginAttempt::email, Email{}},
                          Field{"password", &LoginAttempt::password, Length{1, 128}},
                          Field{"totp", &LoginAttempt::totp, Length{1, 40}},
                          Field{"device_name", &LoginAttempt::device_name, name_length},
                          Field{"device_type", &LoginAttempt::device_type, Length{1, 40}}};
    }
};

class Login {
  public:
    struct Rules {
        bool demo_allowed = false;         // whether demonstration accounts may sign in
        bool admin_totp_required = false;  // whether admins must have a second factor
    };
    Login(Database& db, Throttles& throttles, Identity& identity, Admission& admission, Totp& totp,
          Rules rules)
        : db_(db),
          throttles_(throttles),
          identity_(identity),
          admission_(admission),
          totp_(totp),
          rules_(rules) {}

    Answer<SignedIn> login(const Request& request, const LoginAttempt& attempt);

  private:
    Credentials check_password(const Request& request, const LoginAttempt& attempt);
    void check_second_factor(const Credentials& credentials, const Request& request,
                             const LoginAttempt& attempt);
    void forgive(const Request& request, const LoginAttempt& attempt);

    Database& db_;
    Throttles& throttles_;
    Identity& identity_;
    Admission& admission_;
    Totp& totp_;
    Rules rules_;
};

}  // namespace auth
