#include "common/stripe/signature.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "common/base/bytes.h"
#include "common/base/text.h"
#include "common/crypto/digest.h"

namespace stripe {

namespace {

constexpr std::size_t longest_header = 4096;
constexpr std::size_t most_candidates = 8;
constexpr std::size_t hex_length = 64;
constexpr std::size_t longest_time = 12;  // digits

struct Claim {
    std::string_view time;
    std::vector<Bytes> signatures;
};

bool all_in(std::string_view text, std::string_view allowed) {
    return text.find_first_not_of(allowed) == text.npos;
}

bool is_time(std::string_view text) {
    return !text.empty() && text.size() <= longest_time && all_in(text, "0123456789") &&
           (text[0] != '0' || text.size() == 1);
}

// Other schemes than v1 are none of ours.
std::optional<Claim> read(std::string_view header) {
    if (header.size() > longest_header) return std::nullopt;
    Claim claim;
    for (auto part : split(header, ',')) {
        auto equals = part.find('=');
        if (equals == part.npos) return std::nullopt;
        auto name = part.substr(0, equals), value = part.substr(equals + 1);
        if (name == "t") {
            if (!claim.time.empty() || !is_time(value)) return std::nullopt;
            claim.time = value;
        } else if (name == "v1" && value.size() == hex_length &&
                   all_in(value, "0123456789abcdef")) {
            claim.signatures.push_back(*from_hex(value));
        }
    }
    bool sound = !claim.time.empty() && !claim.signatures.empty() &&
                 claim.signatures.size() <= most_candidates;
    return sound ? std::optional{std::move(claim)} : std::nullopt;
}

Bytes expected(std::string_view time, std::string_view body, const Secret& secret) {
    auto text = std::string{time} + ".";
    text += body;
    return hmac_sha256(to_bytes(secret.reveal()), text);
}

}  // namespace

bool signed_by(std::string_view header, std::string_view body, const std::vector<Secret>& secrets,
               Instant now) {
    auto claim = read(header);
    if (!claim) return false;
    auto age = unix_seconds(now) - *parse_integer(claim->time);
    bool genuine = false;
    for (const auto& secret : secrets) {
        auto wanted = expected(claim->time, body, secret);
        for (const auto& one : claim->signatures) genuine |= equal(wanted, one);
    }
    return genuine && std::abs(age) <= signature_tolerance.count();
}

std::string sign(std::string_view body, const Secret& secret, Instant at) {
    auto time = std::to_string(unix_seconds(at));
    return "t=" + time + ",v1=" + hex(expected(time, body, secret));
}

}  // namespace stripe
