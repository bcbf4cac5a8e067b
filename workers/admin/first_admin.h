// The first admin, whom nobody can make from within: `admin --create-admin EMAIL`
// (ops/create-admin).
#pragma once

#include <iosfwd>
#include <string>

#include "common/crypto/password.h"
#include "common/db/database.h"

namespace admin {

// Makes the account with the password that the first line of `input` holds, or gives an account
// that is there the role, without reading: its password stays. Says on `output` what was done, or
// what was wrong. The exit status of the program.
int create_admin(Database& db, const Passwords& passwords, const std::string& email,
                 std::istream& input, std::ostream& output);

}  // namespace admin
