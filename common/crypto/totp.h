// Time-based one-time codes (RFC 6238) as authenticator apps show them: HMAC-SHA-1, 30 seconds,
// six digits. A code is good once: the caller stores the step that matched and accepts only later
// ones. How often somebody may try is the caller's concern too.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/bytes.h"
#include "common/base/time.h"

std::int64_t totp_step(Instant now);
std::string totp_code(const Bytes& secret, std::int64_t step);
// The step whose code this is: the present one, the one before or the one after it.
std::optional<std::int64_t> match_totp(const Bytes& secret, std::string_view code, Instant now);

// What an app reads from a QR code.
std::string totp_uri(std::string_view issuer, std::string_view account, const Bytes& secret);

// RFC 4648 section 6, upper case, without padding. Reading takes either case, padding at the end,
// spaces and dashes between; a letter that is not of the alphabet makes it nothing.
std::string base32(const Bytes& bytes);
std::optional<Bytes> from_base32(std::string_view text);
