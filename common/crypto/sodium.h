// The two algorithms that are taken from libsodium, in the types of this house: Argon2id for
// crypto/password, XChaCha20-Poly1305 for crypto/secret_box. The door to libsodium.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/bytes.h"
#include "common/base/secret.h"

namespace sodium {

// An encoded string with a fresh salt, one lane. Memory goes back to the system afterwards. Throws
// std::runtime_error when the machine has too little of it.
std::string argon2id(const Secret& password, std::int64_t memory_kib, std::int64_t passes);
bool argon2id_matches(const Secret& password, const std::string& encoded);

inline constexpr std::size_t nonce_size = 24;

// `key` has 32 bytes, `nonce` 24. What is sealed is the text and its tag; `context` is only bound.
Bytes encrypt(std::string_view plain, std::string_view context, const Bytes& nonce,
              const Bytes& key);
std::optional<std::string> decrypt(std::string_view sealed, std::string_view context,
                                   const Bytes& nonce, const Bytes& key);

}  // namespace sodium
