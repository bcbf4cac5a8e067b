#include <cppunit/extensions/HelperMacros.h>

#include "tests/workers/auth/front_door.h"

namespace {

constexpr Statement count_errands{"test.count_errands", "select count(*) from stripe_errands",
                                  true};
constexpr const Statement* own[] = {&count_errands};

class AuthAccount : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AuthAccount);
    CPPUNIT_TEST(changes_name_and_language);
    CPPUNIT_TEST(refuses_what_is_no_name_or_language);
    CPPUNIT_TEST(takes_a_new_address_when_its_link_is_opened);
    CPPUNIT_TEST(tells_whether_letters_arrive);
    CPPUNIT_TEST(asks_for_the_password_before_a_new_address);
    CPPUNIT_TEST(refuses_an_address_that_was_taken_meanwhile);
    CPPUNIT_TEST(erases_all_that_belongs_to_the_account);
    CPPUNIT_TEST(asks_for_the_password_before_the_end);
    CPPUNIT_TEST(keeps_the_last_admin);
    CPPUNIT_TEST(keeps_a_reseller_who_has_clients);
    CPPUNIT_TEST(has_stripe_charge_nobody_who_is_gone);
    CPPUNIT_TEST(exports_everything);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override {
        door.emplace(auth::Rules{}, own);
        ida = door->newcomer("ida");
    }
    void tearDown() override { door.reset(); }

    void changes_name_and_language() {
        auto answer =
            door->patch("me", R"({"full_name":" Ida Novak ","language":"de"})", ida.access);
        CPPUNIT_ASSERT_EQUAL(200, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"Ida Novak"}, answer.text("user.full_name"));
        CPPUNIT_ASSERT_EQUAL(std::string{"de"}, answer.text("user.language"));
        auto nothing = door->patch("me", R"({"role":"admin","credits_balance":9})", ida.access);
        CPPUNIT_ASSERT_EQUAL(std::string{"user"}, nothing.text("user.role"));
        CPPUNIT_ASSERT_EQUAL(std::string{"Ida Novak"}, nothing.text("user.full_name"));
    }

    void refuses_what_is_no_name_or_language() {
        for (const char* body : {R"({"full_name":""})", R"({"full_name":"   "})",
                                 R"({"full_name":7})", R"({"language":"xx"})"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(body, 400, door->patch("me", body, ida.access).status);
        }
    }

    void takes_a_new_address_when_its_link_is_opened() {
        CPPUNIT_ASSERT_EQUAL(200, ask_address("Ida.New@example.com", FrontDoor::password).status);
        CPPUNIT_ASSERT_EQUAL(ida.email, door->get("me", ida.access).text("user.email"));
        auto token = door->link("ida.new@example.com", "email_change");
        CPPUNIT_ASSERT_EQUAL(200, door->post("email/verify", object({{"token", token}})).status);
        auto me = door->get("me", ida.access);
        CPPUNIT_ASSERT_EQUAL(std::string{"ida.new@example.com"}, me.text("user.email"));
        CPPUNIT_ASSERT(me.data("user.email_verified").boolean);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, door->letters(ida.email, "email_changed"));
        CPPUNIT_ASSERT_EQUAL(200, door->login("ida.new@example.com").status);
    }

    void tells_whether_letters_arrive() {
        CPPUNIT_ASSERT_EQUAL(std::string{"ok"}, status());
        door->change("bounce", ida.email);
        CPPUNIT_ASSERT_EQUAL(std::string{"bounced"}, status());
        ask_address("ida.new@example.com", FrontDoor::password);
        auto token = door->link("ida.new@example.com", "email_change");
        CPPUNIT_ASSERT_EQUAL(200, door->post("email/verify", object({{"token", token}})).status);
        CPPUNIT_ASSERT_EQUAL(std::string{"ok"}, status());
    }

    void asks_for_the_password_before_a_new_address() {
        auto body = object({{"email", "ida.new@example.com"}});
        CPPUNIT_ASSERT_EQUAL(400, door->patch("me", body, ida.access).status);
        CPPUNIT_ASSERT_EQUAL(401, ask_address("ida.new@example.com", "not it").status);
    }

    void refuses_an_address_that_was_taken_meanwhile() {
        ask_address("leo@example.com", FrontDoor::password);
        door->newcomer("leo");
        auto token = door->link("leo@example.com", "email_change");
        auto answer = door->post("email/verify", object({{"token", token}}));
        CPPUNIT_ASSERT_EQUAL(409, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"email_taken"}, answer.code());
    }

    void erases_all_that_belongs_to_the_account() {
        auto body = object({{"password", FrontDoor::password}});
        door->now += std::chrono::seconds{1};
        CPPUNIT_ASSERT_EQUAL(200, door->remove("me", ida.access, body).status);
        CPPUNIT_ASSERT_EQUAL(401, door->get("me", ida.access).status);
        CPPUNIT_ASSERT_EQUAL(401, door->login(ida.email).status);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, door->letters(ida.email, "verify_email"));
        CPPUNIT_ASSERT_EQUAL(
            401, door->post("refresh", object({{"refresh_token", ida.refresh}})).status);
        door->now += std::chrono::seconds{1};
        CPPUNIT_ASSERT(door->newcomer("ida").id != ida.id);
    }

    void asks_for_the_password_before_the_end() {
        auto body = object({{"password", FrontDoor::another_password}});
        CPPUNIT_ASSERT_EQUAL(401, door->remove("me", ida.access, body).status);
        CPPUNIT_ASSERT_EQUAL(400, door->remove("me", ida.access, "{}").status);
        CPPUNIT_ASSERT_EQUAL(200, door->get("me", ida.access).status);
    }

    void keeps_the_last_admin() {
        door->change("make_admin", ida.email);
        CPPUNIT_ASSERT_EQUAL(std::string{"last_admin"}, erase().code());
        door->house.person("eva");
        CPPUNIT_ASSERT_EQUAL(200, erase().status);
    }

    void keeps_a_reseller_who_has_clients() {
        door->house.person("rok");
        door->change("make_client", ida.email);
        auto rok = door->house.person("rok");
        door->post("password/forgot", object({{"email", rok.email}}));
        auto token = door->link(rok.email, "reset_password");
        door->post("password/reset", object({{"token", token}, {"password", FrontDoor::password}}));
        door->now += std::chrono::seconds{1};
        auto access = door->login(rok.email).text("access_token");
        auto answer = door->remove("me", access, object({{"password", FrontDoor::password}}));
        CPPUNIT_ASSERT_EQUAL(409, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"has_clients"}, answer.code());
    }

    void has_stripe_charge_nobody_who_is_gone() {
        door->change("subscribe", ida.email);
        CPPUNIT_ASSERT_EQUAL(200, erase().status);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, door->house.db.get<std::int64_t>(count_errands));
    }

    void exports_everything() {
        door->change("subscribe", ida.email);
        auto answer = door->get("me/export", ida.access);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 200, answer.status);
        CPPUNIT_ASSERT_EQUAL(ida.email, answer.text("user.email"));
        CPPUNIT_ASSERT_EQUAL(std::string{"My profile"}, answer.text("profiles.0.name"));
        CPPUNIT_ASSERT_EQUAL(std::string{"premium"}, answer.text("subscriptions.0.plan"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, answer.data("sessions").list.size());
        CPPUNIT_ASSERT_EQUAL(std::string{"account_created"}, answer.text("events.0.event"));
        for (const char* list : {"playlists", "favorites", "progress", "activity"}) {
            CPPUNIT_ASSERT_MESSAGE(list, answer.data(list).kind == JsonValue::Kind::list);
        }
        CPPUNIT_ASSERT(answer.body.find("argon2") == std::string::npos);
    }

  private:
    std::string status() { return door->get("me", ida.access).text("user.email_status"); }
    Answered ask_address(const std::string& email, const std::string& password) {
        return door->patch("me", object({{"email", email}, {"current_password", password}}),
                           ida.access);
    }
    Answered erase() {
        return door->remove("me", ida.access, object({{"password", FrontDoor::password}}));
    }

    std::optional<FrontDoor> door;
    Newcomer ida;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AuthAccount);

}  // namespace
