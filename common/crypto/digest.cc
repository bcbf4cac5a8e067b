#include "common/crypto/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <stdexcept>

namespace {

const unsigned char* raw(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

Bytes hmac(const EVP_MD* digest, const Bytes& key, std::string_view text) {
    Bytes result(EVP_MD_get_size(digest));
    unsigned size = 0;
    if (!HMAC(digest, key.data(), static_cast<int>(key.size()), raw(text), text.size(),
              result.data(), &size)) {
        throw std::runtime_error("HMAC failed");
    }
    return result;
}

}  // namespace

// Looked up once: EVP_sha256() is looked up anew at each use, which costs more than the digest of a
// token.
Bytes sha256(std::string_view text) {
    static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA2-256", nullptr);
    Bytes digest(32);
    unsigned size = 0;
    if (!EVP_Digest(text.data(), text.size(), digest.data(), &size, algorithm, nullptr)) {
        throw std::runtime_error("SHA-256 failed");
    }
    return digest;
}

Bytes hmac_sha256(const Bytes& key, std::string_view text) { return hmac(EVP_sha256(), key, text); }

Bytes hmac_sha1(const Bytes& key, std::string_view text) { return hmac(EVP_sha1(), key, text); }

bool equal(const Bytes& one, const Bytes& other) {
    return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

Bytes random_bytes(std::size_t count) {
    Bytes bytes(count);
    if (RAND_bytes(bytes.data(), static_cast<int>(count)) != 1) {
        throw std::runtime_error("no random bytes");
    }
    return bytes;
}
