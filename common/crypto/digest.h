// Digests, message authentication and random bytes: the building blocks of the other files of this
// room and of whoever stores the hash of a token instead of the token. The door to OpenSSL.
#pragma once

#include <cstddef>
#include <string_view>

#include "common/base/bytes.h"

Bytes sha256(std::string_view text);
Bytes hmac_sha256(const Bytes& key, std::string_view text);
Bytes hmac_sha1(const Bytes& key, std::string_view text);  // for one-time codes (RFC 4226) alone

// Whether two values are the same, in a time that tells only their lengths.
bool equal(const Bytes& one, const Bytes& other);

// From the operating system's generator; fit for keys, salts and tokens.
Bytes random_bytes(std::size_t count);
