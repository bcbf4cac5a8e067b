// Refresh tokens: opaque to clients, derived instead of stored. A token names its session and the
// number it has among that session's tokens, under a MAC; the session's row knows the newest
// number. So a stolen table gives no token, an old token is recognised as old, and the newest one
// can be given again when an answer was lost.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/base/bytes.h"
#include "common/base/secret.h"
#include "common/base/uuid.h"

namespace auth {

struct RefreshToken {
    Uuid session;
    std::int64_t counter = 0;
};

class RefreshTokens {
  public:
    // `key`: SecretBox::derive("refresh").
    explicit RefreshTokens(Bytes key) : key_(std::move(key)) {}

    std::string make(const RefreshToken& token) const;
    // Nothing for what was not made here, without asking the database.
    std::optional<RefreshToken> read(const Secret& text) const;

  private:
    Bytes key_;
};

}  // namespace auth
