// How letters leave the house: into a folder, to a mail server, or to a mail service. Settings
// choose one of them; the jobs worker hands it what it takes out of the outbox.
#pragma once

#include <stdexcept>

#include "common/mail/mime.h"

class Carrier {
  public:
    virtual ~Carrier() = default;

    // The letter is out of our hands when this returns. Throws Undeliverable, or any other
    // std::exception when it may succeed later; their words name no address. The id of the letter
    // stays the same however often it is tried.
    virtual void carry(const Mail& mail) = 0;
};

// Whoever was to take the letter has declined it for good.
class Undeliverable : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};
