#include "common/crypto/secret_box.h"

#include <algorithm>
#include <stdexcept>

#include "common/base/text.h"
#include "common/crypto/digest.h"
#include "common/crypto/keyring.h"
#include "common/crypto/sodium.h"

namespace {

constexpr std::uint8_t version = 1;
constexpr std::size_t header_size = 3;
constexpr std::size_t prefix_size = header_size + sodium::nonce_size;

std::optional<std::uint16_t> number_of(const std::string& id) {
    auto number = parse_integer(id);
    if (!number || *number < 1 || *number > 65535 || id[0] == '0') return std::nullopt;
    return static_cast<std::uint16_t>(*number);
}

// What is bound to a value besides its context, so that version and key id cannot be changed.
std::string bound(std::string_view header, std::string_view context) {
    return std::string{header} + std::string{context};
}

std::string_view view(const Bytes& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

SecretBox::SecretBox(const Keyring& keys) {
    for (const auto& key : keys.keys()) {
        if (key.id == "root") {
            root_ = key.value;
            continue;
        }
        auto number = number_of(key.id);
        if (!number) throw std::invalid_argument("key ids are numbers 1..65535 or `root`");
        // Keys of a ring may be longer than the cipher's.
        keys_.push_back({*number, hmac_sha256(key.value, "secret box 1")});
    }
    if (keys_.empty()) throw std::invalid_argument("no numbered key");
}

Bytes SecretBox::seal(std::string_view plain, std::string_view context) const {
    const auto& key = keys_.front();
    Bytes sealed{version, static_cast<std::uint8_t>(key.id >> 8),
                 static_cast<std::uint8_t>(key.id & 0xff)};
    auto nonce = random_bytes(sodium::nonce_size);
    auto secret = sodium::encrypt(plain, bound(view(sealed), context), nonce, key.value);
    sealed.insert(sealed.end(), nonce.begin(), nonce.end());
    sealed.insert(sealed.end(), secret.begin(), secret.end());
    return sealed;
}

std::optional<std::string> SecretBox::open(const Bytes& sealed, std::string_view context) const {
    auto key = key_of(sealed);
    if (!key || sealed.size() < prefix_size) return std::nullopt;
    auto all = view(sealed);
    Bytes nonce{sealed.begin() + header_size, sealed.begin() + prefix_size};
    return sodium::decrypt(all.substr(prefix_size), bound(all.substr(0, header_size), context),
                           nonce, key->value);
}

bool SecretBox::sealed_with_active_key(const Bytes& sealed) const {
    return key_of(sealed) == &keys_.front();
}

Bytes SecretBox::derive(std::string_view purpose) const {
    if (root_.empty()) throw std::logic_error("the keyring has no line `root`");
    return hmac_sha256(root_, "derive " + std::string{purpose});
}

const SecretBox::SealingKey* SecretBox::key_of(const Bytes& sealed) const {
    if (sealed.size() < header_size || sealed[0] != version) return nullptr;
    auto id = static_cast<std::uint16_t>(sealed[1] << 8 | sealed[2]);
    auto key = std::find_if(keys_.begin(), keys_.end(),
                            [&](const SealingKey& one) { return one.id == id; });
    return key == keys_.end() ? nullptr : &*key;
}
