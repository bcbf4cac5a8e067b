// The account as its owner's: to see, to change, to end.
#pragma once

#include "common/accounts/announcements.h"
#include "common/payments/errands.h"
#include "workers/auth/identity.h"
#include "workers/auth/post.h"
#include "workers/auth/sessions.h"

namespace auth {

struct AccountChange {
    std::optional<std::string> full_name, language;
    std::optional<std::string> email;        // a link goes there; it counts once that was opened
    std::optional<Secret> current_password;  // demanded with an address
    static constexpr auto fields() {
        return std::tuple{
            Field{"full_name", &AccountChange::full_name, name_length, not_blank},
            Field{"language", &AccountChange::language, language_codes},
            Field{"email", &AccountChange::email, Email{}},
            Field{"current_password", &AccountChange::current_password, Length{1, 128}}};
    }
};

struct Farewell {
    Secret password;
    static constexpr auto fields() {
        return std::tuple{Field{"password", &Farewell::password, Length{1, 128}}};
    }
};

class Account {
  public:
    Account(Database& db, Throttles& throttles, Identity& identity, Sessions& sessions, Post& post,
            Announcements announcements, Clock clock)
        : db_(db),
          throttles_(throttles),
          identity_(identity),
          sessions_(sessions),
          post_(post),
          errands_(db),
          announcements_(announcements),
          clock_(std::move(clock)) {}

    User me(const Request& request);
    User change(const Request& request, const AccountChange& change);
    Answer<Done> erase(const Request& request, const Farewell& farewell);

  private:
    void ask_new_address(const Request& request, const AccountChange& change);
    void refuse_if_needed(const Credentials& credentials);
    void erase_rows(const Request& request, const Credentials& credentials);

    Database& db_;
    Throttles& throttles_;
    Identity& identity_;
    Sessions& sessions_;
    Post& post_;
    Errands errands_;
    Announcements announcements_;
    Clock clock_;
};

}  // namespace auth
