// base64url of: version 1 (1 byte) | session (16) | counter (8, big endian) | HMAC-SHA-256 (32).
#include "workers/auth/refresh_tokens.h"

#include <algorithm>

#include "common/crypto/digest.h"

namespace auth {

namespace {

constexpr std::uint8_t version = 1;
constexpr std::size_t body_size = 1 + 16 + 8;
constexpr std::size_t token_size = body_size + 32;

Bytes body_of(const RefreshToken& token) {
    Bytes body{version};
    body.insert(body.end(), token.session.bytes.begin(), token.session.bytes.end());
    for (int shift = 56; shift >= 0; shift -= 8) {
        body.push_back(static_cast<std::uint8_t>(token.counter >> shift));
    }
    return body;
}

}  // namespace

std::string RefreshTokens::make(const RefreshToken& token) const {
    auto bytes = body_of(token);
    auto mac = hmac_sha256(key_, to_text(bytes));
    bytes.insert(bytes.end(), mac.begin(), mac.end());
    return base64url(bytes);
}

std::optional<RefreshToken> RefreshTokens::read(const Secret& text) const {
    auto bytes = from_base64url(text.reveal());
    if (!bytes || bytes->size() != token_size || bytes->front() != version) return std::nullopt;
    Bytes body{bytes->begin(), bytes->begin() + body_size};
    Bytes mac{bytes->begin() + body_size, bytes->end()};
    if (!equal(mac, hmac_sha256(key_, to_text(body)))) return std::nullopt;
    RefreshToken token;
    std::copy_n(body.begin() + 1, token.session.bytes.size(), token.session.bytes.begin());
    for (auto at = body.begin() + 17; at != body.end(); ++at) {
        token.counter = (token.counter << 8) | *at;
    }
    return token;
}

}  // namespace auth
