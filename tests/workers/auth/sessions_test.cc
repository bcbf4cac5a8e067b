#include <cppunit/extensions/HelperMacros.h>

#include "tests/workers/auth/front_door.h"

namespace {

class AuthSessions : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AuthSessions);
    CPPUNIT_TEST(signs_in_with_address_and_password);
    CPPUNIT_TEST(says_the_same_whether_or_not_the_address_exists);
    CPPUNIT_TEST(refuses_a_suspended_account_only_after_the_right_password);
    CPPUNIT_TEST(refuses_demonstration_accounts_where_they_are_not_allowed);
    CPPUNIT_TEST(rotates_refresh_tokens);
    CPPUNIT_TEST(gives_the_newest_token_again_when_its_answer_was_lost);
    CPPUNIT_TEST(ends_a_session_whose_old_token_comes_again);
    CPPUNIT_TEST(refuses_foreign_and_expired_refresh_tokens);
    CPPUNIT_TEST(renews_with_the_plan_of_the_moment);
    CPPUNIT_TEST(signs_out_on_one_device);
    CPPUNIT_TEST(signs_out_on_all_devices);
    CPPUNIT_TEST(lists_sessions_and_ends_one);
    CPPUNIT_TEST(hides_the_sessions_of_others);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override { door.emplace(); }
    void tearDown() override { door.reset(); }

    void signs_in_with_address_and_password() {
        auto ida = door->newcomer("ida");
        auto answer = door->login("Ida@Example.COM");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 200, answer.status);
        CPPUNIT_ASSERT_EQUAL(ida.id, answer.text("user.id"));
        CPPUNIT_ASSERT_EQUAL(std::string{"My profile"}, answer.text("profile.name"));
        CPPUNIT_ASSERT(!answer.header("Set-Cookie").empty());
        CPPUNIT_ASSERT_EQUAL(200, door->get("me", answer.text("access_token")).status);
    }

    void says_the_same_whether_or_not_the_address_exists() {
        door->newcomer("ida");
        auto known = door->login("ida@example.com", FrontDoor::another_password);
        auto unknown = door->login("nobody@example.com", FrontDoor::another_password);
        CPPUNIT_ASSERT_EQUAL(401, known.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"invalid_credentials"}, known.code());
        CPPUNIT_ASSERT_EQUAL(known.body, unknown.body);
        auto french =
            door->post("login", object({{"email", "ida@example.com"}, {"password", "faux"}}), "",
                       {{"accept-language", "fr"}});
        CPPUNIT_ASSERT_EQUAL(std::string{"Mot de passe incorrect"}, french.message());
    }

    void refuses_a_suspended_account_only_after_the_right_password() {
        auto ida = door->newcomer("ida");
        door->change("suspend", ida.email);
        CPPUNIT_ASSERT_EQUAL(std::string{"invalid_credentials"},
                             door->login(ida.email, FrontDoor::another_password).code());
        auto answer = door->login(ida.email);
        CPPUNIT_ASSERT_EQUAL(403, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"account_suspended"}, answer.code());
        CPPUNIT_ASSERT_EQUAL(403, refresh(ida.refresh).status);
    }

    void refuses_demonstration_accounts_where_they_are_not_allowed() {
        auto ida = door->newcomer("ida");
        door->change("make_demo", ida.email);
        CPPUNIT_ASSERT_EQUAL(std::string{"invalid_credentials"}, door->login(ida.email).code());
    }

    void rotates_refresh_tokens() {
        auto ida = door->newcomer("ida");
        auto first = refresh(ida.refresh);
        auto second = refresh(first.text("refresh_token"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(second.body, 200, second.status);
        CPPUNIT_ASSERT(first.text("refresh_token") != ida.refresh);
        CPPUNIT_ASSERT(second.text("refresh_token") != first.text("refresh_token"));
        CPPUNIT_ASSERT_EQUAL(200, door->get("me", second.text("access_token")).status);
    }

    void gives_the_newest_token_again_when_its_answer_was_lost() {
        auto ida = door->newcomer("ida");
        auto lost = refresh(ida.refresh);
        for (int i = 0; i < 3; ++i) {
            auto again = refresh(ida.refresh);
            CPPUNIT_ASSERT_EQUAL(200, again.status);
            CPPUNIT_ASSERT_EQUAL(lost.text("refresh_token"), again.text("refresh_token"));
        }
        CPPUNIT_ASSERT_EQUAL(200, refresh(lost.text("refresh_token")).status);
    }

    void ends_a_session_whose_old_token_comes_again() {
        auto ida = door->newcomer("ida");
        auto first = refresh(ida.refresh);
        auto second = refresh(first.text("refresh_token"));
        auto stolen = refresh(ida.refresh);
        CPPUNIT_ASSERT_EQUAL(401, stolen.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"refresh_token_reused"}, stolen.code());
        CPPUNIT_ASSERT_EQUAL(std::string{"invalid_refresh_token"},
                             refresh(second.text("refresh_token")).code());
        CPPUNIT_ASSERT_EQUAL(401, door->get("me", second.text("access_token")).status);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, door->events(ida.id, "refresh_token_reused"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, door->letters(ida.email, "session_reuse"));
    }

    void refuses_foreign_and_expired_refresh_tokens() {
        auto ida = door->newcomer("ida");
        auto forged = ida.refresh;
        forged[40] = forged[40] == 'A' ? 'B' : 'A';
        for (const auto& wrong : {std::string{"nonsense"}, forged, ida.access}) {
            CPPUNIT_ASSERT_EQUAL(std::string{"invalid_refresh_token"}, refresh(wrong).code());
        }
        door->change("end_sessions", ida.email);
        CPPUNIT_ASSERT_EQUAL(std::string{"invalid_refresh_token"}, refresh(ida.refresh).code());
    }

    void renews_with_the_plan_of_the_moment() {
        auto ida = door->newcomer("ida");
        door->change("subscribe", ida.email);
        auto answer = refresh(ida.refresh);
        CPPUNIT_ASSERT_EQUAL(std::string{"premium"}, answer.text("user.plan"));
        auto token = door->house.tokens.read(answer.text("access_token"), door->now);
        CPPUNIT_ASSERT_EQUAL(std::string{"premium"}, token.plan);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{500}, token.rate_limit);
        CPPUNIT_ASSERT(!token.profile);
    }

    void signs_out_on_one_device() {
        auto ida = door->newcomer("ida");
        auto other = door->login(ida.email);
        auto answer = door->post("logout", "", ida.access);
        CPPUNIT_ASSERT_EQUAL(200, answer.status);
        CPPUNIT_ASSERT(answer.header("Set-Cookie").find("auth=;") == 0);
        CPPUNIT_ASSERT_EQUAL(401, door->get("me", ida.access).status);
        CPPUNIT_ASSERT_EQUAL(401, refresh(ida.refresh).status);
        CPPUNIT_ASSERT_EQUAL(200, door->get("me", other.text("access_token")).status);
    }

    void signs_out_on_all_devices() {
        auto ida = door->newcomer("ida");
        auto other = door->login(ida.email);
        door->now += std::chrono::seconds{1};
        CPPUNIT_ASSERT_EQUAL(200, door->post("logout-all", "", ida.access).status);
        for (const auto& token : {ida.access, other.text("access_token")}) {
            CPPUNIT_ASSERT_EQUAL(401, door->get("me", token).status);
        }
        CPPUNIT_ASSERT_EQUAL(401, refresh(other.text("refresh_token")).status);
        door->now += std::chrono::seconds{1};
        CPPUNIT_ASSERT_EQUAL(200, door->login(ida.email).status);
    }

    void lists_sessions_and_ends_one() {
        auto ida = door->newcomer("ida");
        auto tv = door->post("login", object({{"email", ida.email},
                                              {"password", FrontDoor::password},
                                              {"device_name", "Living room"},
                                              {"device_type", "tv"}}));
        auto list = door->get("sessions", tv.text("access_token"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, list.data("sessions").list.size());
        CPPUNIT_ASSERT_EQUAL(std::string{"Living room"}, list.text("sessions.0.device_name"));
        CPPUNIT_ASSERT_EQUAL(std::string{"tv"}, list.text("sessions.0.device_type"));
        CPPUNIT_ASSERT(list.data("sessions.0.current").boolean);
        CPPUNIT_ASSERT(!list.data("sessions.1.current").boolean);
        auto path = "sessions/" + list.text("sessions.0.id");
        CPPUNIT_ASSERT_EQUAL(200, door->remove(path, ida.access).status);
        CPPUNIT_ASSERT_EQUAL(401, door->get("me", tv.text("access_token")).status);
        CPPUNIT_ASSERT_EQUAL(401, refresh(tv.text("refresh_token")).status);
        CPPUNIT_ASSERT_EQUAL(404, door->remove(path, ida.access).status);
    }

    void hides_the_sessions_of_others() {
        auto ida = door->newcomer("ida"), leo = door->newcomer("leo");
        auto path = "sessions/" + door->get("sessions", ida.access).text("sessions.0.id");
        CPPUNIT_ASSERT_EQUAL(404, door->remove(path, leo.access).status);
        CPPUNIT_ASSERT_EQUAL(404, door->remove("sessions/nonsense", leo.access).status);
        CPPUNIT_ASSERT_EQUAL(200, door->get("me", ida.access).status);
    }

  private:
    Answered refresh(const std::string& token) {
        return door->post("refresh", object({{"refresh_token", token}}));
    }

    std::optional<FrontDoor> door;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AuthSessions);

}  // namespace
