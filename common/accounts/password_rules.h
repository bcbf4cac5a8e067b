// Which passwords are too easy to guess to be accepted, besides those that are too short: what many
// people choose, what follows from the account itself, and what is one key or one run of keys.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/secret.h"

// `own_words`: what an attacker knows of the account, such as the address and the name.
bool easy_to_guess(const Secret& password, const std::vector<std::string>& own_words);

// Throws validation_failed for the field when it is easy to guess.
void refuse_easy(const char* field, const Secret& password,
                 const std::vector<std::string>& own_words);

// common_passwords.cc: lower case, sorted.
std::span<const std::string_view> common_passwords();
