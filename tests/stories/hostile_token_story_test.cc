// Forged, bent and borrowed access tokens: none lets anybody in. The keys of the world are read
// from its folder, so that the forgeries with the right signature are tried as well.
#include <cppunit/extensions/HelperMacros.h>

#include <fstream>

#include "common/base/text.h"
#include "common/crypto/digest.h"
#include "tests/support/account.h"
#include "tests/support/expect.h"
#include "tests/support/unharmed.h"

namespace {

std::string encoded(const std::string& text) { return base64url(to_bytes(text)); }

// A text with one piece exchanged; the piece must be there.
std::string changed(std::string text, const std::string& from, const std::string& to) {
    auto at = text.find(from);
    CPPUNIT_ASSERT_MESSAGE(from + " in " + text, at != text.npos);
    return text.replace(at, from.size(), to);
}

class StoryHostileToken : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StoryHostileToken);
    CPPUNIT_TEST(other_algorithms_are_refused);
    CPPUNIT_TEST(other_keys_are_refused);
    CPPUNIT_TEST(bent_tokens_are_refused);
    CPPUNIT_TEST(an_expired_token_says_so);
    CPPUNIT_TEST(claims_that_are_not_ours_are_refused);
    CPPUNIT_TEST(other_kinds_of_tokens_are_refused);
    CPPUNIT_TEST(a_token_of_nobody_lets_nobody_in);
    CPPUNIT_TEST(a_role_is_not_for_the_asking);
    CPPUNIT_TEST(a_cookie_of_a_foreign_page_changes_nothing);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override {
        client_.emplace(world_with());
        account_ = sign_up(*client_);
        auto parts = split(account_.access, '.');
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, parts.size());
        header_ = to_text(from_base64url(parts[0]).value());
        claims_ = to_text(from_base64url(parts[1]).value());
        std::ifstream file(world_with().folder() + "/secrets/token_keys");
        std::string id, key;
        file >> id >> key;
        key_ = from_base64url(key).value();
        unharmed_.emplace(world_with());
    }
    void tearDown() override { unharmed_->check(); }

  private:
    std::string forge(const std::string& header, const std::string& claims) const {
        return forge(header, claims, key_);
    }
    static std::string forge(const std::string& header, const std::string& claims,
                             const Bytes& key) {
        auto text = encoded(header) + "." + encoded(claims);
        return text + "." + base64url(hmac_sha256(key, text));
    }
    std::string number_of(const std::string& claim) const {
        auto at = claims_.find("\"" + claim + "\":") + claim.size() + 3;
        return claims_.substr(at, claims_.find_first_of(",}", at) - at);
    }

    void refused(const std::string& token, Here here = Here::current()) {
        client_->token.clear();
        client_->headers = {{"Authorization", "Bearer " + token}};
        for (const char* path : {"/api/v1/profiles", "/api/v1/favorites", "/api/v1/auth/me"}) {
            expect_refusal(401, "unauthenticated", client_->get(path), here);
        }
        client_->headers = {{"Cookie", "auth=" + token}};
        expect_refusal(401, "unauthenticated", client_->get("/api/v1/profiles"), here);
        client_->headers.clear();
    }

    void other_algorithms_are_refused() {
        // What is tried here is worth something only if the key is the right one.
        client_->token = forge(header_, claims_);
        expect(200, client_->get("/api/v1/profiles"));
        auto unsigned_part = encoded(R"({"alg":"none","typ":"JWT"})") + "." + encoded(claims_);
        for (const std::string& token :
             {unsigned_part, unsigned_part + ".", unsigned_part + "." + encoded("x")}) {
            refused(token);
        }
        for (const char* algorithm :
             {"none", "None", "NONE", "hs256", "HS384", "HS512", "RS256", "ES256", "", "HS256 "}) {
            refused(forge(changed(header_, "\"HS256\"", "\"" + std::string{algorithm} + "\""),
                          claims_));
        }
        refused(forge(R"({"typ":"JWT"})", claims_));
        refused(forge(changed(header_, "{", R"({"crit":["exp"],)"), claims_));
        refused(forge(changed(header_, "{", R"({"alg":"none",)"), claims_));
        refused(forge(changed(header_, "{", R"({"jku":"https://evil.example/keys",)"), claims_));
    }

    void other_keys_are_refused() {
        refused(forge(header_, claims_, random_bytes(32)));
        refused(forge(header_, claims_, to_bytes("secret")));
        refused(forge(header_, claims_, {}));
        for (const char* kid :
             {"k2", "../../../dev/null", "' or 1=1 --", "/dev/null", "|id", "0"}) {
            auto header = changed(header_, "\"k1\"", "\"" + std::string{kid} + "\"");
            refused(forge(header, claims_));
            refused(forge(header, claims_, {}));
        }
    }

    void bent_tokens_are_refused() {
        const auto& good = account_.access;
        auto dot = good.rfind('.');
        for (std::size_t at : {std::size_t{5}, dot - 5, dot + 5}) {
            auto bent = good;
            bent[at] = bent[at] == 'A' ? 'B' : 'A';
            refused(bent);
        }
        for (const std::string& token :
             {good.substr(0, dot), good.substr(0, dot + 1), good + ".x", good + "=", good + "A",
              "." + good, good + "." + good, std::string{".."}, std::string{"a.b.c"},
              good + std::string(10'000 - good.size(), 'A'), std::string(5'000, '.'),
              good.substr(0, 20) + " " + good.substr(20)}) {
            if (token.size() < 8'000) refused(token);
        }
        client_->token = good + std::string(10'000, 'A');
        auto large = client_->get("/api/v1/profiles");
        CPPUNIT_ASSERT(large.status == 400 || large.status == 431);
    }

    void an_expired_token_says_so() {
        auto expired = claims_;
        for (const char* claim : {"exp", "iat", "at", "nbf"}) {
            auto found = expired.find("\"" + std::string{claim} + "\":");
            if (found == expired.npos) continue;
            auto seconds = number_of(claim);
            bool micro = seconds.size() > 12;
            expired = changed(
                expired, "\"" + std::string{claim} + "\":" + seconds,
                "\"" + std::string{claim} + "\":" +
                    std::to_string(std::stoll(seconds) - (micro ? 86'400'000'000 : 86'400)));
        }
        client_->token = forge(header_, expired);
        expect_refusal(401, "token_expired", client_->get("/api/v1/profiles"));
        auto renewed =
            client_->post("/api/v1/auth/refresh", object({{"refresh_token", account_.refresh}}));
        expect(200, renewed);  // an old token beside it is no hindrance
    }

    void claims_that_are_not_ours_are_refused() {
        auto exp = "\"exp\":" + number_of("exp");
        for (const char* value : {"\"exp\":0", "\"exp\":-1", "\"exp\":\"9999999999\"",
                                  "\"exp\":9999999999.5", "\"exp\":1e300", "\"exp\":null",
                                  "\"exp\":true", "\"exp\":99999999999999999999", "\"e\":1"}) {
            refused(forge(header_, changed(claims_, exp, value)));
        }
        refused(forge(header_, changed(claims_, "\"syncstream\"", "\"evil\"")));
        refused(forge(header_, changed(claims_, "\"syncstream-api\"", "\"other-api\"")));
        refused(forge(header_, changed(claims_, account_.id, "' or 1=1 --")));
        refused(forge(header_, changed(claims_, account_.id, "")));
        for (const char* claims : {"", "[]", "null", "1", "\"text\"", "{", "{}"}) {
            refused(forge(header_, claims));
        }
    }

    void other_kinds_of_tokens_are_refused() {
        refused(account_.refresh);
        refused(account_.id);
        refused(forge(changed(header_, "\"JWT\"", "\"at+jwt\""), claims_));
        refused(forge(header_, changed(claims_, "\"access\"", "\"refresh\"")));
        client_->headers = {{"Authorization", "Basic " + account_.access}};
        expect_refusal(401, "unauthenticated", client_->get("/api/v1/profiles"));
        client_->headers = {{"Authorization", account_.access}};
        expect_refusal(401, "unauthenticated", client_->get("/api/v1/profiles"));
        client_->headers.clear();
        expect_refusal(401, "unauthenticated",
                       client_->get("/api/v1/profiles?token=" + account_.access));
    }

    // The signature is right, the account is none: erased, or never there.
    void a_token_of_nobody_lets_nobody_in() {
        auto stranger = changed(claims_, account_.id, Uuid::make().text());
        client_->token = forge(header_, stranger);
        auto created = client_->post("/api/v1/profiles", R"({"name": "Ghost"})");
        CPPUNIT_ASSERT_MESSAGE(created.body, created.status >= 400 && created.status < 500);
        auto stored =
            client_->put("/api/v1/progress", R"({"item_id": "m", "progress_seconds": 1})");
        CPPUNIT_ASSERT_MESSAGE(stored.body, stored.status >= 400 && stored.status < 500);
        auto me = client_->get("/api/v1/auth/me");
        CPPUNIT_ASSERT_MESSAGE(me.body, me.status >= 400 && me.status < 500);

        client_->token = account_.access;
        expect(200, client_->remove("/api/v1/auth/me", object({{"password", account_.password}})));
        expect_refusal(401, "unauthenticated", client_->get("/api/v1/profiles"));
        expect_refusal(401, "unauthenticated", client_->get("/api/v1/auth/me"));
    }

    void a_role_is_not_for_the_asking() {
        Client other{world_with()};
        auto signed_up = other.post("/api/v1/auth/signup", R"({
            "email": "climber@example.com", "password": "gentle-Harbour-7", "full_name": "C",
            "role": "admin", "plan": "premium", "credits_balance": 1000000, "id": "x",
            "email_verified": true, "status": "active"})");
        expect(201, signed_up);
        CPPUNIT_ASSERT_EQUAL(std::string{"user"}, signed_up.text("user.role"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, signed_up.number("user.credits_balance"));
        other.token = signed_up.text("access_token");
        auto changed_user =
            other.patch("/api/v1/auth/me", R"({"role": "admin", "credits_balance": 5})");
        CPPUNIT_ASSERT(changed_user.status < 500);
        auto me = other.get("/api/v1/auth/me");
        CPPUNIT_ASSERT_EQUAL(std::string{"user"}, me.text("user.role"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, me.number("user.credits_balance"));
    }

    void a_cookie_of_a_foreign_page_changes_nothing() {
        client_->token.clear();
        auto body = R"({"name": "Cookie"})";
        client_->headers = {{"Cookie", "auth=" + account_.access}};
        expect(200, client_->get("/api/v1/profiles"));
        expect_refusal(403, "forbidden", client_->post("/api/v1/profiles", body));
        for (const char* origin : {"https://evil.example", "null", "https://app.syncstream.tv.evil",
                                   "http://app.syncstream.tv", "https://app.syncstream.tv:444"}) {
            expect_refusal(403, "forbidden",
                           client_->post("/api/v1/profiles", body, {{"Origin", origin}}));
        }
        expect(201,
               client_->post("/api/v1/profiles", body, {{"Origin", "https://app.syncstream.tv"}}));
    }

    std::optional<Client> client_;
    Account account_;
    std::string header_, claims_;
    Bytes key_;
    std::optional<Unharmed> unharmed_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(StoryHostileToken);

}  // namespace
