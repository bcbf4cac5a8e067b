// Many passwords at once. A worker has one thread, and Argon2 takes some 20 ms for each password: a
// request with hundreds of them takes more threads for as long as it lasts.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "common/crypto/password.h"

namespace reseller {

struct HashCrew {
    Passwords passwords;
    std::int64_t threads = 1;
    // What is left of a request after that suffices for the rest of it.
    std::chrono::milliseconds patience{16'000};

    // In the order of the passwords, which must stay where they are meanwhile. `meanwhile` is
    // called in this thread every second. Throws unavailable when it takes too long.
    std::vector<std::string> hash(const std::vector<const Secret*>& all,
                                  const std::function<void()>& meanwhile) const;
};

}  // namespace reseller
