// In everybody's own language: scenarios 4 (Carlos, in Spanish) and 15 (in French).
#include <cppunit/extensions/HelperMacros.h>

#include <map>

#include "tests/support/account.h"
#include "tests/support/expect.h"

namespace {

constexpr const char* spanish = "es-ES,es;q=0.9,en;q=0.8";
constexpr const char* french = "fr-FR,fr;q=0.9,en;q=0.8";

class StoryLanguages : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StoryLanguages);
    CPPUNIT_TEST(carlos_reads_spanish);
    CPPUNIT_TEST(carlos_switches_for_one_question);
    CPPUNIT_TEST(french_words_are_the_promised_ones);
    CPPUNIT_TEST(a_saved_language_holds_where_the_device_says_none);
    CPPUNIT_TEST(nothing_falls_back_to_english);
    CPPUNIT_TEST_SUITE_END();

    static std::string english(const std::string& path) {
        return Client{world_with()}.get(path).body;
    }

    void carlos_reads_spanish() {
        Client carlos{world_with()};
        carlos.headers = {{"Accept-Language", spanish}};
        auto languages = carlos.get("/api/v1/languages");
        CPPUNIT_ASSERT_EQUAL(std::string{"es"}, languages.text("current"));
        sign_up(carlos, "Carlos");
        auto profiles = carlos.get("/api/v1/profiles");
        expect(200, profiles);
        CPPUNIT_ASSERT_EQUAL(std::string{"es"}, profiles.header("Content-Language"));
        auto plans = carlos.get("/api/v1/subscriptions/plans");
        expect(200, plans);
        auto untranslated = Client{world_with()}.get("/api/v1/subscriptions/plans");
        // The cheapest stands first; plans that admins made have only the words they were given.
        CPPUNIT_ASSERT_EQUAL(std::string{"free"}, plans.text("plans.0.code"));
        CPPUNIT_ASSERT_EQUAL(std::string{"Gratis"}, plans.text("plans.0.name"));
        CPPUNIT_ASSERT(plans.text("plans.0.description") !=
                       untranslated.text("plans.0.description"));
        auto refused = carlos.post("/api/v1/profiles", R"({"name": ""})");
        expect_refusal(400, "validation_failed", refused);
        CPPUNIT_ASSERT_EQUAL(std::string{"es"}, refused.header("Content-Language"));
    }

    void carlos_switches_for_one_question() {
        Client carlos{world_with()};
        carlos.headers = {{"Accept-Language", spanish}};
        sign_up(carlos, "Carlos");
        auto once = carlos.get("/api/v1/profiles?lang=en");
        CPPUNIT_ASSERT_EQUAL(std::string{"en"}, once.header("Content-Language"));
        auto back = carlos.get("/api/v1/favorites?lang=es");
        CPPUNIT_ASSERT_EQUAL(std::string{"es"}, back.header("Content-Language"));
        auto after = carlos.get("/api/v1/favorites");
        CPPUNIT_ASSERT_EQUAL(std::string{"es"}, after.header("Content-Language"));
    }

    void french_words_are_the_promised_ones() {
        Client marie{world_with()};
        marie.headers = {{"Accept-Language", french}};
        auto account = sign_up(marie, "Marie");
        auto created = marie.post("/api/v1/profiles", R"({"name": "Léa"})");
        expect(201, created);
        CPPUNIT_ASSERT_EQUAL(std::string{"Profil créé avec succès"}, created.message());
        marie.token.clear();
        auto refused = marie.post("/api/v1/auth/login",
                                  object({{"email", account.email}, {"password", "not-mine-1"}}));
        expect_refusal(401, "invalid_credentials", refused);
        CPPUNIT_ASSERT_EQUAL(std::string{"Mot de passe incorrect"}, refused.message());
        auto unknown = marie.post("/api/v1/auth/login", R"({
            "email": "nobody.at.all@example.com", "password": "not-mine-1"})");
        expect_refusal(401, "invalid_credentials", unknown);
        CPPUNIT_ASSERT_EQUAL(refused.message(), unknown.message());
    }

    void a_saved_language_holds_where_the_device_says_none() {
        Client marie{world_with()};
        auto account = sign_up(marie, "Marie");
        auto changed = marie.patch("/api/v1/auth/me", R"({"language": "fr"})");
        expect(200, changed);
        CPPUNIT_ASSERT_EQUAL(std::string{"fr"}, changed.text("user.language"));
        sign_in(marie, account);
        auto answer = marie.get("/api/v1/profiles");
        CPPUNIT_ASSERT_EQUAL(std::string{"fr"}, answer.header("Content-Language"));
        auto asked = marie.get("/api/v1/profiles", {{"Accept-Language", "de"}});
        CPPUNIT_ASSERT_EQUAL(std::string{"de"}, asked.header("Content-Language"));
    }

    // One refusal of each kind in every language: all sentences differ.
    void nothing_falls_back_to_english() {
        Client client{world_with()};
        const std::vector<Question> questions{
            {"GET", "/api/v1/profiles"},
            {"GET", "/api/v1/no-such-thing"},
            {"DELETE", "/api/v1/languages"},
            {"POST", "/api/v1/auth/login", "{"},
            {"POST", "/api/v1/auth/signup", R"({"email": "nonsense", "password": "1"})"},
            {"POST", "/api/v1/auth/refresh", R"({"refresh_token": "nonsense"})"}};
        for (const auto& question : questions) {
            std::map<std::string, std::string> said;
            for (const char* code : {"en", "es", "fr", "de", "pt", "it", "nl", "pl", "tr", "ar"}) {
                auto asked = question;
                asked.path += std::string{"?lang="} + code;
                auto answer = client.ask(asked);
                CPPUNIT_ASSERT_EQUAL(std::string{code}, answer.header("Content-Language"));
                auto [known, fresh] = said.emplace(answer.message(), code);
                CPPUNIT_ASSERT_MESSAGE(
                    known->second + std::string{" and "} + code + " say " + answer.message(),
                    fresh);
            }
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StoryLanguages);

}  // namespace
