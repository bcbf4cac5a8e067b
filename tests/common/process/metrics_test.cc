#include "common/process/metrics.h"

#include <cppunit/extensions/HelperMacros.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string_view>

namespace {

using namespace std::chrono_literals;

const std::vector<std::string> routes = {"GET /api/v1/profiles", "GET /api/v1/profiles/{id}"};

std::string_view skip(std::string_view text, std::string_view allowed) {
    return text.substr(std::min(text.find_first_not_of(allowed), text.size()));
}

// name{label="value",...} number; the values of these tests hold no quotes.
bool valid_sample(std::string_view line) {
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz_";
    auto rest = skip(line, letters);
    do {
        if (rest.empty() || rest.size() == line.size()) return false;
        rest = skip(rest.substr(1), letters);
        auto end = rest.starts_with("=\"") ? rest.find('"', 2) : rest.npos;
        if (end == rest.npos) return false;
        rest = rest.substr(end + 1);
    } while (rest.starts_with(','));
    return rest.starts_with("} ") && rest.size() > 2 && skip(rest.substr(2), "0123456789.").empty();
}

class MetricsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MetricsTest);
    CPPUNIT_TEST(adds_up_what_two_processes_count);
    CPPUNIT_TEST(loses_no_count_of_two_generations_in_one_slot);
    CPPUNIT_TEST(puts_times_into_buckets);
    CPPUNIT_TEST(counts_engines_and_verdicts);
    CPPUNIT_TEST(keeps_counts_when_opened_again);
    CPPUNIT_TEST(starts_anew_when_the_routes_differ);
    CPPUNIT_TEST(renders_a_valid_page_of_all_pools);
    CPPUNIT_TEST(escapes_labels);
    CPPUNIT_TEST(passes_over_foreign_files);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override {
        std::string pattern = std::filesystem::temp_directory_path() / "metrics-XXXXXX";
        folder_ = mkdtemp(pattern.data());
    }
    void tearDown() override { std::filesystem::remove_all(folder_); }

    void adds_up_what_two_processes_count() {
        Metrics metrics(folder_, "profiles", routes, 2);
        in_processes({0, 1}, [&](int child) {
            for (int i = 0; i < 1000; ++i) metrics.record(child, {.route = 1, .status = 200});
            metrics.record(child, {.status = 404});
            metrics.record(child, {.route = 0, .status = 418});
            metrics.in_flight(child, true);
        });
        expect(
            "syncstream_requests_total{area=\"profiles\",route=\"GET /api/v1/profiles/{id}\","
            "status=\"200\"} 2000");
        expect("syncstream_requests_total{area=\"profiles\",route=\"unmatched\",status=\"404\"} 2");
        expect(
            "syncstream_requests_total{area=\"profiles\",route=\"GET /api/v1/profiles\","
            "status=\"other\"} 2");
        expect("syncstream_requests_in_flight{area=\"profiles\"} 2");
    }

    void loses_no_count_of_two_generations_in_one_slot() {
        Metrics metrics(folder_, "profiles", routes, 1);
        in_processes({0, 0}, [&](int child) {
            for (int i = 0; i < 50'000; ++i) metrics.record(child, {.route = 0, .status = 200});
        });
        expect(
            "syncstream_requests_total{area=\"profiles\",route=\"GET /api/v1/profiles\","
            "status=\"200\"} 100000");
    }

    void puts_times_into_buckets() {
        Metrics metrics(folder_, "tv", routes, 1);
        for (auto total : {400us, 1000us, 1001us, 7'000'000us})
            metrics.record(0, {.route = 0, .status = 200, .device = Device::tv, .total = total});
        std::string name = "syncstream_request_duration_seconds",
                    labels = "area=\"tv\",device=\"tv\"";
        expect(name + "_bucket{" + labels + ",le=\"0.001\"} 2");
        expect(name + "_bucket{" + labels + ",le=\"0.002\"} 3");
        expect(name + "_bucket{" + labels + ",le=\"5\"} 3");
        expect(name + "_bucket{" + labels + ",le=\"+Inf\"} 4");
        expect(name + "_sum{" + labels + "} 7.002401");
        expect(name + "_count{" + labels + "} 4");
    }

    void counts_engines_and_verdicts() {
        Metrics metrics(folder_, "a", routes, 1);
        metrics.record(0, {.route = 0,
                           .status = 200,
                           .database = {2, 1500us},
                           .redis = {1, 90us},
                           .rate_limited = true,
                           .replayed = true,
                           .database_errors = 1,
                           .redis_errors = 3});
        metrics.record(0, {.route = 0, .status = 200});
        metrics.children_alive(1);
        metrics.restarted();
        for (auto line :
             {"database_round_trips_total{area=\"a\"} 2", "database_errors_total{area=\"a\"} 1",
              "database_duration_seconds_count{area=\"a\"} 1",
              "database_duration_seconds_sum{area=\"a\"} 0.001500",
              "redis_round_trips_total{area=\"a\"} 1", "redis_errors_total{area=\"a\"} 3",
              "rate_limited_total{area=\"a\"} 1", "idempotent_replays_total{area=\"a\"} 1",
              "children{area=\"a\"} 1", "children_alive{area=\"a\"} 1",
              "child_restarts_total{area=\"a\"} 1"})
            expect(std::string("syncstream_") + line);
    }

    void keeps_counts_when_opened_again() {
        for (int time = 0; time < 2; ++time)
            Metrics(folder_, "a", routes, 1).record(0, {.route = 0, .status = 200});
        expect(
            "syncstream_requests_total{area=\"a\",route=\"GET /api/v1/profiles\",status=\"200\"} "
            "2");
    }

    void starts_anew_when_the_routes_differ() {
        Metrics(folder_, "a", routes, 1).record(0, {.route = 0, .status = 200});
        Metrics(folder_, "a", {"GET /b", "GET /c"}, 1).record(0, {.route = 0, .status = 200});
        expect("syncstream_requests_total{area=\"a\",route=\"GET /b\",status=\"200\"} 1");
        Metrics(folder_, "a", {"GET /b", "GET /c"}, 2);
        CPPUNIT_ASSERT(render_prometheus(folder_).find("GET /b") == std::string::npos);
    }

    // The grammar of the text format, line by line, and that a metric stands in one piece.
    void renders_a_valid_page_of_all_pools() {
        Metrics(folder_, "a", routes, 1).record(0, {.route = 0, .status = 200});
        Metrics(folder_, "b", routes, 3).record(2, {.route = 1, .status = 503});
        std::istringstream page(render_prometheus(folder_));
        std::set<std::string> seen;
        std::string current;
        for (std::string line; std::getline(page, line);) {
            std::istringstream words(line);
            std::string mark, kind, name;
            words >> mark >> kind >> name;
            if (mark != "#") {
                CPPUNIT_ASSERT_MESSAGE(line, valid_sample(line) && line.starts_with(current));
                continue;
            }
            CPPUNIT_ASSERT_MESSAGE(line, kind == "HELP" || (kind == "TYPE" && name == current));
            CPPUNIT_ASSERT_MESSAGE(line, kind == "TYPE" || seen.insert(name).second);
            current = name;
        }
        CPPUNIT_ASSERT(seen.size() >= 12);
        expect("syncstream_children{area=\"a\"} 1");
        expect("syncstream_children{area=\"b\"} 3");
    }

    void escapes_labels() {
        Metrics(folder_, "a", {"GET /\"x\\\ny"}, 1).record(0, {.route = 0, .status = 200});
        expect(
            "syncstream_requests_total{area=\"a\",route=\"GET /\\\"x\\\\\\ny\",status=\"200\"} 1");
    }

    void passes_over_foreign_files() {
        Metrics(folder_, "a", routes, 1);
        auto before = render_prometheus(folder_);
        std::ofstream(folder_ + "/metrics/short") << "x";
        std::ofstream(folder_ + "/metrics/long") << std::string(100'000, 'x');
        std::filesystem::copy(folder_ + "/metrics/a", folder_ + "/metrics/cut");
        std::filesystem::resize_file(folder_ + "/metrics/cut", 1000);
        CPPUNIT_ASSERT_EQUAL(before, render_prometheus(folder_));
        CPPUNIT_ASSERT(render_prometheus(folder_ + "/none").starts_with("# HELP"));
    }

  private:
    void expect(const std::string& line) {
        auto page = "\n" + render_prometheus(folder_);
        CPPUNIT_ASSERT_MESSAGE(line + "\nis not in:" + page,
                               page.find("\n" + line + "\n") != page.npos);
    }

    template <typename Body>
    static void in_processes(std::initializer_list<int> children, Body body) {
        std::vector<pid_t> pids;
        for (int child : children) {
            pids.push_back(fork());
            if (pids.back() != 0) continue;
            body(child);
            _exit(0);
        }
        for (pid_t pid : pids) {
            int status = 1;
            waitpid(pid, &status, 0);
            CPPUNIT_ASSERT_EQUAL(0, status);
        }
    }

    std::string folder_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(MetricsTest);

}  // namespace
