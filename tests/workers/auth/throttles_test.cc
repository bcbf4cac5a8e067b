#include <cppunit/extensions/HelperMacros.h>

#include "tests/workers/auth/front_door.h"

namespace {

class AuthThrottles : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AuthThrottles);
    CPPUNIT_TEST(blocks_an_account_after_ten_wrong_passwords);
    CPPUNIT_TEST(counts_an_account_over_all_addresses);
    CPPUNIT_TEST(counts_unknown_addresses_alike);
    CPPUNIT_TEST(lengthens_each_block);
    CPPUNIT_TEST(begins_anew_after_a_quiet_window);
    CPPUNIT_TEST(forgets_failures_after_a_success);
    CPPUNIT_TEST(blocks_an_address_that_tries_many_accounts);
    CPPUNIT_TEST(multiplies_what_is_counted_by_address_alone);
    CPPUNIT_TEST(limits_letters_in_silence);
    CPPUNIT_TEST(limits_guesses_at_links);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override { door.emplace(); }
    void tearDown() override { door.reset(); }

    void blocks_an_account_after_ten_wrong_passwords() {
        auto ida = door->newcomer("ida");
        for (int i = 0; i < 10; ++i) CPPUNIT_ASSERT_EQUAL(401, wrong(ida.email).status);
        auto answer = wrong(ida.email);
        CPPUNIT_ASSERT_EQUAL(429, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"too_many_attempts"}, answer.code());
        CPPUNIT_ASSERT_EQUAL(std::string{"30"}, answer.header("Retry-After"));
        CPPUNIT_ASSERT_EQUAL(429, door->login(ida.email).status);
        CPPUNIT_ASSERT_EQUAL(200, door->get("me", ida.access).status);
    }

    void counts_an_account_over_all_addresses() {
        auto ida = door->newcomer("ida");
        auto body = object({{"email", ida.email}, {"password", "not the password"}});
        for (int i = 0; i < 10; ++i) {
            door->post_from("198.51.100." + std::to_string(i), "login", body);
        }
        CPPUNIT_ASSERT_EQUAL(429, door->post_from("198.51.100.77", "login", body).status);
    }

    void counts_unknown_addresses_alike() {
        for (int i = 0; i < 10; ++i) CPPUNIT_ASSERT_EQUAL(401, wrong("nobody@example.com").status);
        CPPUNIT_ASSERT_EQUAL(429, wrong("NOBODY@example.com").status);
    }

    void lengthens_each_block() {
        auto ida = door->newcomer("ida");
        for (int i = 0; i < 10; ++i) wrong(ida.email);
        for (const char* seconds : {"30", "60", "120", "240", "480", "900", "900"}) {
            CPPUNIT_ASSERT_EQUAL(std::string{seconds}, wrong(ida.email).header("Retry-After"));
            door->change("end_blocks", "login:%");
            CPPUNIT_ASSERT_EQUAL(401, wrong(ida.email).status);
        }
    }

    void begins_anew_after_a_quiet_window() {
        auto ida = door->newcomer("ida");
        for (int i = 0; i < 12; ++i) wrong(ida.email);
        door->change("end_windows", "login:%");
        for (int i = 0; i < 10; ++i) CPPUNIT_ASSERT_EQUAL(401, wrong(ida.email).status);
        CPPUNIT_ASSERT_EQUAL(std::string{"30"}, wrong(ida.email).header("Retry-After"));
    }

    void forgets_failures_after_a_success() {
        auto ida = door->newcomer("ida");
        for (int round = 0; round < 3; ++round) {
            for (int i = 0; i < 9; ++i) wrong(ida.email);
            CPPUNIT_ASSERT_EQUAL(200, door->login(ida.email).status);
        }
    }

    void blocks_an_address_that_tries_many_accounts() {
        for (int i = 0; i < 50; ++i) {
            CPPUNIT_ASSERT_EQUAL(401, wrong(std::to_string(i) + "@example.com").status);
        }
        CPPUNIT_ASSERT_EQUAL(429, wrong("one-more@example.com").status);
        auto elsewhere = object({{"email", "one-more@example.com"}, {"password", "whatever"}});
        CPPUNIT_ASSERT_EQUAL(401, door->post_from("198.51.100.7", "login", elsewhere).status);
    }

    void multiplies_what_is_counted_by_address_alone() {
        auth::Rules rules;
        rules.throttle_multiplier = 2;
        FrontDoor wide{rules};
        for (int i = 0; i < 60; ++i) {
            auto email = std::to_string(i) + "@example.com";
            CPPUNIT_ASSERT_EQUAL(401, wide.login(email, "not the password").status);
        }
        for (int i = 0; i < 10; ++i) wide.login("ida@example.com", "not the password");
        CPPUNIT_ASSERT_EQUAL(429, wide.login("ida@example.com", "not the password").status);
    }

    void limits_letters_in_silence() {
        auto ida = door->newcomer("ida");
        auto body = object({{"email", ida.email}});
        for (int i = 0; i < 5; ++i) {
            CPPUNIT_ASSERT_EQUAL(200, door->post("password/forgot", body).status);
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, door->letters(ida.email, "reset_password"));
        for (int i = 0; i < 15; ++i) door->post("password/forgot", body);
        CPPUNIT_ASSERT_EQUAL(429, door->post("password/forgot", body).status);
    }

    void limits_guesses_at_links() {
        auto body = object({{"token", "bm90IGEgdG9rZW4"}});
        for (int i = 0; i < 20; ++i) {
            CPPUNIT_ASSERT_EQUAL(400, door->post("email/verify", body).status);
        }
        CPPUNIT_ASSERT_EQUAL(429, door->post("email/verify", body).status);
    }

  private:
    Answered wrong(const std::string& email) { return door->login(email, "not the password"); }

    std::optional<FrontDoor> door;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AuthThrottles);

}  // namespace
