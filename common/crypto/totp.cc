#include "common/crypto/totp.h"

#include <cstdio>

#include "common/base/text.h"
#include "common/crypto/digest.h"

namespace {

constexpr std::int64_t period = 30;
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

}  // namespace

std::int64_t totp_step(Instant now) { return unix_seconds(now) / period; }

std::string totp_code(const Bytes& secret, std::int64_t step) {
    std::string counter;
    for (int shift = 56; shift >= 0; shift -= 8) counter += static_cast<char>(step >> shift);
    auto digest = hmac_sha1(secret, counter);
    auto at = digest.back() & 15;  // RFC 4226, section 5.3: dynamic truncation
    unsigned number =
        (digest[at] & 0x7fu) << 24 | digest[at + 1] << 16 | digest[at + 2] << 8 | digest[at + 3];
    char code[8];
    std::snprintf(code, sizeof code, "%06u", number % 1'000'000);
    return code;
}

std::optional<std::int64_t> match_totp(const Bytes& secret, std::string_view code, Instant now) {
    std::optional<std::int64_t> match;
    auto given = to_bytes(code);
    auto present = totp_step(now);
    for (auto step : {present - 1, present, present + 1}) {
        if (equal(to_bytes(totp_code(secret, step)), given)) match = step;
    }
    return match;
}

std::string totp_uri(std::string_view issuer, std::string_view account, const Bytes& secret) {
    auto name = percent_encode(issuer);
    return "otpauth://totp/" + name + ":" + percent_encode(account) + "?secret=" + base32(secret) +
           "&issuer=" + name + "&algorithm=SHA1&digits=6&period=30";
}

std::string base32(const Bytes& bytes) {
    std::string text;
    std::uint32_t pending = 0;
    int bits = 0;
    for (auto byte : bytes) {
        pending = pending << 8 | byte;
        for (bits += 8; bits >= 5; bits -= 5) text += alphabet[pending >> (bits - 5) & 31];
    }
    if (bits) text += alphabet[pending << (5 - bits) & 31];
    return text;
}

std::optional<Bytes> from_base32(std::string_view text) {
    Bytes bytes;
    std::uint32_t pending = 0;
    int bits = 0;
    while (!text.empty() && text.back() == '=') text.remove_suffix(1);
    for (char c : text) {
        if (c == ' ' || c == '-') continue;
        auto value = alphabet.find(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
        if (value == alphabet.npos) return std::nullopt;
        pending = pending << 5 | static_cast<std::uint32_t>(value);
        if ((bits += 5) >= 8) bytes.push_back(static_cast<std::uint8_t>(pending >> (bits -= 8)));
    }
    return bytes;
}
