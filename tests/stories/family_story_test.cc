// A new viewer sets up a household: scenarios 1 (John's trial) and 3 (a parent and the children).
#include <cppunit/extensions/HelperMacros.h>

#include "tests/support/account.h"
#include "tests/support/expect.h"

namespace {

std::string path_of(const std::string& profile) { return "/api/v1/profiles/" + profile; }

class StoryFamily : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StoryFamily);
    CPPUNIT_TEST(john_tries_it_with_his_family);
    CPPUNIT_TEST(a_trial_has_the_limits_of_family_and_ends_as_free);
    CPPUNIT_TEST(a_lowered_limit_deletes_nothing);
    CPPUNIT_TEST(a_child_does_not_pass_the_pin);
    CPPUNIT_TEST(a_parent_changes_the_pin);
    CPPUNIT_TEST(a_child_cannot_lift_its_own_restrictions);
    CPPUNIT_TEST(the_pin_locks_after_five_wrong_ones);
    CPPUNIT_TEST(households_do_not_see_each_other);
    CPPUNIT_TEST_SUITE_END();

    void john_tries_it_with_his_family() {
        Client john{world_with()};
        auto signed_up = john.post("/api/v1/auth/signup", R"({
            "email": "john@example.com", "password": "securePass123", "full_name": "John Doe"})");
        expect(201, signed_up);
        CPPUNIT_ASSERT_EQUAL(std::string{"john@example.com"}, signed_up.text("user.email"));
        CPPUNIT_ASSERT_EQUAL(std::string{"Bearer"}, signed_up.text("token_type"));
        CPPUNIT_ASSERT(signed_up.number("expires_in") > 0);
        CPPUNIT_ASSERT(!signed_up.text("user.trial_ends_at").empty());
        john.token = signed_up.text("access_token");

        auto profiles = john.get("/api/v1/profiles");
        expect(200, profiles);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, profiles.data("profiles").list.size());
        CPPUNIT_ASSERT(profiles.data("profiles.0.is_default").boolean);

        auto sarah = john.post("/api/v1/profiles", R"({
            "name": "Sarah", "avatar_url": "https://example.com/sarah.jpg"})");
        expect(201, sarah);
        CPPUNIT_ASSERT_EQUAL(std::string{"Sarah"}, sarah.text("profile.name"));
        CPPUNIT_ASSERT_EQUAL(path_of(sarah.text("profile.id")), sarah.header("Location"));
        auto kids = john.post("/api/v1/profiles", R"({
            "name": "Kids", "is_kids_profile": true, "parental_pin": "1234"})");
        expect(201, kids);
        CPPUNIT_ASSERT(kids.data("profile.has_pin").boolean);
        CPPUNIT_ASSERT(kids.body.find("1234") == std::string::npos);

        auto playlist = john.post("/api/v1/playlists", R"({
            "name": "Premium IPTV Service", "url": "http://iptv-provider.com/get.php",
            "username": "john_iptv", "password": "iptv_pass_2024"})");
        expect(201, playlist);
        CPPUNIT_ASSERT(john.get("/api/v1/playlists").body.find("iptv_pass_2024") ==
                       std::string::npos);
        auto shown = john.get("/api/v1/playlists/" + playlist.text("playlist.id"));
        expect(200, shown);
        CPPUNIT_ASSERT(shown.body.find("iptv_pass_2024") != std::string::npos);

        auto favorite = john.post("/api/v1/favorites", R"({
            "item_id": "espn_hd", "item_type": "channel", "item_name": "ESPN HD",
            "item_logo": "https://cdn.example.com/espn.png"})");
        expect(201, favorite);
        auto again = john.post("/api/v1/favorites", R"({
            "item_id": "espn_hd", "item_type": "channel", "item_name": "ESPN HD"})");
        expect(200, again);
        CPPUNIT_ASSERT_EQUAL(favorite.text("favorite.id"), again.text("favorite.id"));

        auto progress = john.put("/api/v1/progress", R"({
            "item_id": "movie_inception", "item_type": "movie",
            "progress_seconds": 3600, "duration_seconds": 8880})");
        expect(200, progress);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3600}, progress.number("progress.progress_seconds"));
        CPPUNIT_ASSERT(!progress.data("progress.completed").boolean);

        auto plans = john.get("/api/v1/subscriptions/plans");
        expect(200, plans);
        CPPUNIT_ASSERT_EQUAL(std::string{"free"}, plans.text("plans.0.code"));
        CPPUNIT_ASSERT_EQUAL(std::string{"price_family_monthly"},
                             plans.text("plans.2.stripe_price_id"));
    }

    void a_trial_has_the_limits_of_family_and_ends_as_free() {
        Client john{world_with()};
        auto account = sign_up(john);
        for (int i = 2; i <= 6; ++i) {
            expect(201, john.post("/api/v1/profiles", object({{"name", std::to_string(i)}})));
        }
        auto refused = john.post("/api/v1/profiles", object({{"name", "7"}}));
        expect_refusal(403, "plan_limit_reached", refused);
        CPPUNIT_ASSERT_EQUAL(std::string{"Plan limit reached. Maximum profiles: 6"},
                             refused.message());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{6}, refused.number("limit"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{6}, refused.number("current"));

        end_trial(john, account);
        auto plan = john.get("/api/v1/auth/me");
        expect(200, plan);
        CPPUNIT_ASSERT_EQUAL(std::string{"free"}, plan.text("user.plan"));
    }

    void a_lowered_limit_deletes_nothing() {
        Client john{world_with()};
        auto account = sign_up(john);
        auto second = john.post("/api/v1/profiles", object({{"name", "Sarah"}}));
        expect(201, second);
        end_trial(john, account);
        expect(200, john.get(path_of(second.text("profile.id"))));
        expect_refusal(403, "plan_limit_reached",
                       john.post("/api/v1/profiles", object({{"name", "Timmy"}})));
    }

    // An account with a child's profile behind a PIN.
    struct Household {
        explicit Household(const std::string& pin) : parent(world_with()) {
            account = sign_up(parent);
            auto kids = parent.post("/api/v1/profiles",
                                    R"({"name": "Timmy", "is_kids_profile": true, "avatar_url":
                "https://cdn.example.com/avatars/dinosaur.png", "parental_pin": ")" +
                                        pin + "\"}");
            expect(201, kids);
            child = kids.text("profile.id");
            parent.world().keep_secret("\"" + pin + "\"");
        }
        Answered choose(const std::string& body) {
            return parent.post(path_of(child) + "/select", body);
        }

        Client parent;
        Account account;
        std::string child;
    };

    void a_child_does_not_pass_the_pin() {
        Household house{"9876"};
        expect_refusal(403, "pin_required", house.choose("{}"));
        auto wrong = house.choose(R"({"pin": "1234"})");
        expect_refusal(403, "invalid_pin", wrong);
        CPPUNIT_ASSERT_EQUAL(std::string{"Invalid PIN"}, wrong.message());

        auto chosen = house.choose(R"({"pin": "9876"})");
        expect(200, chosen);
        CPPUNIT_ASSERT_EQUAL(house.child, chosen.text("profile.id"));
        auto cookie = chosen.header("Set-Cookie");
        CPPUNIT_ASSERT_MESSAGE(cookie, cookie.starts_with("auth="));
        for (const char* part : {"HttpOnly", "Secure", "SameSite=Lax"}) {
            CPPUNIT_ASSERT_MESSAGE(cookie, cookie.find(part) != std::string::npos);
        }
    }

    void a_parent_changes_the_pin() {
        Household house{"9876"};
        auto& parent = house.parent;
        auto alone = parent.patch(path_of(house.child), R"({"parental_pin": "5555"})");
        expect_refusal(403, "pin_required", alone);
        expect(200, parent.patch(path_of(house.child),
                                 R"({"parental_pin": "5555", "current_pin": "9876"})"));
        expect_refusal(403, "invalid_pin", house.choose(R"({"pin": "9876"})"));
        expect(200, house.choose(R"({"pin": "5555"})"));
        auto password = object({{"password", house.account.password}});
        password.insert(1, R"("parental_pin": null, )");
        expect(200, parent.patch(path_of(house.child), password));
        expect(200, house.choose("{}"));
    }

    void a_child_cannot_lift_its_own_restrictions() {
        Household house{"9876"};
        house.parent.token = house.choose(R"({"pin": "9876"})").text("access_token");
        for (const char* body : {R"({"is_kids_profile": false})", R"({"parental_pin": null})"}) {
            auto refused = house.parent.patch(path_of(house.child), body);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(refused.body, 403, refused.status);
        }
        auto same = house.parent.get(path_of(house.child));
        CPPUNIT_ASSERT(same.data("profile.is_kids_profile").boolean);
        CPPUNIT_ASSERT(same.data("profile.has_pin").boolean);
    }

    void the_pin_locks_after_five_wrong_ones() {
        Household house{"9876"};
        for (int i = 0; i < 4; ++i) {
            expect_refusal(403, "invalid_pin", house.choose(R"({"pin": "0000"})"));
        }
        house.choose(R"({"pin": "0000"})");
        expect_refusal(423, "pin_locked", house.choose(R"({"pin": "9876"})"));
        auto seen = house.parent.get(path_of(house.child) + "/activity");
        expect(200, seen);
        CPPUNIT_ASSERT(seen.body.find("pin_failed") != std::string::npos);
    }

    void households_do_not_see_each_other() {
        Household house{"9876"};
        Client stranger{world_with()};
        sign_up(stranger);
        auto path = path_of(house.child);
        expect_refusal(404, "not_found", stranger.get(path));
        expect_refusal(404, "not_found", stranger.patch(path, R"({"name": "Mine"})"));
        expect_refusal(404, "not_found", stranger.remove(path));
        expect_refusal(404, "not_found", stranger.post(path + "/select", R"({"pin": "9876"})"));
        expect(200, house.parent.get(path));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StoryFamily);

}  // namespace
