// Access tokens, three ways: bytes as they come; a genuine token with some bytes changed, which
// must not be believed any more; and claims of any kind under a genuine signature, which only a
// leaked key could make, and must not bring the worker down.
#include "common/crypto/token.h"

#include <string>

#include "common/base/problem.h"
#include "common/crypto/digest.h"
#include "tests/fuzz/fuzz.h"

namespace {

const Bytes key = sha256("the key of the fuzz target");
const Keyring keys{"k1 " + base64url(key)};
const Instant now = from_unix(1'750'000'000);

const Tokens& tokens() {
    static const Tokens tokens{keys, "syncstream", "syncstream-api"};
    return tokens;
}

bool believed(const std::string& token) {
    try {
        tokens().read(token, now);
        return true;
    } catch (const Failure& failure) {
        must(failure.problem().status == 401);
        return false;
    }
}

std::string genuine() {
    AccessToken token{.user = *Uuid::parse("00000000-0000-7000-8000-000000000001"),
                      .session = *Uuid::parse("00000000-0000-7000-8000-000000000002"),
                      .role = "user",
                      .plan = "free",
                      .language = "en",
                      .issued = now,
                      .expires = now + std::chrono::seconds{900},
                      .id = "00000000-0000-7000-8000-000000000003"};
    return tokens().sign(token);
}

// Pairs of bytes: where, and what to put there.
std::string changed(std::string token, std::string_view changes) {
    for (std::size_t i = 0; i + 1 < changes.size(); i += 2) {
        token[static_cast<std::uint8_t>(changes[i]) * token.size() / 256] = changes[i + 1];
    }
    return token;
}

std::string signed_claims(std::string_view claims) {
    static const auto header = base64url(to_bytes(R"({"alg":"HS256","kid":"k1","typ":"JWT"})"));
    auto text = header + "." + base64url(to_bytes(claims));
    return text + "." + base64url(hmac_sha256(key, text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    static const auto token = genuine();
    auto input = as_text(bytes, size);
    must(believed(token));
    auto other = changed(token, input);
    must(believed(other) == (other == token));
    believed(std::string{input});
    believed(signed_claims(input));
    return 0;
}
