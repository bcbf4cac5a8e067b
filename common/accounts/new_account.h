// Somebody new: the user, the default profile and the counter of changes, which belong together.
// The auth worker makes those who sign up, the reseller worker those whom somebody pays for. Who
// may sign up, and what happens then (a session, a letter, a subscription), is theirs.
#pragma once

#include <optional>
#include <string>

#include "common/base/problem.h"
#include "common/base/uuid.h"
#include "common/db/database.h"
#include "common/messages/languages.h"

inline constexpr Problem email_taken{409, "email_taken"};

struct NewUser {
    Uuid id;
    std::string email;          // kept in lower case
    std::string password_hash;  // crypto/password.h
    std::string full_name;      // kept without white space around it
    LanguageId language = english;
    std::int64_t trial_days = 0;     // 0: no trial
    std::optional<Uuid> reseller{};  // who pays and chose the password; a trial is then never had
};

class Accounts {
  public:
    // The statements `new_account::sql::all` must be among those of the database.
    explicit Accounts(Database& db) : db_(db) {}

    // In the caller's transaction. Throws email_taken when the address has an account already.
    void open(const NewUser& user);

  private:
    Database& db_;
};
