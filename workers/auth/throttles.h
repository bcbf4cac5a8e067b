// How often somebody may try at a password, a code or a link. The counts are rows of PostgreSQL and
// nowhere else: they hold when Redis is away, and a restart lifts no block. An attempt is counted
// before anything is checked, so that parallel guesses do not slip through, and given back when it
// turns out right. Nobody is locked out for good: a block ends by itself and each next is longer.
#pragma once

#include <cstdint>
#include <string>

#include "common/db/database.h"

namespace auth {

// By how much one thing is limited. Attempt number `limit` within `window_s` seconds is the last
// that is admitted; then nothing is for `first_block_s`, and after each further attempt for twice
// as long as before, up to `longest_block_s`. What is counted by address is multiplied by setting;
// what is counted by account never changes.
struct Throttle {
    const char* name;
    bool by_address;
    std::int64_t limit, window_s, first_block_s, longest_block_s;
};

namespace throttle {
inline constexpr Throttle signup_address{"signup_ip", true, 50, 3600, 300, 3600};
inline constexpr Throttle login_account{"login", false, 10, 900, 30, 900};
inline constexpr Throttle login_address{"login_ip", true, 50, 900, 30, 900};
inline constexpr Throttle password_account{"password", false, 10, 900, 30, 900};
inline constexpr Throttle letter_account{"letter", false, 3, 3600, 1200, 3600};
inline constexpr Throttle forgot_address{"forgot_ip", true, 20, 3600, 300, 3600};
inline constexpr Throttle link_address{"link_ip", true, 20, 900, 60, 900};
inline constexpr Throttle refresh_address{"refresh_ip", true, 50, 900, 30, 900};
inline constexpr Throttle totp_account{"totp", false, 10, 900, 30, 900};
inline constexpr Throttle device_address{"device_ip", true, 20, 600, 60, 600};
inline constexpr Throttle user_code_account{"user_code", false, 5, 600, 300, 600};
inline constexpr Throttle user_code_address{"user_code_ip", true, 20, 600, 300, 600};
inline constexpr Throttle export_account{"export", false, 10, 3600, 600, 3600};
}  // namespace throttle

class Throttles {
  public:
    Throttles(Database& db, std::int64_t multiplier) : db_(db), multiplier_(multiplier) {}

    // Counts an attempt. Throws too_many_attempts, saying when to come again, while blocked.
    void count(const Throttle& throttle, const std::string& subject);
    // Counts it and tells whether it is admitted, for those who must not be told.
    bool admits(const Throttle& throttle, const std::string& subject);
    // Takes one attempt back: it was right.
    void forgive(const Throttle& throttle, const std::string& subject);
    // Starts from nothing: whoever it is has proved who they are.
    void forget(const Throttle& throttle, const std::string& subject);

  private:
    std::int64_t limit(const Throttle& throttle) const;

    Database& db_;
    std::int64_t multiplier_;
};

// An e-mail address as a subject: hashed, whether it has an account or not.
std::string subject_of(const std::string& email);

}  // namespace auth
