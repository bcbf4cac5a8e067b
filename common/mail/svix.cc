#include "common/mail/svix.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <stdexcept>

#include "common/base/bytes.h"
#include "common/base/text.h"
#include "common/crypto/digest.h"

namespace svix {

namespace {

constexpr std::size_t longest_id = 256;
constexpr std::size_t longest_time = 12;  // digits
constexpr std::size_t longest_header = 4096;
constexpr std::size_t most_candidates = 16;

std::optional<Bytes> from_base64(std::string_view text) {
    while (text.ends_with('=')) text.remove_suffix(1);
    std::string other{text};
    std::replace(other.begin(), other.end(), '+', '-');
    std::replace(other.begin(), other.end(), '/', '_');
    return from_base64url(other);
}

std::string base64(const Bytes& bytes) {
    auto text = base64url(bytes);
    std::replace(text.begin(), text.end(), '-', '+');
    std::replace(text.begin(), text.end(), '_', '/');
    return text.append((4 - text.size() % 4) % 4, '=');
}

std::optional<Bytes> key_of(const Secret& secret) {
    std::string_view text = secret.reveal();
    static constexpr std::string_view prefix = "whsec_";
    if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
    auto key = from_base64(text);
    return key && !key->empty() ? key : std::nullopt;
}

std::vector<Bytes> candidates(std::string_view header) {
    std::vector<Bytes> found;
    if (header.size() > longest_header) return found;
    for (auto one : split(header, ' ')) {
        if (!one.starts_with("v1,") || found.size() == most_candidates) continue;
        if (auto bytes = from_base64(one.substr(3))) found.push_back(*std::move(bytes));
    }
    return found;
}

Bytes expected(std::string_view id, std::string_view time, std::string_view body,
               const Bytes& key) {
    auto text = std::string{id} + "." + std::string{time} + ".";
    text += body;
    return hmac_sha256(key, text);
}

std::optional<std::int64_t> time_of(std::string_view text) {
    bool sound = !text.empty() && text.size() <= longest_time &&
                 text.find_first_not_of("0123456789") == text.npos;
    return sound ? parse_integer(text) : std::nullopt;
}

}  // namespace

bool signed_by(const Claim& claim, std::string_view body, const std::vector<Secret>& secrets,
               Instant now) {
    auto time = time_of(claim.timestamp);
    if (!time || claim.id.empty() || claim.id.size() > longest_id) return false;
    auto signatures = candidates(claim.signatures);
    bool genuine = false;
    for (const auto& secret : secrets) {
        auto key = key_of(secret);
        if (!key) continue;
        auto wanted = expected(claim.id, claim.timestamp, body, *key);
        for (const auto& one : signatures) genuine |= equal(wanted, one);
    }
    return genuine && std::abs(unix_seconds(now) - *time) <= signature_tolerance.count();
}

std::string sign(std::string_view id, std::string_view body, const Secret& secret, Instant at) {
    auto key = key_of(secret);
    if (!key) throw std::invalid_argument("not a secret of a webhook");
    return "v1," + base64(expected(id, std::to_string(unix_seconds(at)), body, *key));
}

}  // namespace svix
