#include <cppunit/extensions/HelperMacros.h>

#include "common/crypto/totp.h"
#include "tests/workers/auth/front_door.h"

namespace {

class AuthTotp : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AuthTotp);
    CPPUNIT_TEST(asks_for_the_second_factor_once_it_is_confirmed);
    CPPUNIT_TEST(takes_a_code_once);
    CPPUNIT_TEST(refuses_wrong_codes_until_it_blocks);
    CPPUNIT_TEST(takes_each_recovery_code_once);
    CPPUNIT_TEST(is_not_on_before_it_is_confirmed);
    CPPUNIT_TEST(refuses_to_enroll_twice);
    CPPUNIT_TEST(is_turned_off_by_password_and_code);
    CPPUNIT_TEST(can_be_required_for_admins);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override {
        door.emplace();
        ida = door->newcomer("ida");
    }
    void tearDown() override { door.reset(); }

    void asks_for_the_second_factor_once_it_is_confirmed() {
        enable();
        auto without = door->login(ida.email);
        CPPUNIT_ASSERT_EQUAL(401, without.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"totp_required"}, without.code());
        CPPUNIT_ASSERT_EQUAL(std::string{"invalid_credentials"},
                             door->login(ida.email, FrontDoor::another_password, next()).code());
        auto with = door->login(ida.email, FrontDoor::password, next());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(with.body, 200, with.status);
        CPPUNIT_ASSERT(with.data("user.totp_enabled").boolean);
    }

    void takes_a_code_once() {
        enable();
        auto code = next();
        CPPUNIT_ASSERT_EQUAL(200, door->login(ida.email, FrontDoor::password, code).status);
        CPPUNIT_ASSERT_EQUAL(std::string{"invalid_totp"},
                             door->login(ida.email, FrontDoor::password, code).code());
    }

    void refuses_wrong_codes_until_it_blocks() {
        enable();
        for (int i = 0; i < 10; ++i) {
            CPPUNIT_ASSERT_EQUAL(std::string{"invalid_totp"},
                                 door->login(ida.email, FrontDoor::password, "no-code").code());
            if (i < 9) {
                CPPUNIT_ASSERT_EQUAL(std::string{"totp_required"}, door->login(ida.email).code());
            }
        }
        CPPUNIT_ASSERT_EQUAL(429, door->login(ida.email, FrontDoor::password, next()).status);
    }

    void takes_each_recovery_code_once() {
        auto confirmed = enable();
        CPPUNIT_ASSERT_EQUAL(std::size_t{10}, confirmed.data("recovery_codes").list.size());
        auto code = confirmed.text("recovery_codes.3");
        CPPUNIT_ASSERT_EQUAL(200, door->login(ida.email, FrontDoor::password, code).status);
        CPPUNIT_ASSERT_EQUAL(std::string{"invalid_totp"},
                             door->login(ida.email, FrontDoor::password, code).code());
        auto typed = lower_ascii(confirmed.text("recovery_codes.4"));
        std::erase(typed, '-');
        CPPUNIT_ASSERT_EQUAL(200, door->login(ida.email, FrontDoor::password, typed).status);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, door->events(ida.id, "recovery_code_used"));
    }

    void is_not_on_before_it_is_confirmed() {
        CPPUNIT_ASSERT_EQUAL(409, confirm("123456").status);
        enroll();
        CPPUNIT_ASSERT_EQUAL(200, door->login(ida.email).status);
        CPPUNIT_ASSERT_EQUAL(std::string{"invalid_totp"}, confirm("no-code").code());
        CPPUNIT_ASSERT_EQUAL(200, door->login(ida.email).status);
    }

    void refuses_to_enroll_twice() {
        enable();
        auto answer = door->post("totp/enroll", "", ida.access);
        CPPUNIT_ASSERT_EQUAL(409, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"totp_already_enabled"}, answer.code());
        CPPUNIT_ASSERT_EQUAL(std::string{"totp_already_enabled"}, confirm(next()).code());
    }

    void is_turned_off_by_password_and_code() {
        enable();
        CPPUNIT_ASSERT_EQUAL(401, disable(FrontDoor::another_password, next()).status);
        CPPUNIT_ASSERT_EQUAL(std::string{"invalid_totp"},
                             disable(FrontDoor::password, "no-code").code());
        CPPUNIT_ASSERT_EQUAL(200, disable(FrontDoor::password, next()).status);
        CPPUNIT_ASSERT_EQUAL(200, door->login(ida.email).status);
        CPPUNIT_ASSERT_EQUAL(409, disable(FrontDoor::password, next()).status);
    }

    void can_be_required_for_admins() {
        door.reset();  // it holds the count of what comes from this address
        auth::Rules rules;
        rules.login.admin_totp_required = true;
        FrontDoor strict{rules};
        auto eva = strict.newcomer("eva-the-second");
        CPPUNIT_ASSERT_EQUAL(200, strict.login(eva.email).status);
        strict.change("make_admin", eva.email);
        auto answer = strict.login(eva.email);
        CPPUNIT_ASSERT_EQUAL(403, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"totp_enrollment_required"}, answer.code());
    }

  private:
    void enroll() {
        auto answer = door->post("totp/enroll", "", ida.access);
        secret = from_base32(answer.text("secret")).value();
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, answer.text("uri").find("otpauth://totp/"));
    }
    Answered confirm(const std::string& code) {
        return door->post("totp/confirm", object({{"code", code}}), ida.access);
    }
    Answered enable() {
        enroll();
        auto answer = confirm(next());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 200, answer.status);
        return answer;
    }
    Answered disable(const std::string& password, const std::string& code) {
        return door->post("totp/disable", object({{"password", password}, {"code", code}}),
                          ida.access);
    }
    // The code of the next half minute.
    std::string next() {
        door->now += std::chrono::seconds{30};
        return totp_code(secret, totp_step(door->now));
    }

    std::optional<FrontDoor> door;
    Newcomer ida;
    Bytes secret;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AuthTotp);

}  // namespace
