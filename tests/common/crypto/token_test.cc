// Access tokens, and every forgery we know of. The forgeries are written by hand, not by the
// library that reads them.
#include "common/crypto/token.h"

#include <cppunit/extensions/HelperMacros.h>

#include "common/base/problem.h"
#include "common/crypto/digest.h"

namespace {

const Bytes key = sha256("a"), older_key = sha256("b"), foreign_key = sha256("c");
const std::string ring_text = "2026a " + base64url(key) + "\n2025z " + base64url(older_key) + "\n";
const Instant now = from_unix(1'800'000'000) + std::chrono::microseconds{123'456};
const std::string header = R"({"alg":"HS256","kid":"2026a","typ":"JWT"})";
const std::string claims =
    R"({"iss":"syncstream","aud":"api","use":"access","sub":"018f0000-0000-7000-8000-000000000001",)"
    R"("sid":"018f0000-0000-7000-8000-000000000002","role":"user","plan":"basic","rl":100,)"
    R"("current_profile_id":null,"lang":"fr","iat":1800000000,"at":1800000000123456,)"
    R"("exp":1800000900,"jti":"x"})";

std::string encoded(const std::string& text) { return base64url(to_bytes(text)); }

std::string forge(const std::string& head, const std::string& payload, const Bytes& with = key) {
    auto signed_part = encoded(head) + "." + encoded(payload);
    return signed_part + "." + base64url(hmac_sha256(with, signed_part));
}

// A text with one piece exchanged; the piece must be there.
std::string changed(std::string text, const std::string& from, const std::string& to) {
    auto at = text.find(from);
    CPPUNIT_ASSERT(at != text.npos);
    return text.replace(at, from.size(), to);
}

class TokensTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TokensTest);
    CPPUNIT_TEST(reads_what_it_signed);
    CPPUNIT_TEST(reads_a_token_written_by_hand);
    CPPUNIT_TEST(makes_an_id_when_none_is_given);
    CPPUNIT_TEST(reads_tokens_of_the_older_key);
    CPPUNIT_TEST(refuses_keys_it_does_not_have);
    CPPUNIT_TEST(refuses_foreign_signatures);
    CPPUNIT_TEST(refuses_other_algorithms);
    CPPUNIT_TEST(refuses_headers_that_are_not_ours);
    CPPUNIT_TEST(refuses_broken_shapes);
    CPPUNIT_TEST(refuses_payloads_that_are_no_object);
    CPPUNIT_TEST(refuses_missing_and_wrong_claims);
    CPPUNIT_TEST(refuses_the_future);
    CPPUNIT_TEST(tells_an_expired_token);
    CPPUNIT_TEST(forgets_nothing_about_a_remembered_token);
    CPPUNIT_TEST_SUITE_END();

    const Tokens tokens{Keyring{ring_text}, "syncstream", "api"};

    std::string verdict(std::string_view token, Instant at = now) const {
        try {
            tokens.read(token, at);
            return "fine";
        } catch (const Failure& failure) {
            return failure.what();
        }
    }
    void assert_refused(const std::string& token) const {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(token, std::string{"unauthenticated"}, verdict(token));
    }

    static AccessToken sample() {
        return {.user = Uuid::make(),
                .session = Uuid::make(),
                .role = "reseller",
                .plan = "premium",
                .rate_limit = -1,
                .profile = Uuid::make(),
                .language = "pt",
                .issued = now,
                .expires = from_unix(unix_seconds(now) + 900),
                .id = "the id"};
    }

    void reads_what_it_signed() {
        auto wanted = sample();
        auto got = tokens.read(tokens.sign(wanted), now);
        CPPUNIT_ASSERT(got.user == wanted.user && got.session == wanted.session);
        CPPUNIT_ASSERT(got.role == wanted.role && got.plan == wanted.plan);
        CPPUNIT_ASSERT(got.rate_limit == -1 && got.profile == wanted.profile);
        CPPUNIT_ASSERT(got.language == "pt" && got.id == "the id");
        CPPUNIT_ASSERT(got.issued == wanted.issued && got.expires == wanted.expires);
        wanted.profile.reset();
        CPPUNIT_ASSERT(!tokens.read(tokens.sign(wanted), now).profile);
    }
    void reads_a_token_written_by_hand() {
        auto got = tokens.read(forge(header, claims), now);
        CPPUNIT_ASSERT(got.issued == now && got.language == "fr" && !got.profile);
    }
    void makes_an_id_when_none_is_given() {
        auto wanted = sample();
        wanted.id.clear();
        auto one = tokens.read(tokens.sign(wanted), now).id;
        CPPUNIT_ASSERT(Uuid::parse(one));
        CPPUNIT_ASSERT(one != tokens.read(tokens.sign(wanted), now).id);
    }
    void reads_tokens_of_the_older_key() {
        auto old_header = changed(header, "2026a", "2025z");
        CPPUNIT_ASSERT_EQUAL(std::string{"fine"}, verdict(forge(old_header, claims, older_key)));
        Tokens rotated{Keyring{"2027a " + base64url(foreign_key) + "\n" + ring_text}, "syncstream",
                       "api"};
        CPPUNIT_ASSERT(rotated.read(tokens.sign(sample()), now).id == "the id");
        assert_refused(rotated.sign(sample()));
    }
    void refuses_keys_it_does_not_have() {
        assert_refused(forge(header, claims, older_key));
        for (auto kid : {"2027", "", "../../../dev/null", "' or 1=1 --", "2026a "}) {
            assert_refused(forge(changed(header, "2026a", kid), claims));
            assert_refused(forge(changed(header, "2026a", kid), claims, {0}));
        }
        assert_refused(forge(R"({"alg":"HS256","typ":"JWT"})", claims));
    }
    void refuses_foreign_signatures() {
        auto token = forge(header, claims);
        assert_refused(forge(header, claims, foreign_key));
        assert_refused(changed(token, encoded(claims), encoded(changed(claims, "user", "root"))));
        assert_refused(token.substr(0, token.size() - 1));
        assert_refused(token.substr(0, token.rfind('.') + 1));
        auto other_last = token;
        other_last.back() = other_last.back() == 'A' ? 'B' : 'A';
        assert_refused(other_last);
    }
    void refuses_other_algorithms() {
        for (auto algorithm : {"none", "None", "HS512", "HS384", "RS256", "ES256", "hs256", ""}) {
            auto head = changed(header, "HS256", algorithm);
            assert_refused(forge(head, claims));
            assert_refused(encoded(head) + "." + encoded(claims) + ".");
        }
    }
    void refuses_headers_that_are_not_ours() {
        for (auto head :
             {R"({"alg":"HS256","kid":"2026a","typ":"at+jwt"})", R"({"alg":"HS256","kid":"2026a"})",
              R"({"alg":"HS256","kid":"2026a","typ":"JWT","crit":["exp"]})",
              R"({"alg":"HS256","kid":"2026a","typ":"JWT","crit":"exp"})",
              R"({"alg":"HS256","kid":"2026a","typ":"JWT","jku":"https://evil.example"})",
              R"({"alg":"HS256","kid":"2026a","typ":"JWT","alg":"none"})",
              R"({"alg":"none","kid":"2026a","typ":"JWT","alg":"HS256"})",
              R"({"alg":"HS256","kid":"2025z","typ":"JWT","kid":"2026a"})",
              R"({"alg":"HS256","kid":"2026a","typ":"JWT","a\u006cg":"none"})",
              R"({"alg":{"alg":"HS256"},"kid":"2026a","typ":"JWT"})", R"(["alg","HS256"])", "{}",
              "", "null"}) {
            assert_refused(forge(head, claims));
        }
        assert_refused(forge(header + std::string(600, ' '), claims));
    }
    void refuses_broken_shapes() {
        auto token = forge(header, claims);
        for (const auto& text :
             {std::string{}, std::string{"."}, std::string{".."}, std::string{"..."},
              std::string{"abc"}, "Bearer " + token, " " + token, token + " ", token + "\n",
              token + ".", token + "." + token, token + std::string{"\0", 1}, "." + token,
              changed(token, ".", "=."), std::string(5000, 'a'), std::string(5000, '.')}) {
            assert_refused(text);
        }
        assert_refused(forge(header, changed(claims, "fr", std::string(8000, 'x'))));
        assert_refused(forge(header, std::string(1000, '[')));
    }
    void refuses_payloads_that_are_no_object() {
        for (auto payload : {"[]", "[1,2]", "null", "7", "\"text\"", "", "{", "{}"}) {
            assert_refused(forge(header, payload));
        }
    }
    void refuses_missing_and_wrong_claims() {
        for (auto [from, to] : {std::pair{R"("exp":1800000900,)", ""},
                                {R"("exp":1800000900)", R"("exp":"1800000900")"},
                                {R"("exp":1800000900)", R"("exp":1800000900.5)"},
                                {R"("exp":1800000900)", R"("exp":-1)"},
                                {R"("exp":1800000900)", R"("exp":9223372036854775807)"},
                                {R"("exp":1800000900)", R"("exp":null)"},
                                {R"("iat":1800000000,)", ""},
                                {R"("iat":1800000000)", R"("iat":"1800000000")"},
                                {R"("iat":1800000000)", R"("iat":1799999999)"},
                                {R"("at":1800000000123456,)", ""},
                                {"syncstream", "elsewhere"},
                                {R"("aud":"api")", R"("aud":"web")"},
                                {R"("aud":"api")", R"("aud":["api","web"])"},
                                {R"("use":"access")", R"("use":"refresh")"},
                                {R"("use":"access",)", ""},
                                {R"("iss":"syncstream",)", ""},
                                {R"("sub":"018f)", R"("sub":"x18f)"},
                                {R"("sid")", R"("sod")"},
                                {R"("role":"user")", R"("role":1)"},
                                {R"("rl":100,)", ""},
                                {R"("current_profile_id":null)", R"("current_profile_id":"me")"},
                                {R"("jti":"x")", R"("nbf":"0","jti":"x")"}}) {
            assert_refused(forge(header, changed(claims, from, to)));
        }
    }
    void refuses_the_future() {
        auto token = forge(header, claims);
        CPPUNIT_ASSERT_EQUAL(std::string{"fine"}, verdict(token, now - std::chrono::seconds{60}));
        CPPUNIT_ASSERT_EQUAL(std::string{"unauthenticated"},
                             verdict(token, now - std::chrono::seconds{61}));
        auto later = [](const char* nbf) {
            return forge(header,
                         changed(claims, R"("jti")", std::string{R"("nbf":)"} + nbf + R"(,"jti")"));
        };
        CPPUNIT_ASSERT_EQUAL(std::string{"fine"}, verdict(later("1800000060")));
        assert_refused(later("1800000061"));
    }
    void tells_an_expired_token() {
        auto token = forge(header, claims);
        CPPUNIT_ASSERT_EQUAL(std::string{"fine"}, verdict(token, from_unix(1800000899)));
        CPPUNIT_ASSERT_EQUAL(std::string{"token_expired"}, verdict(token, from_unix(1800000900)));
        CPPUNIT_ASSERT_EQUAL(std::string{"unauthenticated"},
                             verdict(forge(header, claims, foreign_key), from_unix(1800000900)));
    }
    void forgets_nothing_about_a_remembered_token() {
        std::vector<std::string> many;
        for (int i = 0; i < 1000; ++i) {
            auto token = sample();
            token.id = std::to_string(i);
            many.push_back(tokens.sign(token));
        }
        for (int round = 0; round < 2; ++round) {
            for (int i = 0; i < 1000; ++i) {
                CPPUNIT_ASSERT_EQUAL(std::to_string(i), tokens.read(many[i], now).id);
            }
        }
        CPPUNIT_ASSERT_EQUAL(std::string{"token_expired"},
                             verdict(many.back(), now + std::chrono::seconds{900}));
        auto forged = many.back();
        forged[forged.size() - 2] = forged[forged.size() - 2] == 'A' ? 'B' : 'A';
        assert_refused(forged);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TokensTest);

}  // namespace
