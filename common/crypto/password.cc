#include "common/crypto/password.h"

#include <optional>

#include "common/base/text.h"
#include "common/crypto/digest.h"
#include "common/crypto/sodium.h"

namespace {

struct Parameters {
    std::int64_t memory_kib, passes, lanes;
};

// A number of a stored string; leading zeros or signs are not how Argon2id writes one.
std::optional<std::int64_t> number(std::string_view text, std::string_view name) {
    if (text.substr(0, name.size()) != name) return std::nullopt;
    text.remove_prefix(name.size());
    if (text.empty() || text[0] < '1' || text[0] > '9') return std::nullopt;
    return parse_integer(text);
}

// Of `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`; nothing for any other text.
std::optional<Parameters> parameters_of(const std::string& hash) {
    auto parts = split(hash, '$');
    if (parts.size() != 6 || !parts[0].empty() || parts[1] != "argon2id" || parts[2] != "v=19") {
        return std::nullopt;
    }
    auto costs = split(parts[3], ',');
    if (costs.size() != 3) return std::nullopt;
    auto memory = number(costs[0], "m="), passes = number(costs[1], "t=");
    auto lanes = number(costs[2], "p=");
    if (!memory || !passes || !lanes) return std::nullopt;
    return Parameters{*memory, *passes, *lanes};
}

bool affordable(const Parameters& cost) {
    return cost.memory_kib <= 128 * 1024 && cost.passes <= 10 && cost.lanes <= 8;
}

}  // namespace

std::string Passwords::hash(const Secret& password) const {
    return sodium::argon2id(password, cost_.memory_kib, cost_.passes);
}

bool Passwords::verify(const Secret& password, const std::string& hash) const {
    auto parameters = parameters_of(hash);
    return parameters && affordable(*parameters) && sodium::argon2id_matches(password, hash);
}

bool Passwords::needs_rehash(const std::string& hash) const {
    auto parameters = parameters_of(hash);
    return !parameters || parameters->memory_kib != cost_.memory_kib ||
           parameters->passes != cost_.passes || parameters->lanes != 1;
}

void Passwords::spend(const Secret& password) const { hash(password); }

std::string Pins::hash(const Uuid& profile, const Secret& pin) const {
    return hashes_.hash(peppered(profile, pin));
}

bool Pins::verify(const Uuid& profile, const Secret& pin, const std::string& hash) const {
    return hashes_.verify(peppered(profile, pin), hash);
}

Secret Pins::peppered(const Uuid& profile, const Secret& pin) const {
    return Secret{base64url(hmac_sha256(pepper_, profile.text() + "|" + pin.reveal()))};
}
