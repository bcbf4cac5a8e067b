// Somebody new: the account with its trial, its default profile, and the first session.
#pragma once

#include "common/accounts/new_account.h"
#include "workers/auth/admission.h"
#include "workers/auth/identity.h"
#include "workers/auth/post.h"

namespace auth {

struct NewAccount {
    std::string email;
    Secret password;
    std::string full_name;
    std::optional<std::string> language, device_name, device_type;
    static constexpr auto fields() {
        return std::tuple{Field{"email", &NewAccount::email, Email{}},
                          Field{"password", &NewAccount::password, password_length},
                          Field{"full_name", &NewAccount::full_name, name_length, not_blank},
                          Field{"language", &NewAccount::language, language_codes},
                          Field{"device_name", &NewAccount::device_name, name_length},
                          Field{"device_type", &NewAccount::device_type, Length{1, 40}}};
    }
};

class Registration {
  public:
    Registration(Database& db, Throttles& throttles, Identity& identity, Admission& admission,
                 Post& post, std::int64_t trial_days)
        : db_(db),
          accounts_(db),
          throttles_(throttles),
          identity_(identity),
          admission_(admission),
          post_(post),
          trial_days_(trial_days) {}

    Answer<SignedIn> signup(const Request& request, const NewAccount& wanted);

  private:
    SignedIn open(const Request& request, const NewAccount& wanted, const std::string& hash);

    Database& db_;
    Accounts accounts_;
    Throttles& throttles_;
    Identity& identity_;
    Admission& admission_;
    Post& post_;
    std::int64_t trial_days_;
};

}  // namespace auth
