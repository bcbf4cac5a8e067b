// Where people stopped, as their devices report it: what stays, what wins, what is told.
#include "tests/workers/library/library_house.h"

namespace {

using namespace std::chrono_literals;

constexpr Statement count_played{
    "test.count_played", "select count(*) from profile_activity where event = 'played'", true};
constexpr Statement find_version{"test.find_version",
                                 "select version from sync_versions where user_id = $1", true};
constexpr Statement drop_default{
    "test.drop_default", "update profiles set is_default = false where user_id = $1", false};
constexpr Statement drop_counter{"test.drop_counter",
                                 "delete from sync_versions where user_id = $1", false};
constexpr const Statement* own[] = {&count_played, &find_version, &drop_default, &drop_counter};

// A report of `item`, with more members.
std::string report(const std::string& item, int seconds, const std::string& more = "") {
    return R"({"item_id":")" + item + R"(","progress_seconds":)" + std::to_string(seconds) + more +
           "}";
}

class ProgressTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProgressTest);
    CPPUNIT_TEST(keeps_the_progress_of_the_scenario);
    CPPUNIT_TEST(leaves_what_was_not_sent_as_it_was);
    CPPUNIT_TEST(completes_at_95_percent_and_back);
    CPPUNIT_TEST(knows_no_percent_without_a_duration);
    CPPUNIT_TEST(never_exceeds_the_duration);
    CPPUNIT_TEST(ignores_an_older_report);
    CPPUNIT_TEST(takes_a_newer_report);
    CPPUNIT_TEST(believes_no_report_of_the_future);
    CPPUNIT_TEST(lets_a_report_without_an_instant_win);
    CPPUNIT_TEST(takes_the_same_report_twice);
    CPPUNIT_TEST(refuses_what_is_no_report);
    CPPUNIT_TEST(keeps_items_of_any_name);
    CPPUNIT_TEST(finds_items_with_slashes);
    CPPUNIT_TEST(tells_of_no_progress);
    CPPUNIT_TEST(lists_newest_first_by_type_and_completion);
    CPPUNIT_TEST(continues_with_one_of_each_series);
    CPPUNIT_TEST(reaches_an_item_called_continue);
    CPPUNIT_TEST(notes_what_was_played_once_in_six_hours);
    CPPUNIT_TEST(forgets_an_item);
    CPPUNIT_TEST(keeps_accounts_apart);
    CPPUNIT_TEST(takes_a_report_in_one_round_trip);
    CPPUNIT_TEST(needs_a_profile);
    CPPUNIT_TEST(starts_a_counter_where_there_is_none);
    CPPUNIT_TEST(shows_phones_less);
    CPPUNIT_TEST_SUITE_END();

    std::optional<LibraryHouse> at;

    Answered put(const std::string& item, int seconds, const std::string& more = "") {
        return at->put("/progress", report(item, seconds, more));
    }

  public:
    void setUp() override { at.emplace(std::vector{Statements{own}}); }
    void tearDown() override { at.reset(); }

    void keeps_the_progress_of_the_scenario() {
        auto kept = put("movie_inception", 3600, R"(,"item_type":"movie","duration_seconds":8880)");
        CPPUNIT_ASSERT_EQUAL(200, kept.status);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3600}, kept.number("progress.progress_seconds"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{40}, kept.number("progress.percent"));
        CPPUNIT_ASSERT(!kept.data("progress.completed").boolean);
        CPPUNIT_ASSERT(!kept.data("stale").boolean);
        CPPUNIT_ASSERT_EQUAL(std::string{"2026-03-01T20:00:00.000Z"},
                             kept.text("progress.updated_at"));
        auto found = at->get("/progress/movie_inception");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{8880}, found.number("progress.duration_seconds"));
    }
    void leaves_what_was_not_sent_as_it_was() {
        put("m", 10,
            R"(,"item_type":"episode","duration_seconds":100,"device_id":"tv",)"
            R"("series_id":"s")");
        auto kept = put("m", 20);
        CPPUNIT_ASSERT_EQUAL(std::string{"episode"}, kept.text("progress.item_type"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{100}, kept.number("progress.duration_seconds"));
        CPPUNIT_ASSERT_EQUAL(std::string{"tv"}, kept.text("progress.device_id"));
        CPPUNIT_ASSERT_EQUAL(std::string{"s"}, kept.text("progress.series_id"));
        CPPUNIT_ASSERT_EQUAL(std::string{"movie"}, put("n", 1).text("progress.item_type"));
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{100},
            put("m", 30, R"(,"duration_seconds":0)").number("progress.duration_seconds"));
    }
    void completes_at_95_percent_and_back() {
        CPPUNIT_ASSERT(
            !put("m", 94, R"(,"duration_seconds":100)").data("progress.completed").boolean);
        CPPUNIT_ASSERT(put("m", 95).data("progress.completed").boolean);
        CPPUNIT_ASSERT(!put("m", 10).data("progress.completed").boolean);
        CPPUNIT_ASSERT(
            put("n", 95, R"(,"duration_seconds":100)").data("progress.completed").boolean);
        CPPUNIT_ASSERT(put("big", 10'000'000, R"(,"duration_seconds":10000000)")
                           .data("progress.completed")
                           .boolean);
        CPPUNIT_ASSERT(put("big", 10'000'000).data("progress.completed").boolean);
    }
    void knows_no_percent_without_a_duration() {
        auto kept = put("m", 500);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, kept.number("progress.percent"));
        CPPUNIT_ASSERT(!kept.data("progress.completed").boolean);
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{50},
            put("m", 500, R"(,"duration_seconds":1000)").number("progress.percent"));
    }
    void never_exceeds_the_duration() {
        auto kept = put("m", 150, R"(,"duration_seconds":100)");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{100}, kept.number("progress.progress_seconds"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{100}, kept.number("progress.percent"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{100}, put("m", 999).number("progress.progress_seconds"));
    }
    void ignores_an_older_report() {
        put("m", 100, R"(,"client_updated_at":"2026-03-01T19:00:00Z","device_id":"tv")");
        auto cursor = at->get("/sync").text("cursor");
        auto stale = put("m", 700, R"(,"client_updated_at":"2026-03-01T18:59:59.999Z")");
        CPPUNIT_ASSERT_EQUAL(200, stale.status);
        CPPUNIT_ASSERT(stale.data("stale").boolean);
        CPPUNIT_ASSERT(stale.data("progress.stale").boolean);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{100}, stale.number("progress.progress_seconds"));
        CPPUNIT_ASSERT_EQUAL(std::string{"tv"}, stale.text("progress.device_id"));
        auto delta = at->get("/sync?since=" + cursor);
        CPPUNIT_ASSERT(delta.data("changes.progress").list.empty());
    }
    void takes_a_newer_report() {
        put("m", 100, R"(,"client_updated_at":"2026-03-01T19:00:00Z")");
        auto kept = put("m", 50, R"(,"client_updated_at":"2026-03-01T20:00:00.001+01:00")");
        CPPUNIT_ASSERT(!kept.data("stale").boolean);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{50}, kept.number("progress.progress_seconds"));
        CPPUNIT_ASSERT_EQUAL(std::string{"2026-03-01T19:00:00.001Z"},
                             kept.text("progress.updated_at"));
    }
    void believes_no_report_of_the_future() {
        auto kept = put("m", 100, R"(,"client_updated_at":"2099-01-01T00:00:00Z")");
        CPPUNIT_ASSERT_EQUAL(std::string{"2026-03-01T20:00:00.000Z"},
                             kept.text("progress.updated_at"));
        at->now += 1s;
        CPPUNIT_ASSERT(
            !put("m", 7, R"(,"client_updated_at":"2026-03-01T20:00:01Z")").data("stale").boolean);
    }
    void lets_a_report_without_an_instant_win() {
        put("m", 100, R"(,"client_updated_at":"2026-03-01T20:00:00Z")");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5}, put("m", 5).number("progress.progress_seconds"));
        at->now -= 2h;  // the clock was set back
        auto kept = put("m", 3);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, kept.number("progress.progress_seconds"));
        CPPUNIT_ASSERT_EQUAL(std::string{"2026-03-01T20:00:00.000Z"},
                             kept.text("progress.updated_at"));
    }
    void takes_the_same_report_twice() {
        const std::string when = R"(,"client_updated_at":"2026-03-01T19:00:00Z")";
        auto first = put("m", 100, when);
        auto second = put("m", 100, when);
        CPPUNIT_ASSERT(!second.data("stale").boolean);
        CPPUNIT_ASSERT_EQUAL(first.number("progress.version"), second.number("progress.version"));
    }
    void refuses_what_is_no_report() {
        std::string long_id(201, 'x');
        for (const auto& body :
             {std::string{"{}"}, report("m", -1), report("m", 10'000'001), report("", 1),
              report(long_id, 1), report("a\\u202eb", 1), report("m", 1, R"(,"item_type":"song")"),
              report("m", 1, R"(,"duration_seconds":-5)"),
              report("m", 1, R"(,"client_updated_at":"yesterday")"),
              report("m", 1, R"(,"client_updated_at":1700000000)"),
              std::string{R"({"item_id":"m","progress_seconds":"5"})"},
              std::string{R"({"item_id":"m","progress_seconds":5.5})"},
              std::string{R"({"item_id":7,"progress_seconds":5})"}, std::string{"[]"}}) {
            CPPUNIT_ASSERT_EQUAL(400, at->put("/progress", body).status);
        }
    }
    void keeps_items_of_any_name() {
        for (const char* name : {"a b", "50%", "Łódź?x=1", "drop table", "emoji 🎬", "'", ".."}) {
            CPPUNIT_ASSERT_EQUAL(200, put(name, 5).status);
            CPPUNIT_ASSERT(at->put("/progress", report(name, 6)).status == 200);
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{6},
                             at->get("/progress/50%25").number("progress.progress_seconds"));
        CPPUNIT_ASSERT_EQUAL(200, at->get("/progress/emoji 🎬").status);
    }
    void finds_items_with_slashes() {
        for (const char* name : {"a/b", "/", "a//b/", "http://host/live/1.ts", "a/../b", "50%2F"}) {
            CPPUNIT_ASSERT_EQUAL(200, put(name, 5).status);
            auto path = "/progress/" + percent_encode(name);
            CPPUNIT_ASSERT_EQUAL(std::string{name}, at->get(path).text("progress.item_id"));
            CPPUNIT_ASSERT_EQUAL(200, at->remove(path).status);
        }
        CPPUNIT_ASSERT_EQUAL(404, at->get("/progress/a/b").status);
        CPPUNIT_ASSERT_EQUAL(404, at->get("/progress/%ff").status);
    }
    void tells_of_no_progress() {
        CPPUNIT_ASSERT_EQUAL(404, at->get("/progress/nothing").status);
        CPPUNIT_ASSERT_EQUAL(404, at->remove("/progress/nothing").status);
    }
    void lists_newest_first_by_type_and_completion() {
        put("old", 10, R"(,"client_updated_at":"2026-02-01T00:00:00Z","duration_seconds":10)");
        put("new", 10, R"(,"client_updated_at":"2026-02-03T00:00:00Z")");
        put("middle", 10, R"(,"client_updated_at":"2026-02-02T00:00:00Z","item_type":"episode")");
        auto all = at->get("/progress?limit=2");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, all.number("pagination.total"));
        CPPUNIT_ASSERT_EQUAL(std::string{"new"}, all.text("progress.0.item_id"));
        CPPUNIT_ASSERT_EQUAL(std::string{"middle"}, all.text("progress.1.item_id"));
        CPPUNIT_ASSERT_EQUAL(std::string{"old"},
                             at->get("/progress?completed=true").text("progress.0.item_id"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2},
                             at->get("/progress?completed=false").number("pagination.total"));
        CPPUNIT_ASSERT_EQUAL(std::string{"middle"},
                             at->get("/progress?type=episode").text("progress.0.item_id"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3},
                             at->get("/progress?page=9").number("pagination.total"));
        CPPUNIT_ASSERT_EQUAL(400, at->get("/progress?completed=maybe").status);
    }
    void continues_with_one_of_each_series() {
        put("series_got_s01e05", 10);
        at->now += 1min;
        put("series_got_s01e06", 20);
        at->now += 1min;
        put("ep-9", 30, R"(,"series_id":"series_got")");
        at->now += 1min;
        put("movie", 40);
        put("Other S2E1", 41, R"(,"item_type":"episode")");
        put("finished", 99, R"(,"duration_seconds":100)");
        put("untouched", 0);
        put("espn", 50, R"(,"item_type":"channel")");
        auto left = at->get("/progress/continue");
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, left.data("progress").list.size());
        CPPUNIT_ASSERT_EQUAL(std::string{"Other S2E1"}, left.text("progress.0.item_id"));
        CPPUNIT_ASSERT_EQUAL(std::string{"movie"}, left.text("progress.1.item_id"));
        CPPUNIT_ASSERT_EQUAL(std::string{"ep-9"}, left.text("progress.2.item_id"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1},
                             at->get("/progress/continue?limit=1").data("progress").list.size());
        CPPUNIT_ASSERT_EQUAL(400, at->get("/progress/continue?limit=101").status);
    }
    void reaches_an_item_called_continue() {
        CPPUNIT_ASSERT_EQUAL(200, put("continue", 5).status);
        CPPUNIT_ASSERT_EQUAL(std::string{"continue"},
                             at->get("/progress/continue").text("progress.0.item_id"));
        CPPUNIT_ASSERT_EQUAL(200, at->remove("/progress/continue").status);
    }
    void notes_what_was_played_once_in_six_hours() {
        auto played = [&] { return at->house.db.get<std::int64_t>(count_played); };
        auto before = played();
        for (int seconds : {1, 2, 3}) {
            put("m", seconds);
            at->now += 10s;
        }
        CPPUNIT_ASSERT_EQUAL(before + 1, played());
        at->now += 6h + 1s;
        put("m", 4);
        at->now += 10s;
        put("m", 5);
        at->now += 10s;
        CPPUNIT_ASSERT_EQUAL(before + 2, played());
        at->post("/progress/batch", R"({"items":[)" + report("m", 6) + "," + report("b", 1) + "]}");
        CPPUNIT_ASSERT_EQUAL(before + 3, played());
    }
    void forgets_an_item() {
        put("m", 5);
        auto cursor = at->get("/sync").text("cursor");
        CPPUNIT_ASSERT_EQUAL(200, at->remove("/progress/m").status);
        CPPUNIT_ASSERT_EQUAL(404, at->get("/progress/m").status);
        auto delta = at->get("/sync?since=" + cursor);
        CPPUNIT_ASSERT_EQUAL(std::string{"m"}, delta.text("deleted.progress.0"));
        CPPUNIT_ASSERT_EQUAL(at->house.person("ana").profile.text(),
                             delta.text("deleted.progress_items.0.profile_id"));
    }
    void keeps_accounts_apart() {
        put("m", 5);
        CPPUNIT_ASSERT_EQUAL(404, at->get("/progress/m", "bor").status);
        CPPUNIT_ASSERT_EQUAL(404, at->remove("/progress/m", "bor").status);
        auto profile = at->house.person("ana").profile;
        CPPUNIT_ASSERT_EQUAL(
            404, at->as(at->house.person("bor"), profile, Method::get, "/progress/m").status);
    }
    void takes_a_report_in_one_round_trip() {
        const auto& ana = at->house.person("ana");
        put("m", 5);
        CPPUNIT_ASSERT_EQUAL(1, static_cast<int>(at->house.db.effort().trips));
        at->as(ana, ana.profile, Method::put, "/progress", report("m", 6));
        CPPUNIT_ASSERT_EQUAL(1, static_cast<int>(at->house.db.effort().trips));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{6},
                             at->get("/progress/m").number("progress.progress_seconds"));
    }
    void needs_a_profile() {
        at->house.db.run(drop_default, at->house.person("ana").id);
        CPPUNIT_ASSERT_EQUAL(404, put("m", 5).status);
        CPPUNIT_ASSERT_EQUAL(404, at->get("/progress").status);
        CPPUNIT_ASSERT_EQUAL(401, at->get("/progress", "").status);
        // One that was deleted after the token was issued.
        auto gone =
            at->as(at->house.person("ana"), Uuid::make(), Method::put, "/progress", report("m", 5));
        CPPUNIT_ASSERT_EQUAL(409, gone.status);
    }
    void starts_a_counter_where_there_is_none() {
        at->house.db.run(drop_counter, at->house.person("ana").id);
        CPPUNIT_ASSERT_EQUAL(200, put("m", 5).status);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, at->house.db.get<std::int64_t>(
                                                  find_version, at->house.person("ana").id));
    }
    void shows_phones_less() {
        put("m", 5);
        Headers phone{{"user-agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)"}};
        auto compact = at->get("/progress/m", "ana", phone);
        CPPUNIT_ASSERT_EQUAL(std::size_t{6}, compact.data("progress").members.size());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ProgressTest);

}  // namespace
