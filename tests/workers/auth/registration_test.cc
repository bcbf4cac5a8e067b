#include <cppunit/extensions/HelperMacros.h>

#include "tests/workers/auth/front_door.h"

namespace {

class AuthRegistration : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AuthRegistration);
    CPPUNIT_TEST(makes_an_account_with_a_trial_and_a_default_profile);
    CPPUNIT_TEST(signs_in_at_once);
    CPPUNIT_TEST(names_the_default_profile_in_the_language_of_the_user);
    CPPUNIT_TEST(sends_a_link_that_confirms_the_address_once);
    CPPUNIT_TEST(refuses_an_address_twice_however_it_is_cased);
    CPPUNIT_TEST(refuses_easy_passwords);
    CPPUNIT_TEST(names_all_faults_at_once);
    CPPUNIT_TEST(makes_one_account_for_one_idempotency_key);
    CPPUNIT_TEST(gives_no_trial_where_there_is_none);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override { door.emplace(); }
    void tearDown() override { door.reset(); }

    void makes_an_account_with_a_trial_and_a_default_profile() {
        auto answer = door->post("signup", object({{"email", "John@Example.com"},
                                                   {"password", "securePass123"},
                                                   {"full_name", "  John Doe "}}));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 201, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"/api/v1/auth/me"}, answer.header("Location"));
        CPPUNIT_ASSERT_EQUAL(std::string{"john@example.com"}, answer.text("user.email"));
        CPPUNIT_ASSERT_EQUAL(std::string{"John Doe"}, answer.text("user.full_name"));
        CPPUNIT_ASSERT_EQUAL(std::string{"user"}, answer.text("user.role"));
        CPPUNIT_ASSERT_EQUAL(std::string{"family"}, answer.text("user.plan"));
        CPPUNIT_ASSERT_EQUAL(std::string{"trialing"}, answer.text("user.subscription_status"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, answer.number("user.credits_balance"));
        CPPUNIT_ASSERT(!answer.data("user.email_verified").boolean);
        CPPUNIT_ASSERT(!answer.text("user.trial_ends_at").empty());
        CPPUNIT_ASSERT_EQUAL(std::string{"My profile"}, answer.text("profile.name"));
        CPPUNIT_ASSERT(answer.data("profile.is_default").boolean);
        CPPUNIT_ASSERT(answer.data("profile.parental").kind == JsonValue::Kind::object);
    }

    void signs_in_at_once() {
        auto answer = door->post("signup", object({{"email", "mia@example.com"},
                                                   {"password", FrontDoor::password},
                                                   {"full_name", "Mia"}}));
        CPPUNIT_ASSERT_EQUAL(std::string{"Bearer"}, answer.text("token_type"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{900}, answer.number("expires_in"));
        auto cookie = answer.header("Set-Cookie");
        CPPUNIT_ASSERT_EQUAL(std::size_t{0},
                             cookie.find("auth=" + answer.text("access_token") + ";"));
        for (const char* part : {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"}) {
            CPPUNIT_ASSERT_MESSAGE(part, cookie.find(part) != cookie.npos);
        }
        auto me = door->get("me", answer.text("access_token"));
        CPPUNIT_ASSERT_EQUAL(200, me.status);
        CPPUNIT_ASSERT_EQUAL(answer.text("user.id"), me.text("user.id"));
    }

    void names_the_default_profile_in_the_language_of_the_user() {
        auto body = object({{"email", "carlos@example.com"},
                            {"password", FrontDoor::password},
                            {"full_name", "Carlos"}});
        auto answer = door->post("signup", body, "", {{"accept-language", "es-ES,es;q=0.9"}});
        CPPUNIT_ASSERT_EQUAL(std::string{"Mi perfil"}, answer.text("profile.name"));
        CPPUNIT_ASSERT_EQUAL(std::string{"es"}, answer.text("user.language"));
        auto chosen = door->post("signup", object({{"email", "aylin@example.com"},
                                                   {"password", FrontDoor::password},
                                                   {"full_name", "Aylin"},
                                                   {"language", "tr"}}));
        CPPUNIT_ASSERT_EQUAL(std::string{"Profilim"}, chosen.text("profile.name"));
    }

    void sends_a_link_that_confirms_the_address_once() {
        auto ida = door->newcomer("ida");
        auto body = object({{"token", door->link(ida.email, "verify_email")}});
        CPPUNIT_ASSERT_EQUAL(200, door->post("email/verify", body).status);
        CPPUNIT_ASSERT(door->get("me", ida.access).data("user.email_verified").boolean);
        auto again = door->post("email/verify", body);
        CPPUNIT_ASSERT_EQUAL(400, again.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"invalid_token"}, again.code());
    }

    void refuses_an_address_twice_however_it_is_cased() {
        door->newcomer("ida");
        auto answer = door->post("signup", object({{"email", "IDA@example.com"},
                                                   {"password", FrontDoor::password},
                                                   {"full_name", "Ida"}}));
        CPPUNIT_ASSERT_EQUAL(409, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"email_taken"}, answer.code());
    }

    void refuses_easy_passwords() {
        for (const char* easy :
             {"password", "Password1", "12345678", "qwertyuiop", "aaaaaaaaaa", "abcabcabc",
              "hgfedcba", "tom@example.com", "TomSmith", "SyncStream TV", "iloveyou"}) {
            auto answer = door->post("signup", object({{"email", "tom@example.com"},
                                                       {"password", easy},
                                                       {"full_name", "Tom Smith"}}));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(easy, 400, answer.status);
            CPPUNIT_ASSERT_MESSAGE(easy,
                                   answer.body.find("too easy to guess") != std::string::npos);
        }
    }

    void names_all_faults_at_once() {
        auto answer = door->post(
            "signup",
            R"({"email":"no address","password":"short","full_name":"  ","language":"xx"})");
        CPPUNIT_ASSERT_EQUAL(400, answer.status);
        for (const char* field : {"\"email\"", "\"password\"", "\"full_name\"", "\"language\""}) {
            CPPUNIT_ASSERT_MESSAGE(field, answer.body.find(field) != std::string::npos);
        }
    }

    void makes_one_account_for_one_idempotency_key() {
        auto body = object({{"email", "leo@example.com"},
                            {"password", FrontDoor::password},
                            {"full_name", "Leo"}});
        Headers key{{"idempotency-key", Uuid::make().text()}};
        auto first = door->post("signup", body, "", key);
        auto second = door->post("signup", body, "", key);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(first.body, 201, first.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"true"}, second.header("Idempotent-Replayed"));
        CPPUNIT_ASSERT_EQUAL(first.body, second.body);
    }

    void gives_no_trial_where_there_is_none() {
        auth::Rules rules;
        rules.trial_days = 0;
        FrontDoor strict{rules};
        auto me = strict.get("me", strict.newcomer("bea").access);
        CPPUNIT_ASSERT_EQUAL(std::string{"free"}, me.text("user.plan"));
        CPPUNIT_ASSERT(me.data("user.trial_ends_at").kind == JsonValue::Kind::null);
    }

  private:
    std::optional<FrontDoor> door;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AuthRegistration);

}  // namespace
