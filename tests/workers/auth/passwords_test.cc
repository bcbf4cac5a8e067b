#include <cppunit/extensions/HelperMacros.h>

#include "tests/workers/auth/front_door.h"

namespace {

class AuthPasswords : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AuthPasswords);
    CPPUNIT_TEST(sends_a_link_to_who_forgot);
    CPPUNIT_TEST(answers_the_same_for_an_unknown_address);
    CPPUNIT_TEST(resets_once_and_signs_out_everywhere);
    CPPUNIT_TEST(refuses_an_expired_link);
    CPPUNIT_TEST(keeps_links_to_their_purpose);
    CPPUNIT_TEST(changes_the_password_and_signs_out_the_others);
    CPPUNIT_TEST(asks_for_the_current_password);
    CPPUNIT_TEST(refuses_an_easy_new_password);
    CPPUNIT_TEST(resends_the_verification_until_it_is_done);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override { door.emplace(); }
    void tearDown() override { door.reset(); }

    void sends_a_link_to_who_forgot() {
        auto ida = door->newcomer("ida");
        CPPUNIT_ASSERT_EQUAL(200, forgot("IDA@example.com").status);
        CPPUNIT_ASSERT_EQUAL(std::size_t{43}, door->link(ida.email, "reset_password").size());
    }

    void answers_the_same_for_an_unknown_address() {
        door->newcomer("ida");
        auto known = forgot("ida@example.com"), unknown = forgot("nobody@example.com");
        CPPUNIT_ASSERT_EQUAL(200, unknown.status);
        CPPUNIT_ASSERT_EQUAL(known.body, unknown.body);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0},
                             door->letters("nobody@example.com", "reset_password"));
    }

    void resets_once_and_signs_out_everywhere() {
        auto ida = door->newcomer("ida");
        forgot(ida.email);
        auto token = door->link(ida.email, "reset_password");
        door->now += std::chrono::seconds{1};
        CPPUNIT_ASSERT_EQUAL(200, reset(token).status);
        CPPUNIT_ASSERT_EQUAL(401, door->get("me", ida.access).status);
        CPPUNIT_ASSERT_EQUAL(401, door->login(ida.email).status);
        door->now += std::chrono::seconds{1};
        CPPUNIT_ASSERT_EQUAL(200, door->login(ida.email, FrontDoor::another_password).status);
        CPPUNIT_ASSERT_EQUAL(std::string{"invalid_token"}, reset(token).code());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, door->letters(ida.email, "password_changed"));
    }

    void refuses_an_expired_link() {
        auto ida = door->newcomer("ida");
        forgot(ida.email);
        door->change("end_links", ida.email);
        auto answer = reset(door->link(ida.email, "reset_password"));
        CPPUNIT_ASSERT_EQUAL(400, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"invalid_token"}, answer.code());
        CPPUNIT_ASSERT_EQUAL(200, door->login(ida.email).status);
    }

    void keeps_links_to_their_purpose() {
        auto ida = door->newcomer("ida");
        forgot(ida.email);
        CPPUNIT_ASSERT_EQUAL(std::string{"invalid_token"},
                             reset(door->link(ida.email, "verify_email")).code());
        auto body = object({{"token", door->link(ida.email, "reset_password")}});
        CPPUNIT_ASSERT_EQUAL(std::string{"invalid_token"}, door->post("email/verify", body).code());
    }

    void changes_the_password_and_signs_out_the_others() {
        auto ida = door->newcomer("ida");
        auto other = door->login(ida.email);
        auto answer = change(ida, FrontDoor::password, FrontDoor::another_password);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 200, answer.status);
        CPPUNIT_ASSERT_EQUAL(200, door->get("me", ida.access).status);
        CPPUNIT_ASSERT_EQUAL(401, door->get("me", other.text("access_token")).status);
        CPPUNIT_ASSERT_EQUAL(401, door->login(ida.email).status);
        CPPUNIT_ASSERT_EQUAL(200, door->login(ida.email, FrontDoor::another_password).status);
    }

    void asks_for_the_current_password() {
        auto ida = door->newcomer("ida");
        auto answer = change(ida, "not the password", FrontDoor::another_password);
        CPPUNIT_ASSERT_EQUAL(401, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"invalid_credentials"}, answer.code());
        for (int i = 0; i < 9; ++i) change(ida, "not the password", FrontDoor::another_password);
        CPPUNIT_ASSERT_EQUAL(429,
                             change(ida, FrontDoor::password, FrontDoor::another_password).status);
    }

    void refuses_an_easy_new_password() {
        auto ida = door->newcomer("ida");
        auto answer = change(ida, FrontDoor::password, "ida@example.com");
        CPPUNIT_ASSERT_EQUAL(400, answer.status);
        CPPUNIT_ASSERT(answer.body.find("\"new_password\"") != std::string::npos);
    }

    void resends_the_verification_until_it_is_done() {
        auto ida = door->newcomer("ida");
        CPPUNIT_ASSERT_EQUAL(200, door->post("email/resend", "", ida.access).status);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, door->letters(ida.email, "verify_email"));
        door->post("email/verify", object({{"token", door->link(ida.email, "verify_email")}}));
        CPPUNIT_ASSERT_EQUAL(200, door->post("email/resend", "", ida.access).status);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, door->letters(ida.email, "verify_email"));
    }

  private:
    Answered forgot(const std::string& email) {
        return door->post("password/forgot", object({{"email", email}}));
    }
    Answered reset(const std::string& token) {
        return door->post("password/reset",
                          object({{"token", token}, {"password", FrontDoor::another_password}}));
    }
    Answered change(const Newcomer& who, const std::string& from, const std::string& to) {
        return door->post("password/change",
                          object({{"current_password", from}, {"new_password", to}}), who.access);
    }

    std::optional<FrontDoor> door;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AuthPasswords);

}  // namespace
