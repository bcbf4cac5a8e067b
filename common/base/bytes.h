// Raw bytes and their spellings: hexadecimal, base64url. `Bytes` is what a bytea column, a digest
// or a sealed box is; `std::string` stays text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

using Bytes = std::vector<std::uint8_t>;

Bytes to_bytes(std::string_view text);
std::string to_text(const Bytes& bytes);

std::string hex(const Bytes& bytes);  // lower case
std::optional<Bytes> from_hex(std::string_view text);

// RFC 4648 section 5, without padding. Reading refuses padding, foreign characters and
// non-canonical endings.
std::string base64url(const Bytes& bytes);
std::optional<Bytes> from_base64url(std::string_view text);
