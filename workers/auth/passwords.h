// Changing a password, and the way back in for who forgot it.
#pragma once

#include "workers/auth/identity.h"
#include "workers/auth/post.h"
#include "workers/auth/sessions.h"

namespace auth {

struct Forgotten {
    std::string email;
    static constexpr auto fields() {
        return std::tuple{Field{"email", &Forgotten::email, Email{}}};
    }
};

struct PasswordReset {
    Secret token, password;
    static constexpr auto fields() {
        return std::tuple{Field{"token", &PasswordReset::token, Length{1, 200}},
                          Field{"password", &PasswordReset::password, password_length}};
    }
};

struct PasswordChange {
    Secret current_password, new_password;
    static constexpr auto fields() {
        return std::tuple{
            Field{"current_password", &PasswordChange::current_password, Length{1, 128}},
            Field{"new_password", &PasswordChange::new_password, password_length}};
    }
};

class PasswordChanges {
  public:
    PasswordChanges(Database& db, Throttles& throttles, Identity& identity, Sessions& sessions,
                    Post& post)
        : db_(db), throttles_(throttles), identity_(identity), sessions_(sessions), post_(post) {}

    // Answers the same whether or not the address has an account.
    void forgot(const Request& request, const Forgotten& who);
    void reset(const Request& request, const PasswordReset& reset);
    void change(const Request& request, const PasswordChange& change);

  private:
    Uuid store_reset(const Request& request, const Secret& token, const std::string& hash);

    Database& db_;
    Throttles& throttles_;
    Identity& identity_;
    Sessions& sessions_;
    Post& post_;
};

}  // namespace auth
