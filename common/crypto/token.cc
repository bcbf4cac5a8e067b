#include "common/crypto/token.h"

#include <jwt.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <stdexcept>

#include "common/base/problem.h"
#include "common/base/text.h"
#include "common/crypto/digest.h"

namespace {

constexpr std::size_t most_characters = 4096;  // libjwt decodes on the stack
constexpr std::size_t most_header_characters = 512;
constexpr std::size_t remembered = 4096;
constexpr std::int64_t latest_second = 253402300799;  // the end of the year 9999
constexpr std::chrono::seconds leeway{60};            // for clocks of other machines

using Jwt = std::unique_ptr<jwt_t, decltype(&jwt_free)>;

void require(bool good) {
    if (!good) throw Failure(unauthenticated);
}

// The key id of a header. Ours is one flat object of strings without escapes; to take nothing
// else leaves no room for `crit`, `jku`, a second `alg` or a foreign `typ`.
std::string key_id(std::string_view header) {
    auto bytes = from_base64url(header);
    require(header.size() <= most_header_characters && bytes);
    auto json = to_text(*bytes);
    require(json.size() > 2 && json.front() == '{' && json.back() == '}');
    std::string algorithm, type, kid;
    for (auto member : split(std::string_view{json}.substr(1, json.size() - 2), ',')) {
        auto parts = split(member, '"');  // nothing, name, colon, value, nothing
        require(parts.size() == 5 && parts[0].empty() && parts[2] == ":" && parts[4].empty());
        auto& value = parts[1] == "alg" ? algorithm : parts[1] == "typ" ? type : kid;
        require((parts[1] == "kid" || &value != &kid) && value.empty() && !parts[3].empty());
        value = parts[3];
    }
    require(algorithm == "HS256" && type == "JWT");
    return kid;
}

std::string text(jwt_t* jwt, const char* name) {
    auto value = jwt_get_grant(jwt, name);
    require(value);
    return value;
}

Uuid uuid(jwt_t* jwt, const char* name) {
    auto id = Uuid::parse(text(jwt, name));
    require(id.has_value());
    return *id;
}

std::int64_t integer(jwt_t* jwt, const char* name) {
    auto value = jwt_get_grant_int(jwt, name);
    require(errno == 0);
    return value;
}

// libjwt reads 0 where the claim is no whole number, so 0 is never an instant.
Instant instant(jwt_t* jwt, const char* name) {
    auto seconds = integer(jwt, name);
    require(seconds > 0 && seconds <= latest_second);
    return from_unix(seconds);
}

bool has(jwt_t* jwt, const char* name) {
    jwt_get_grant_int(jwt, name);
    return errno != ENOENT;
}

Instant exact_issue(jwt_t* jwt) {
    Instant exact{std::chrono::microseconds{integer(jwt, "at")}};
    require(std::chrono::floor<std::chrono::seconds>(exact) == instant(jwt, "iat"));
    return exact;
}

AccessToken claims_of(jwt_t* jwt) {
    AccessToken token;
    token.user = uuid(jwt, "sub");
    token.session = uuid(jwt, "sid");
    token.role = text(jwt, "role");
    token.plan = text(jwt, "plan");
    token.rate_limit = integer(jwt, "rl");
    if (jwt_get_grant(jwt, "current_profile_id")) token.profile = uuid(jwt, "current_profile_id");
    token.language = text(jwt, "lang");
    token.issued = exact_issue(jwt);
    token.expires = instant(jwt, "exp");
    token.id = text(jwt, "jti");
    return token;
}

// Collects claims and remembers whether libjwt took them all.
class Writer {
  public:
    explicit Writer(jwt_t* jwt) : jwt_(jwt) {}
    void add(const char* name, const std::string& value) {
        failed_ |= jwt_add_grant(jwt_, name, value.c_str());
    }
    void add(const char* name, std::int64_t value) {
        failed_ |= jwt_add_grant_int(jwt_, name, value);
    }
    void add_null(const char* name) {
        auto json = std::string{"{\""} + name + "\":null}";
        failed_ |= jwt_add_grants_json(jwt_, json.c_str());
    }
    void sign(const Keyring::Key& key) {
        failed_ |= jwt_add_header(jwt_, "kid", key.id.c_str());
        failed_ |=
            jwt_set_alg(jwt_, JWT_ALG_HS256, key.value.data(), static_cast<int>(key.value.size()));
    }
    std::string take() {
        std::unique_ptr<char, decltype(&std::free)> text{jwt_encode_str(jwt_), std::free};
        if (failed_ || !text) throw std::runtime_error("a token cannot be written");
        return text.get();
    }

  private:
    jwt_t* jwt_;
    int failed_ = 0;
};

void add_claims(Writer& out, const AccessToken& token) {
    out.add("use", "access");
    out.add("sub", token.user.text());
    out.add("sid", token.session.text());
    out.add("role", token.role);
    out.add("plan", token.plan);
    out.add("rl", token.rate_limit);
    if (token.profile) {
        out.add("current_profile_id", token.profile->text());
    } else {
        out.add_null("current_profile_id");
    }
    out.add("lang", token.language);
    out.add("iat", unix_seconds(token.issued));
    out.add("at", token.issued.time_since_epoch().count());
    out.add("exp", unix_seconds(token.expires));
    out.add("jti", token.id.empty() ? Uuid::make().text() : token.id);
}

}  // namespace

Tokens::Tokens(const Keyring& keys, std::string issuer, std::string audience)
    : keys_(keys),
      issuer_(std::move(issuer)),
      audience_(std::move(audience)),
      recent_(remembered) {}

std::string Tokens::sign(const AccessToken& token) const {
    jwt_t* empty = nullptr;
    if (jwt_new(&empty) != 0) throw std::bad_alloc();
    Jwt jwt{empty, jwt_free};
    Writer out{jwt.get()};
    out.add("iss", issuer_);
    out.add("aud", audience_);
    add_claims(out, token);
    out.sign(keys_.active());
    return out.take();
}

AccessToken Tokens::read(std::string_view token, Instant now) const {
    const auto& known = verified(token);
    require(known.begins <= now + leeway);
    if (known.claims.expires <= now) throw Failure(token_expired);
    return known.claims;
}

// A client sends the same token with every request; the digest costs a tenth of libjwt's work.
const Tokens::Verified& Tokens::verified(std::string_view token) const {
    require(token.size() <= most_characters);
    auto digest = sha256(token);
    auto& place = recent_[(digest[0] << 8 | digest[1]) % remembered];
    if (place.digest != digest) {
        place = verify(std::string{token});
        place.digest = std::move(digest);
    }
    return place;
}

Tokens::Verified Tokens::verify(const std::string& token) const {
    auto segments = split(token, '.');
    require(segments.size() == 3 && token.find('\0') == token.npos);
    auto key = keys_.find(key_id(segments[0]));
    require(key);
    jwt_t* decoded = nullptr;
    // Never without a key: libjwt would then believe any signature.
    bool genuine = jwt_decode(&decoded, token.c_str(), key->value.data(),
                              static_cast<int>(key->value.size())) == 0;
    Jwt jwt{decoded, jwt_free};
    require(genuine && jwt_get_alg(jwt.get()) == JWT_ALG_HS256);
    require(text(jwt.get(), "iss") == issuer_ && text(jwt.get(), "aud") == audience_ &&
            text(jwt.get(), "use") == "access");
    Verified result{.claims = claims_of(jwt.get())};
    result.begins = result.claims.issued;
    if (has(jwt.get(), "nbf")) result.begins = std::max(result.begins, instant(jwt.get(), "nbf"));
    return result;
}
