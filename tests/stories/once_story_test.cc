// What is asked twice happens once, and what happens at the same time keeps to the limits:
// scenario 17 as far as it concerns viewers, and the races behind it.
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <set>

#include "tests/support/account.h"
#include "tests/support/expect.h"

namespace {

using Answers = std::vector<Answered>;

std::ptrdiff_t count(const Answers& answers, int status) {
    return std::count_if(answers.begin(), answers.end(),
                         [&](const Answered& one) { return one.status == status; });
}

std::string statuses(const Answers& answers) {
    std::string all;
    for (const auto& one : answers) all += std::to_string(one.status) + " ";
    return all;
}

// Many different items of a kind, by a body that ends with the number.
template <class Body>
std::vector<Question> many(int number, const std::string& path, Body body) {
    std::vector<Question> questions;
    for (int i = 0; i < number; ++i) questions.push_back({"POST", path, body(std::to_string(i))});
    return questions;
}

std::string favorite(const std::string& item) {
    return object({{"item_id", item}, {"item_type", "movie"}, {"item_name", item}});
}

std::string playlist(const std::string& name) {
    return object({{"name", name}, {"url", "http://iptv.example.com/get.php"}});
}

std::int64_t total(Client& client, const std::string& list) {
    return client.get("/api/v1/" + list + "?limit=1").number("pagination.total");
}

class StoryOnce : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StoryOnce);
    CPPUNIT_TEST(the_same_key_gives_the_same_answer);
    CPPUNIT_TEST(a_key_serves_one_body_one_user_and_one_route);
    CPPUNIT_TEST(parallel_requests_with_one_key_create_one_profile);
    CPPUNIT_TEST(parallel_requests_with_one_key_create_one_playlist);
    CPPUNIT_TEST(parallel_requests_with_one_key_create_one_favorite);
    CPPUNIT_TEST(a_refusal_for_good_is_replayed);
    CPPUNIT_TEST(a_faulty_body_may_be_mended_under_its_key);
    CPPUNIT_TEST(profiles_stop_at_the_limit);
    CPPUNIT_TEST(playlists_stop_at_the_limit);
    CPPUNIT_TEST(favorites_stop_at_the_limit);
    CPPUNIT_TEST(one_name_is_given_once);
    CPPUNIT_TEST(one_address_signs_up_once);
    CPPUNIT_TEST(each_change_of_an_account_sees_its_own);
    CPPUNIT_TEST(a_signup_sent_twice_gives_a_browser_its_cookie);
    CPPUNIT_TEST(parallel_wrong_pins_stop_at_five);
    CPPUNIT_TEST(parallel_refreshes_of_one_token_all_work);
    CPPUNIT_TEST(parallel_reports_of_one_item_leave_one);
    CPPUNIT_TEST_SUITE_END();

    void the_same_key_gives_the_same_answer() {
        Client client{world_with()};
        sign_up(client);
        Headers key{{"Idempotency-Key", "client-12345"}};
        auto first = client.post("/api/v1/profiles", R"({"name": "Sarah"})", key);
        expect(201, first);
        CPPUNIT_ASSERT(first.header("Idempotent-Replayed").empty());
        auto again = client.post("/api/v1/profiles", R"({"name": "Sarah"})", key);
        expect(201, again);
        CPPUNIT_ASSERT_EQUAL(std::string{"true"}, again.header("Idempotent-Replayed"));
        CPPUNIT_ASSERT_EQUAL(first.body, again.body);
        CPPUNIT_ASSERT_EQUAL(first.header("Location"), again.header("Location"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, total(client, "profiles"));
    }

    void a_key_serves_one_body_one_user_and_one_route() {
        Client client{world_with()}, other{world_with()};
        sign_up(client);
        sign_up(other);
        Headers key{{"Idempotency-Key", "one"}};
        expect(201, client.post("/api/v1/profiles", R"({"name": "Sarah"})", key));
        expect_refusal(422, "idempotency_key_reused",
                       client.post("/api/v1/profiles", R"({"name": "Timmy"})", key));
        expect(201, client.post("/api/v1/favorites", favorite("a"), key));
        expect(201, other.post("/api/v1/profiles", R"({"name": "Sarah"})", key));
        for (const std::string& bad : {std::string(256, 'k'), std::string{"zwei Wörter"}}) {
            expect_refusal(
                400, "validation_failed",
                client.post("/api/v1/favorites", favorite("b"), {{"Idempotency-Key", bad}}));
        }
        expect(201, client.post("/api/v1/favorites", favorite("b"),
                                {{"Idempotency-Key", std::string(255, 'k')}}));
    }

    // Twenty at once under one key: one is done, the others get its answer or are told to wait.
    static void race_under_one_key(const std::string& list, const std::string& body,
                                   std::int64_t before) {
        Client client{world_with()};
        sign_up(client);
        std::vector<Question> same(
            20, Question{"POST", "/api/v1/" + list, body, {{"Idempotency-Key", "race"}}});
        auto answers = client.ask_at_once(same);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(statuses(answers), std::ptrdiff_t{20},
                                     count(answers, 201) + count(answers, 409));
        std::set<std::string> bodies;
        auto fresh = 0;
        for (const auto& one : answers) {
            if (one.status == 409) expect_refusal(409, "request_in_progress", one);
            if (one.status != 201) continue;
            bodies.insert(one.body);
            if (one.header("Idempotent-Replayed").empty()) ++fresh;
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, bodies.size());
        CPPUNIT_ASSERT_EQUAL(1, fresh);
        CPPUNIT_ASSERT_EQUAL(before + 1, total(client, list));
    }

    void parallel_requests_with_one_key_create_one_profile() {
        race_under_one_key("profiles", R"({"name": "Sarah"})", 1);
    }
    void parallel_requests_with_one_key_create_one_playlist() {
        race_under_one_key("playlists", playlist("Mine"), 0);
    }
    void parallel_requests_with_one_key_create_one_favorite() {
        race_under_one_key("favorites", favorite("a"), 0);
    }

    void a_refusal_for_good_is_replayed() {
        Client client{world_with()};
        auto account = sign_up(client);
        end_trial(client, account);
        Headers key{{"Idempotency-Key", "late"}};
        auto refused = client.post("/api/v1/profiles", R"({"name": "Sarah"})", key);
        expect_refusal(403, "plan_limit_reached", refused);
        auto again = client.post("/api/v1/profiles", R"({"name": "Sarah"})", key);
        CPPUNIT_ASSERT_EQUAL(403, again.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"true"}, again.header("Idempotent-Replayed"));
    }

    void a_faulty_body_may_be_mended_under_its_key() {
        Client client{world_with()};
        sign_up(client);
        Headers key{{"Idempotency-Key", "mended"}};
        expect_refusal(400, "validation_failed",
                       client.post("/api/v1/profiles", R"({"name": ""})", key));
        expect(201, client.post("/api/v1/profiles", R"({"name": "Sarah"})", key));
    }

    // More at once than the plan allows: exactly the limit is reached, all others are refused.
    template <class Body>
    static void race_to_limit(const std::string& list, int room, std::int64_t limit, Body body) {
        Client client{world_with()};
        sign_up(client);
        if (list == "favorites") fill_favorites(client, limit - room);
        auto answers = client.ask_at_once(many(room + 20, "/api/v1/" + list, body));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(statuses(answers), std::ptrdiff_t{room}, count(answers, 201));
        for (const auto& one : answers) {
            if (one.status != 201) expect_refusal(403, "plan_limit_reached", one);
        }
        CPPUNIT_ASSERT_EQUAL(limit, total(client, list));
    }

    static void fill_favorites(Client& client, std::int64_t number) {
        auto questions = many(static_cast<int>(number), "/api/v1/favorites",
                              [](const std::string& i) { return favorite("old" + i); });
        auto answers = client.ask_at_once(questions);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(statuses(answers), std::ptrdiff_t{number},
                                     count(answers, 201));
    }

    void profiles_stop_at_the_limit() {
        race_to_limit("profiles", 5, 6, [](const std::string& i) {
            return object({{"name", "Nr. " + i}});
        });
    }
    void playlists_stop_at_the_limit() { race_to_limit("playlists", 5, 5, playlist); }
    void favorites_stop_at_the_limit() { race_to_limit("favorites", 3, 500, favorite); }

    void one_name_is_given_once() {
        Client client{world_with()};
        sign_up(client);
        auto answers = client.ask_at_once(many(
            10, "/api/v1/profiles", [](const std::string&) { return R"({"name": "Sarah"})"; }));
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{1}, count(answers, 201));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(statuses(answers), std::ptrdiff_t{9}, count(answers, 409));
    }

    void one_address_signs_up_once() {
        Client client{world_with()};
        auto body = R"({"email": "Race@Example.com", "password": "gentle-Harbour-1",
                        "full_name": "Race"})";
        auto answers = client.ask_at_once(
            many(8, "/api/v1/auth/signup", [&](const std::string&) { return body; }));
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{1}, count(answers, 201));
        for (const auto& one : answers) {
            if (one.status != 201) expect_refusal(409, "email_taken", one);
        }
        expect_refusal(409, "email_taken",
                       client.post("/api/v1/auth/signup", R"({"email": "race@example.COM",
                           "password": "gentle-Harbour-1", "full_name": "Race"})"));
    }

    void each_change_of_an_account_sees_its_own() {
        Client client{world_with()};
        sign_up(client);
        std::vector<Question> changes;
        for (int i = 0; i < 60; ++i) {
            changes.push_back(
                {"PATCH", "/api/v1/auth/me", object({{"full_name", "John " + std::to_string(i)}})});
        }
        auto answers = client.ask_at_once(changes);
        for (std::size_t i = 0; i < answers.size(); ++i) {
            expect(200, answers[i]);
            CPPUNIT_ASSERT_EQUAL("John " + std::to_string(i), answers[i].text("user.full_name"));
        }
    }

    void a_signup_sent_twice_gives_a_browser_its_cookie() {
        Client client{world_with()};
        auto body = object({{"email", "browser-" + Uuid::make().text() + "@example.com"},
                            {"password", "a-long-password-1"},
                            {"full_name", "Bea Browser"}});
        Headers key{{"Idempotency-Key", Uuid::make().text()}};
        auto first = client.post("/api/v1/auth/signup", body, key);
        auto again = client.post("/api/v1/auth/signup", body, key);
        expect(201, first);
        CPPUNIT_ASSERT_EQUAL(std::string{"true"}, again.header("Idempotent-Replayed"));
        CPPUNIT_ASSERT(first.header("Set-Cookie").starts_with("auth="));
        CPPUNIT_ASSERT_EQUAL(first.header("Set-Cookie"), again.header("Set-Cookie"));
        auto cookie = again.header("Set-Cookie");
        expect(200,
               client.get("/api/v1/profiles", {{"Cookie", cookie.substr(0, cookie.find(';'))}}));
    }

    void parallel_wrong_pins_stop_at_five() {
        Client client{world_with()};
        sign_up(client);
        auto kids = client.post("/api/v1/profiles", R"({"name": "K", "parental_pin": "8642"})");
        expect(201, kids);
        auto path = "/api/v1/profiles/" + kids.text("profile.id") + "/select";
        auto answers = client.ask_at_once(many(50, path, [](const std::string& i) {
            return object({{"pin", std::to_string(1000 + std::stoi(i))}});
        }));
        CPPUNIT_ASSERT_MESSAGE(statuses(answers), count(answers, 403) <= 5);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(statuses(answers), std::ptrdiff_t{50},
                                     count(answers, 403) + count(answers, 423));
        expect_refusal(423, "pin_locked", client.post(path, R"({"pin": "8642"})"));
    }

    void parallel_refreshes_of_one_token_all_work() {
        Client client{world_with()};
        auto account = sign_up(client);
        client.token.clear();
        auto answers = client.ask_at_once(many(8, "/api/v1/auth/refresh", [&](const std::string&) {
            return object({{"refresh_token", account.refresh}});
        }));
        std::set<std::string> fresh;
        for (const auto& one : answers) {
            expect(200, one);
            fresh.insert(one.text("refresh_token"));
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, fresh.size());
        client.token = answers.front().text("access_token");
        expect(200, client.get("/api/v1/profiles"));
    }

    void parallel_reports_of_one_item_leave_one() {
        Client client{world_with()};
        sign_up(client);
        std::vector<Question> reports;
        for (int i = 0; i < 30; ++i) {
            reports.push_back(
                {"PUT", "/api/v1/progress",
                 R"({"item_id": "m", "progress_seconds": )" + std::to_string(i) + "}"});
        }
        for (const auto& answer : client.ask_at_once(reports)) expect(200, answer);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, total(client, "progress"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StoryOnce);

}  // namespace
