// Keeps people from guessing: the PIN of a profile, and the account's password where it may stand
// in for one. An attempt is counted before it is checked, so guesses that come at the same time
// cannot slip through, and the count stays when the request fails: call it outside transactions.
#pragma once

#include <optional>
#include <string>

#include "common/crypto/password.h"
#include "common/db/database.h"
#include "common/http/request.h"

namespace profiles {

inline constexpr Problem invalid_pin{403, "invalid_pin"};
inline constexpr Problem pin_locked{423, "pin_locked"};
inline constexpr Problem invalid_password{403, "invalid_password"};

// A statement that notes what happened at a profile, and on which device, for parents to read.
Asked<std::int64_t> event_at(const Request& request, const Uuid& profile, const char* event);

class Guard {
  public:
    Guard(Database& db, Pins pins, Passwords passwords)
        : db_(db), pins_(std::move(pins)), passwords_(passwords) {}

    std::string hash(const Uuid& profile, const Secret& pin) const {
        return pins_.hash(profile, pin);
    }
    // Returns the stored hash that the PIN proved right; nothing when the profile has no PIN.
    // Throws invalid_pin, or pin_locked for 15 minutes after five wrong ones within 15 minutes.
    std::optional<std::string> check_pin(const Request& request, const Uuid& profile,
                                         const Secret& pin);
    // Throws invalid_password, or too_many_attempts by the same measure.
    void check_password(const Uuid& user, const Secret& password);

  private:
    Database& db_;
    Pins pins_;
    Passwords passwords_;
};

}  // namespace profiles
