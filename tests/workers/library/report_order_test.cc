// Reports that arrive in any order, twice, alone or in batches: the newest stands in the end.
#include <algorithm>
#include <random>

#include "tests/workers/library/library_house.h"

namespace {

constexpr Statement forget_all{"test.forget_all", "delete from progress where user_id = $1", false};
constexpr const Statement* own[] = {&forget_all};

struct Said {
    std::string item, device;
    int seconds, duration, minute;

    std::string json() const {
        return R"({"item_id":")" + item + R"(","item_type":"movie","device_id":")" + device +
               R"(","progress_seconds":)" + std::to_string(seconds) + R"(,"duration_seconds":)" +
               std::to_string(duration) + R"(,"client_updated_at":"2026-03-01T19:)" +
               (minute < 10 ? "0" : "") + std::to_string(minute) + R"(:00Z"})";
    }
};

std::string list(const std::vector<std::string>& reports) {
    std::string all;
    for (const auto& one : reports) all += (all.empty() ? "" : ",") + one;
    return R"({"items":[)" + all + "]}";
}

class ReportOrderTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ReportOrderTest);
    CPPUNIT_TEST(ends_alike_in_any_order);
    CPPUNIT_TEST(ends_alike_in_batches);
    CPPUNIT_TEST(settles_two_devices);
    CPPUNIT_TEST(answers_a_batch_in_its_order);
    CPPUNIT_TEST(fills_what_the_newest_left_out);
    CPPUNIT_TEST(rejects_one_entry_without_harm_to_others);
    CPPUNIT_TEST(says_what_is_wrong_as_single_reports_do);
    CPPUNIT_TEST(takes_at_most_500);
    CPPUNIT_TEST(takes_an_empty_batch);
    CPPUNIT_TEST(gives_each_row_of_a_batch_a_version);
    CPPUNIT_TEST_SUITE_END();

    std::optional<LibraryHouse> at;
    std::mt19937 random{20260301};

    // Ties in every part of what decides.
    std::vector<Said> some_reports() {
        std::vector<Said> said;
        for (int i = 0; i < 14; ++i) {
            auto pick = [&](int count) { return static_cast<int>(random() % count); };
            said.push_back({pick(2) ? "a" : "b", pick(2) ? "tv" : "phone", 100 + pick(3),
                            200 + pick(2), pick(3)});
        }
        said.insert(said.end(), said.begin(), said.begin() + 4);
        return said;
    }
    std::string state() {
        std::string all;
        for (const char* item : {"a", "b"}) {
            auto found = at->get("/progress/" + std::string{item});
            all += found.text("progress.updated_at") + found.text("progress.device_id") +
                   std::to_string(found.number("progress.progress_seconds")) + "/" +
                   std::to_string(found.number("progress.duration_seconds")) + " ";
        }
        return all;
    }
    void forget() { at->house.db.run(forget_all, at->house.person("ana").id); }

  public:
    void setUp() override { at.emplace(std::vector{Statements{own}}); }
    void tearDown() override { at.reset(); }

    void ends_alike_in_any_order() {
        for (int set = 0; set < 6; ++set) {
            auto said = some_reports();
            std::string expected;
            for (int order = 0; order < 5; ++order) {
                std::shuffle(said.begin(), said.end(), random);
                forget();
                for (const auto& one : said) at->put("/progress", one.json());
                if (order == 0) expected = state();
                CPPUNIT_ASSERT_EQUAL(expected, state());
            }
        }
    }
    void ends_alike_in_batches() {
        for (int set = 0; set < 6; ++set) {
            auto said = some_reports();
            forget();
            for (const auto& one : said) at->put("/progress", one.json());
            auto expected = state();
            for (int order = 0; order < 4; ++order) {
                std::shuffle(said.begin(), said.end(), random);
                forget();
                std::size_t middle = random() % said.size();
                std::vector<std::string> first, second;
                for (std::size_t i = 0; i < said.size(); ++i) {
                    (i < middle ? first : second).push_back(said[i].json());
                }
                at->post("/progress/batch", list(first));
                at->post("/progress/batch", list(second));
                CPPUNIT_ASSERT_EQUAL(expected, state());
            }
        }
    }
    // Two devices, the second newer or older, right or with a clock that is off, finishing or
    // going back: what is newer by what can be believed stands.
    void settles_two_devices() {
        struct Meeting {
            const char* first;
            const char* second;
            bool second_stands;
        };
        const Meeting meetings[] = {
            {"2026-03-01T19:00:00Z", "2026-03-01T19:30:00Z", true},   // newer
            {"2026-03-01T19:30:00Z", "2026-03-01T19:00:00Z", false},  // older
            {"2026-03-01T21:00:00Z", "2026-03-01T19:59:59Z",
             false},                                                 // the first ran two hours fast
            {"2026-03-01T17:00:00Z", "2026-03-01T19:00:00Z", true},  // the first ran slow
            {"2026-03-01T19:00:00Z", "2026-03-01T22:00:00Z", true},  // the second runs fast
            {"2026-03-01T19:00:00Z", "2026-03-01T17:30:00Z", false},  // the second runs slow
        };
        int number = 0;
        for (const auto& meeting : meetings) {
            for (int then : {7100, 10}) {  // finishes, or goes back
                auto item = "m" + std::to_string(++number);
                auto body = [&](int seconds, const char* when, const char* device) {
                    return R"({"item_id":")" + item + R"(","duration_seconds":7200,)" +
                           R"("device_id":")" + device + R"(","progress_seconds":)" +
                           std::to_string(seconds) + R"(,"client_updated_at":")" + when + "\"}";
                };
                at->put("/progress", body(3000, meeting.first, "tv"));
                auto second = at->put("/progress", body(then, meeting.second, "phone"));
                CPPUNIT_ASSERT_EQUAL(!meeting.second_stands, second.data("stale").boolean);
                auto found = at->get("/progress/" + item);
                CPPUNIT_ASSERT_EQUAL(std::string{meeting.second_stands ? "phone" : "tv"},
                                     found.text("progress.device_id"));
                CPPUNIT_ASSERT_EQUAL(std::int64_t{meeting.second_stands ? then : 3000},
                                     found.number("progress.progress_seconds"));
                CPPUNIT_ASSERT_EQUAL(meeting.second_stands && then == 7100,
                                     found.data("progress.completed").boolean);
            }
        }
    }
    void answers_a_batch_in_its_order() {
        at->put("/progress", Said{"stored", "tv", 500, 1000, 30}.json());
        auto answer = at->post("/progress/batch", list({Said{"x", "tv", 10, 100, 5}.json(),
                                                        Said{"stored", "tv", 1, 1000, 10}.json(),
                                                        Said{"x", "tv", 20, 100, 6}.json()}));
        CPPUNIT_ASSERT_EQUAL(200, answer.status);
        const char* expected[] = {"stale", "stale", "stored"};
        for (int i = 0; i < 3; ++i) {
            auto place = "results." + std::to_string(i);
            CPPUNIT_ASSERT_EQUAL(std::string{expected[i]}, answer.text(place + ".status"));
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{20},
                             answer.number("results.0.progress.progress_seconds"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{500},
                             answer.number("results.1.progress.progress_seconds"));
        CPPUNIT_ASSERT_EQUAL(std::string{"x"}, answer.text("results.2.item_id"));
    }
    void fills_what_the_newest_left_out() {
        auto answer = at->post(
            "/progress/batch",
            list(
                {R"({"item_id":"m","progress_seconds":9,"client_updated_at":"2026-03-01T10:01:00Z"})",
                 R"({"item_id":"m","progress_seconds":5,"client_updated_at":"2026-03-01T10:00:00Z",)"
                 R"("duration_seconds":100,"item_type":"episode"})"}));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{9}, answer.number("results.0.progress.percent"));
        CPPUNIT_ASSERT_EQUAL(std::string{"episode"}, answer.text("results.0.progress.item_type"));
    }
    void rejects_one_entry_without_harm_to_others() {
        auto answer = at->post(
            "/progress/batch",
            list({R"({"item_id":"bad","progress_seconds":-4,"item_type":"song"})", "7", "null",
                  Said{"good", "tv", 10, 100, 5}.json(), R"({"progress_seconds":1})"}));
        CPPUNIT_ASSERT_EQUAL(200, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"rejected"}, answer.text("results.0.status"));
        CPPUNIT_ASSERT_EQUAL(std::string{"bad"}, answer.text("results.0.item_id"));
        CPPUNIT_ASSERT_EQUAL(std::string{"validation_failed"}, answer.text("results.0.error.code"));
        CPPUNIT_ASSERT_EQUAL(std::string{"Must be between 0 and 10000000"},
                             answer.text("results.0.error.fields.progress_seconds"));
        CPPUNIT_ASSERT_EQUAL(std::string{"rejected"}, answer.text("results.1.status"));
        CPPUNIT_ASSERT_EQUAL(std::string{"rejected"}, answer.text("results.2.status"));
        CPPUNIT_ASSERT_EQUAL(std::string{"stored"}, answer.text("results.3.status"));
        CPPUNIT_ASSERT_EQUAL(std::string{"This field is required"},
                             answer.text("results.4.error.fields.item_id"));
        CPPUNIT_ASSERT_EQUAL(200, at->get("/progress/good").status);
        CPPUNIT_ASSERT_EQUAL(404, at->get("/progress/bad").status);
    }
    void says_what_is_wrong_as_single_reports_do() {
        auto wrong = R"({"progress_seconds":-4,"item_type":"song"})";
        for (const char* language : {"en", "fr", "ar"}) {
            auto lang = std::string{"?lang="} + language;
            auto single = at->put("/progress" + lang, wrong);
            auto batch = at->post("/progress/batch" + lang, list({wrong}));
            const auto& said = *single.json.find("error")->find("fields");
            CPPUNIT_ASSERT_EQUAL(std::size_t{3}, said.members.size());
            for (const auto& [field, words] : said.members) {
                CPPUNIT_ASSERT_EQUAL(words.text, batch.text("results.0.error.fields." + field));
            }
        }
    }
    void takes_at_most_500() {
        std::vector<std::string> reports;
        for (int i = 0; i < 500; ++i) {
            reports.push_back(Said{"item_" + std::to_string(i), "tv", i, 1000, i % 60}.json());
        }
        auto taken = at->post("/progress/batch", list(reports));
        CPPUNIT_ASSERT_EQUAL(200, taken.status);
        CPPUNIT_ASSERT_EQUAL(std::size_t{500}, taken.data("results").list.size());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{500}, at->get("/progress").number("pagination.total"));
        reports.push_back(reports.front());
        CPPUNIT_ASSERT_EQUAL(400, at->post("/progress/batch", list(reports)).status);
    }
    void takes_an_empty_batch() {
        CPPUNIT_ASSERT_EQUAL(200, at->post("/progress/batch", R"({"items":[]})").status);
        CPPUNIT_ASSERT_EQUAL(400, at->post("/progress/batch", "{}").status);
        CPPUNIT_ASSERT_EQUAL(400, at->post("/progress/batch", R"({"items":{}})").status);
    }
    void gives_each_row_of_a_batch_a_version() {
        auto answer = at->post("/progress/batch", list({Said{"a", "tv", 1, 9, 1}.json(),
                                                        Said{"b", "tv", 1, 9, 1}.json(),
                                                        Said{"c", "tv", 1, 9, 1}.json()}));
        std::vector<std::int64_t> versions;
        for (int i = 0; i < 3; ++i) {
            versions.push_back(answer.number("results." + std::to_string(i) + ".progress.version"));
        }
        std::sort(versions.begin(), versions.end());
        CPPUNIT_ASSERT(versions == (std::vector<std::int64_t>{1, 2, 3}));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ReportOrderTest);

}  // namespace
