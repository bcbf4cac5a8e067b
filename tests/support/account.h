// Somebody with an account in a world, made as clients make it.
#pragma once

#include <string>

#include "tests/support/client.h"

struct Account {
    std::string email, password, id, profile, access, refresh;
};

// Signs up with an address that nobody has, and from then on the client speaks for the account,
// whose trial has begun. Throws std::runtime_error when it is refused. What it uses that is secret
// is kept in the world.
Account sign_up(Client& client, const std::string& full_name = "John Doe");
// The same account in another client: a second device.
Account sign_in(Client& client, const Account& account);

// Sets what the account pays for, beside the service. The client signs in again to get the limits.
void subscribe(Client& client, Account& account, const std::string& plan);
// Ends the trial, so that what is left is the free plan.
void end_trial(Client& client, Account& account);

// `{"a":"b"}` of pairs, escaped.
std::string object(const std::vector<std::pair<std::string, std::string>>& members);
