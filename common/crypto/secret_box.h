// Encryption of single values at rest (credentials of a provider, secrets of a second factor):
// XChaCha20-Poly1305. A sealed value names the key that made it, so keys can be changed row by row:
//
//     version 1 (1 byte) | key id (2, big endian) | nonce (24) | ciphertext and tag
//
// The keyring's ids are numbers 1..65535. One more line, `root`, is the source of what cannot be
// sealed again because it is not known (the pepper of PINs, the key of refresh tokens): `derive`.
// The root is never used to seal and stays when the numbered keys change; to replace it is to
// invalidate every PIN and every session, which is what one wants after it leaked, and only then.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/bytes.h"

class Keyring;

class SecretBox {
  public:
    // Throws std::invalid_argument when an id is neither a number 1..65535 nor `root`, or no
    // numbered key is there. The first numbered key is the active one.
    explicit SecretBox(const Keyring& keys);

    // `context` says where the value stands (`playlists|<row id>|password`); it is not stored, and
    // a value moved to another place does not open.
    Bytes seal(std::string_view plain, std::string_view context) const;
    // Nothing when the value was tampered with, stands in a foreign context, or its key is gone.
    std::optional<std::string> open(const Bytes& sealed, std::string_view context) const;

    bool sealed_with_active_key(const Bytes& sealed) const;
    std::uint16_t active_key_id() const { return keys_.front().id; }

    // 32 bytes that depend on the root and the purpose alone. Throws std::logic_error when the
    // keyring has no root: call it when the process starts.
    Bytes derive(std::string_view purpose) const;

  private:
    struct SealingKey {
        std::uint16_t id;
        Bytes value;  // 32 bytes
    };
    const SealingKey* key_of(const Bytes& sealed) const;

    std::vector<SealingKey> keys_;  // the active one first
    Bytes root_;                    // empty: none
};
