// One account on many devices: scenarios 2 (Maria's television, phone and tablet) and 11 (an app).
#include <cppunit/extensions/HelperMacros.h>

#include <set>

#include "tests/support/account.h"
#include "tests/support/expect.h"

namespace {

constexpr const char* iphone =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15";

std::string favorite(const std::string& item, const std::string& type) {
    return object({{"item_id", item}, {"item_type", type}, {"item_name", "Name of " + item}});
}

std::string progress(const std::string& item, int seconds, const std::string& more = "") {
    return R"({"item_id": ")" + item + R"(", "progress_seconds": )" + std::to_string(seconds) +
           (more.empty() ? "" : ", " + more) + "}";
}

// What a device learns of the changes since its cursor; it moves the cursor on.
Answered sync(Client& device, std::string& cursor) {
    auto answer = device.get("/api/v1/sync" + (cursor.empty() ? "" : "?since=" + cursor));
    expect(200, answer);
    cursor = answer.text("cursor");
    CPPUNIT_ASSERT(!cursor.empty());
    return answer;
}

class StoryDevices : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StoryDevices);
    CPPUNIT_TEST(maria_goes_from_tv_to_phone_to_tablet);
    CPPUNIT_TEST(an_app_starts_and_syncs);
    CPPUNIT_TEST(a_phone_gets_less);
    CPPUNIT_TEST(changes_reach_the_other_device_once);
    CPPUNIT_TEST(nothing_is_missed_while_both_write);
    CPPUNIT_TEST(an_older_report_changes_nothing);
    CPPUNIT_TEST(a_revoked_device_is_refused_at_once);
    CPPUNIT_TEST(logging_out_everywhere_ends_every_device);
    CPPUNIT_TEST(a_refresh_token_works_once);
    CPPUNIT_TEST(unchanged_lists_cost_nothing);
    CPPUNIT_TEST_SUITE_END();

    void maria_goes_from_tv_to_phone_to_tablet() {
        Client tv{world_with()}, phone{world_with()}, tablet{world_with()};
        auto maria = sign_up(tv, "Maria");
        sign_in(tv, maria);
        auto chosen = tv.post("/api/v1/profiles/" + maria.profile + "/select");
        expect(200, chosen);
        tv.token = chosen.text("access_token");
        expect(200, tv.get("/api/v1/playlists"));
        expect(201, tv.post("/api/v1/favorites", favorite("news", "channel")));
        auto channels = tv.get("/api/v1/favorites?type=channel");
        expect(200, channels);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, channels.number("pagination.total"));

        sign_in(phone, maria);
        expect(200, phone.get("/api/v1/progress"));
        auto stored = phone.put("/api/v1/progress", R"({
            "item_id": "series_got_s01e05", "item_type": "episode",
            "progress_seconds": 1200, "duration_seconds": 3600})");
        expect(200, stored);
        CPPUNIT_ASSERT_EQUAL(std::string{"episode"}, stored.text("progress.item_type"));

        sign_in(tablet, maria);
        auto seen = tablet.get("/api/v1/favorites");
        CPPUNIT_ASSERT_EQUAL(std::string{"news"}, seen.text("favorites.0.item_id"));
        expect(201, tablet.post("/api/v1/favorites", favorite("movie_heat", "movie")));
        auto resumed = tablet.get("/api/v1/progress/series_got_s01e05");
        expect(200, resumed);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1200}, resumed.number("progress.progress_seconds"));
    }

    void an_app_starts_and_syncs() {
        Client app{world_with()};
        auto account = sign_up(app);
        expect(200, app.get("/api/v1/health"));
        sign_in(app, account);
        auto profiles = app.get("/api/v1/profiles");
        auto profile = profiles.text("profiles.0.id");
        auto chosen = app.post("/api/v1/profiles/" + profile + "/select", R"({"pin": "1234"})");
        expect(200, chosen);  // a PIN that is not required does no harm
        app.token = chosen.text("access_token");
        for (const char* list : {"playlists", "favorites", "progress"}) {
            auto answer = app.get(std::string{"/api/v1/"} + list);
            expect(200, answer);
            CPPUNIT_ASSERT(answer.data(list).kind == JsonValue::Kind::list);
            CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, answer.number("pagination.total"));
        }
        expect(200, app.put("/api/v1/progress", progress("current_watching", 1800)));
        auto later = app.put("/api/v1/progress", progress("current_watching", 1830));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1830}, later.number("progress.progress_seconds"));
    }

    void a_phone_gets_less() {
        Client app{world_with()};
        sign_up(app);
        auto whole = app.get("/api/v1/profiles");
        app.headers = {{"User-Agent", iphone}};
        auto compact = app.get("/api/v1/profiles");
        expect(200, compact);
        CPPUNIT_ASSERT(compact.body.size() < whole.body.size());
        CPPUNIT_ASSERT(compact.header("Vary").find("User-Agent") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(whole.body, app.get("/api/v1/profiles?view=full").body);
        auto picked = app.get("/api/v1/profiles?fields=id,name");
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, picked.data("profiles.0").members.size());
    }

    void changes_reach_the_other_device_once() {
        Client tv{world_with()}, phone{world_with()};
        auto maria = sign_up(tv);
        sign_in(phone, maria);
        std::string cursor;
        auto all = sync(phone, cursor);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, all.data("changes.profiles").list.size());

        auto kept = tv.post("/api/v1/favorites", favorite("a", "movie"));
        auto gone = tv.post("/api/v1/favorites", favorite("b", "movie"));
        expect(200, tv.put("/api/v1/progress", progress("a", 10)));
        expect(200, tv.remove("/api/v1/favorites/" + gone.text("favorite.id")));
        auto news = sync(phone, cursor);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, news.data("changes.favorites").list.size());
        CPPUNIT_ASSERT_EQUAL(kept.text("favorite.id"), news.text("changes.favorites.0.id"));
        CPPUNIT_ASSERT_EQUAL(gone.text("favorite.id"), news.text("deleted.favorites.0"));
        CPPUNIT_ASSERT_EQUAL(std::string{"a"}, news.text("changes.progress.0.item_id"));

        auto quiet = sync(phone, cursor);
        for (const char* kind : {"profiles", "playlists", "favorites", "progress"}) {
            CPPUNIT_ASSERT(quiet.data(std::string{"changes."} + kind).list.empty());
            CPPUNIT_ASSERT(quiet.data(std::string{"deleted."} + kind).list.empty());
        }
    }

    void nothing_is_missed_while_both_write() {
        Client tv{world_with()}, phone{world_with()};
        auto maria = sign_up(tv);
        sign_in(phone, maria);
        std::set<std::string> written, learnt;
        std::string cursor;
        auto learn = [&] {
            for (bool more = true; more;) {
                auto answer = sync(phone, cursor);
                for (const auto& row : answer.data("changes.progress").list) {
                    learnt.insert(row.find("item_id")->text);
                }
                more = answer.data("has_more").boolean;
            }
        };
        for (int round = 0; round < 4; ++round) {
            std::vector<Question> reports;
            for (int i = 0; i < 12; ++i) {
                auto item = std::to_string(round) + "-" + std::to_string(i);
                written.insert(item);
                reports.push_back({"PUT", "/api/v1/progress", progress(item, i)});
            }
            reports.insert(reports.begin() + 6, {"GET", "/api/v1/sync?since=" + cursor});
            for (const auto& answer : tv.ask_at_once(reports)) expect(200, answer);
            learn();
        }
        CPPUNIT_ASSERT(written == learnt);
    }

    void an_older_report_changes_nothing() {
        Client tv{world_with()};
        sign_up(tv);
        auto at = [](const char* time) {
            return R"("client_updated_at": ")" + std::string{time} + "\"";
        };
        expect(200, tv.put("/api/v1/progress", progress("m", 900, at("2026-01-02T10:00:00Z"))));
        auto late = tv.put("/api/v1/progress", progress("m", 30, at("2026-01-02T09:00:00Z")));
        expect(200, late);
        CPPUNIT_ASSERT(late.data("stale").boolean);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{900}, late.number("progress.progress_seconds"));
        auto batch =
            tv.post("/api/v1/progress/batch", R"({"items": [)" + progress("m", 95) + "," +
                                                  progress("", 1) + "," + progress("n", 5) + "]}");
        expect(200, batch);
        CPPUNIT_ASSERT_EQUAL(std::string{"stored"}, batch.text("results.0.status"));
        CPPUNIT_ASSERT_EQUAL(std::string{"rejected"}, batch.text("results.1.status"));
        CPPUNIT_ASSERT_EQUAL(std::string{"stored"}, batch.text("results.2.status"));
    }

    void a_revoked_device_is_refused_at_once() {
        Client tv{world_with()}, lost{world_with()};
        auto maria = sign_up(tv);
        sign_in(lost, maria);
        expect(200, lost.get("/api/v1/profiles"));
        auto sessions = tv.get("/api/v1/auth/sessions");
        expect(200, sessions);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, sessions.data("sessions").list.size());
        for (const auto& session : sessions.data("sessions").list) {
            if (session.find("current")->boolean) continue;
            expect(200, tv.remove("/api/v1/auth/sessions/" + session.find("id")->text));
        }
        expect_refusal(401, "unauthenticated", lost.get("/api/v1/profiles"));
        expect_refusal(401, "unauthenticated", lost.get("/api/v1/favorites"));
        expect(200, tv.get("/api/v1/profiles"));
    }

    void logging_out_everywhere_ends_every_device() {
        Client tv{world_with()}, phone{world_with()};
        auto maria = sign_up(tv);
        auto second = sign_in(phone, maria);
        expect(200, tv.post("/api/v1/auth/logout-all"));
        expect_refusal(401, "unauthenticated", phone.get("/api/v1/profiles"));
        expect_refusal(401, "unauthenticated", tv.get("/api/v1/profiles"));
        phone.token.clear();
        auto refused =
            phone.post("/api/v1/auth/refresh", object({{"refresh_token", second.refresh}}));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(refused.body, 401, refused.status);
        sign_in(tv, maria);
        expect(200, tv.get("/api/v1/profiles"));
    }

    void a_refresh_token_works_once() {
        Client tv{world_with()};
        auto maria = sign_up(tv);
        auto refresh = [&](const std::string& token) {
            tv.token.clear();
            return tv.post("/api/v1/auth/refresh", object({{"refresh_token", token}}));
        };
        auto second = refresh(maria.refresh);
        expect(200, second);
        auto third = refresh(second.text("refresh_token"));
        expect(200, third);
        tv.token = third.text("access_token");
        expect(200, tv.get("/api/v1/profiles"));
        CPPUNIT_ASSERT_EQUAL(401, refresh(maria.refresh).status);
        CPPUNIT_ASSERT_EQUAL(401, refresh(third.text("refresh_token")).status);
        tv.token = third.text("access_token");
        expect_refusal(401, "unauthenticated", tv.get("/api/v1/profiles"));
    }

    void unchanged_lists_cost_nothing() {
        Client tv{world_with()};
        sign_up(tv);
        auto first = tv.get("/api/v1/favorites");
        auto tag = first.header("ETag");
        CPPUNIT_ASSERT(tag.starts_with("W/\""));
        auto same = tv.get("/api/v1/favorites", {{"If-None-Match", tag}});
        CPPUNIT_ASSERT_EQUAL(304, same.status);
        CPPUNIT_ASSERT(same.body.empty());
        expect(201, tv.post("/api/v1/favorites", favorite("a", "movie")));
        expect(200, tv.get("/api/v1/favorites", {{"If-None-Match", tag}}));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StoryDevices);

}  // namespace
