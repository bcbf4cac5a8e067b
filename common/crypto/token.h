// Access tokens: JWT (RFC 7519) signed with HS256, made and read by this service alone. What is
// accepted follows RFC 8725: one algorithm, keys found by `kid` in our own table, every claim
// checked. Revocation is not in the token: cache/rate_limit.h. The door to libjwt.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/bytes.h"
#include "common/base/time.h"
#include "common/base/uuid.h"
#include "common/crypto/keyring.h"

struct AccessToken {
    Uuid user{}, session{};  // sub, sid
    std::string role{}, plan{};
    std::int64_t rate_limit = 100;  // rl: requests in a window; negative: unlimited
    std::optional<Uuid> profile{};  // current_profile_id
    std::string language{};         // lang
    Instant issued{};               // iat; `at` holds the microseconds that a revocation needs
    Instant expires{};              // exp, whole seconds
    std::string id{};               // jti; `sign` makes one when it is empty
};

// Belongs to one thread: it remembers tokens that it has verified.
class Tokens {
  public:
    Tokens(const Keyring& keys, std::string issuer, std::string audience);

    std::string sign(const AccessToken& token) const;
    // Throws Failure(token_expired) for a token that is right in all but its age, and
    // Failure(unauthenticated) for anything else that is not a token of ours.
    AccessToken read(std::string_view token, Instant now) const;

  private:
    struct Verified {
        Bytes digest{};  // of the whole token
        AccessToken claims{};
        Instant begins{};
    };
    const Verified& verified(std::string_view token) const;
    Verified verify(const std::string& token) const;

    Keyring keys_;
    std::string issuer_, audience_;
    mutable std::vector<Verified> recent_;
};
