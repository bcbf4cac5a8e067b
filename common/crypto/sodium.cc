#include "common/crypto/sodium.h"

#include <sodium.h>

#include <stdexcept>

namespace {

// Chooses the fastest code for this processor; further calls cost nothing.
void prepare() {
    if (sodium_init() < 0) throw std::runtime_error("libsodium does not start");
}

const unsigned char* raw(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

void check(const Bytes& nonce, const Bytes& key) {
    if (nonce.size() != crypto_aead_xchacha20poly1305_ietf_NPUBBYTES ||
        key.size() != crypto_aead_xchacha20poly1305_ietf_KEYBYTES) {
        throw std::invalid_argument("size of a nonce or a key");
    }
}

}  // namespace

namespace sodium {

std::string argon2id(const Secret& password, std::int64_t memory_kib, std::int64_t passes) {
    prepare();
    const auto& text = password.reveal();
    char encoded[crypto_pwhash_STRBYTES];
    if (crypto_pwhash_str_alg(encoded, text.data(), text.size(), passes, memory_kib * 1024,
                              crypto_pwhash_ALG_ARGON2ID13) != 0) {
        throw std::runtime_error("Argon2id failed: memory or parameters");
    }
    return encoded;
}

bool argon2id_matches(const Secret& password, const std::string& encoded) {
    prepare();
    const auto& text = password.reveal();
    return encoded.size() < crypto_pwhash_STRBYTES &&
           crypto_pwhash_str_verify(encoded.c_str(), text.data(), text.size()) == 0;
}

Bytes encrypt(std::string_view plain, std::string_view context, const Bytes& nonce,
              const Bytes& key) {
    prepare();
    check(nonce, key);
    Bytes sealed(plain.size() + crypto_aead_xchacha20poly1305_ietf_ABYTES);
    crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data(), nullptr, raw(plain), plain.size(),
                                               raw(context), context.size(), nullptr, nonce.data(),
                                               key.data());
    return sealed;
}

std::optional<std::string> decrypt(std::string_view sealed, std::string_view context,
                                   const Bytes& nonce, const Bytes& key) {
    prepare();
    check(nonce, key);
    if (sealed.size() < crypto_aead_xchacha20poly1305_ietf_ABYTES) return std::nullopt;
    std::string plain(sealed.size() - crypto_aead_xchacha20poly1305_ietf_ABYTES, '\0');
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            reinterpret_cast<unsigned char*>(plain.data()), nullptr, nullptr, raw(sealed),
            sealed.size(), raw(context), context.size(), nonce.data(), key.data()) != 0) {
        return std::nullopt;
    }
    return plain;
}

}  // namespace sodium
