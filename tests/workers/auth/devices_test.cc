#include <cppunit/extensions/HelperMacros.h>

#include "tests/workers/auth/front_door.h"

namespace {

class AuthDevices : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AuthDevices);
    CPPUNIT_TEST(gives_codes_for_a_tv);
    CPPUNIT_TEST(keeps_a_tv_waiting_until_it_is_approved);
    CPPUNIT_TEST(slows_down_who_asks_too_often);
    CPPUNIT_TEST(shows_who_approves_what_it_is);
    CPPUNIT_TEST(tells_a_tv_that_it_was_refused);
    CPPUNIT_TEST(gives_a_lost_answer_again_for_a_minute);
    CPPUNIT_TEST(forgets_expired_codes);
    CPPUNIT_TEST(keeps_a_decision_to_who_made_it);
    CPPUNIT_TEST(limits_guesses_at_user_codes);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override {
        door.emplace();
        ida = door->newcomer("ida");
    }
    void tearDown() override { door.reset(); }

    void gives_codes_for_a_tv() {
        auto code = begin();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{480}, code.number("expires_in"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5}, code.number("interval"));
        auto shown = code.text("user_code");
        CPPUNIT_ASSERT_EQUAL(std::size_t{9}, shown.size());
        CPPUNIT_ASSERT_EQUAL(std::string::npos, shown.find_first_not_of("BCDFGHJKLMNPQRSTVWXZ-"));
        CPPUNIT_ASSERT_EQUAL(code.text("verification_uri") + "?user_code=" + shown,
                             code.text("verification_uri_complete"));
    }

    void keeps_a_tv_waiting_until_it_is_approved() {
        auto code = begin();
        auto waiting = poll(code);
        CPPUNIT_ASSERT_EQUAL(400, waiting.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"authorization_pending"}, waiting.code());
        CPPUNIT_ASSERT_EQUAL(200, approve(code.text("user_code")).status);
        auto in = poll(code);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(in.body, 200, in.status);
        CPPUNIT_ASSERT_EQUAL(ida.id, in.text("user.id"));
        auto sessions = door->get("sessions", in.text("access_token"));
        CPPUNIT_ASSERT_EQUAL(std::string{"Bedroom"}, sessions.text("sessions.0.device_name"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, door->letters(ida.email, "new_device"));
    }

    void slows_down_who_asks_too_often() {
        auto code = begin();
        poll(code);
        CPPUNIT_ASSERT_EQUAL(std::string{"slow_down"}, poll(code).code());
        door->change("let_time_pass", plain(code));
        CPPUNIT_ASSERT_EQUAL(std::string{"authorization_pending"}, poll(code).code());
    }

    void shows_who_approves_what_it_is() {
        auto code = begin();
        auto typed = lower_ascii(plain(code));
        auto device = door->get("device", ida.access);
        CPPUNIT_ASSERT_EQUAL(404, device.status);
        device = show(typed.substr(0, 3) + "%20" + typed.substr(3));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(device.body, 200, device.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"Bedroom"}, device.text("device.device_name"));
        CPPUNIT_ASSERT_EQUAL(std::string{"203.0.113.7"}, device.text("device.ip"));
        CPPUNIT_ASSERT_EQUAL(std::string{"pending"}, device.text("device.status"));
        CPPUNIT_ASSERT_EQUAL(code.text("user_code"), device.text("device.user_code"));
        CPPUNIT_ASSERT_EQUAL(200, approve(typed).status);
    }

    void tells_a_tv_that_it_was_refused() {
        auto code = begin();
        auto body = R"({"user_code":")" + code.text("user_code") + R"(","approve":false})";
        CPPUNIT_ASSERT_EQUAL(200, door->post("device/approve", body, ida.access).status);
        CPPUNIT_ASSERT_EQUAL(std::string{"access_denied"}, poll(code).code());
        CPPUNIT_ASSERT_EQUAL(404, approve(code.text("user_code")).status);
    }

    void gives_a_lost_answer_again_for_a_minute() {
        auto code = begin();
        approve(code.text("user_code"));
        auto first = poll(code), again = poll(code);
        CPPUNIT_ASSERT_EQUAL(200, again.status);
        CPPUNIT_ASSERT_EQUAL(first.text("refresh_token"), again.text("refresh_token"));
        door->change("let_time_pass", plain(code));
        CPPUNIT_ASSERT_EQUAL(std::string{"expired_token"}, poll(code).code());
    }

    void forgets_expired_codes() {
        auto code = begin();
        door->change("end_codes", plain(code));
        CPPUNIT_ASSERT_EQUAL(std::string{"expired_token"}, poll(code).code());
        CPPUNIT_ASSERT_EQUAL(404, approve(code.text("user_code")).status);
        auto unknown = door->post("device/token", object({{"device_code", "never given"}}));
        CPPUNIT_ASSERT_EQUAL(std::string{"invalid_grant"}, unknown.code());
    }

    void keeps_a_decision_to_who_made_it() {
        auto code = begin();
        auto leo = door->newcomer("leo");
        CPPUNIT_ASSERT_EQUAL(200, approve(code.text("user_code")).status);
        CPPUNIT_ASSERT_EQUAL(200, approve(code.text("user_code")).status);
        auto body = object({{"user_code", code.text("user_code")}});
        CPPUNIT_ASSERT_EQUAL(404, door->post("device/approve", body, leo.access).status);
        CPPUNIT_ASSERT_EQUAL(ida.id, poll(code).text("user.id"));
    }

    void limits_guesses_at_user_codes() {
        auto code = begin();
        for (int i = 0; i < 5; ++i) CPPUNIT_ASSERT_EQUAL(404, approve("BBBB-BBBB").status);
        CPPUNIT_ASSERT_EQUAL(429, approve(code.text("user_code")).status);
        CPPUNIT_ASSERT_EQUAL(429, show(plain(code)).status);
    }

  private:
    Answered begin() {
        return door->post("device/code",
                          object({{"client", "SyncStream for TV"}, {"device_name", "Bedroom"}}));
    }
    Answered poll(const Answered& code) {
        return door->post("device/token", object({{"device_code", code.text("device_code")}}));
    }
    Answered approve(const std::string& user_code) {
        return door->post("device/approve", object({{"user_code", user_code}}), ida.access);
    }
    Answered show(const std::string& user_code) {
        return door->get("device?user_code=" + user_code, ida.access);
    }
    static std::string plain(const Answered& code) {
        auto text = code.text("user_code");
        std::erase(text, '-');
        return text;
    }

    std::optional<FrontDoor> door;
    Newcomer ida;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AuthDevices);

}  // namespace
