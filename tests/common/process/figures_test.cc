#include "common/process/figures.h"

#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <tuple>

#include "common/process/metrics.h"

namespace {

using namespace std::chrono_literals;

class FiguresTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FiguresTest);
    CPPUNIT_TEST(are_shown_as_they_were_written_last);
    CPPUNIT_TEST(are_none_before_anybody_wrote);
    CPPUNIT_TEST(of_several_programs_stand_under_one_head);
    CPPUNIT_TEST(of_one_name_differ_by_labels);
    CPPUNIT_TEST(escape_labels);
    CPPUNIT_TEST(of_a_program_that_is_gone_are_not_shown);
    CPPUNIT_TEST(add_up_buckets_of_a_histogram);
    CPPUNIT_TEST(add_one_histogram_to_another);
    CPPUNIT_TEST(pick_quantiles_of_a_summary);
    CPPUNIT_TEST_SUITE_END();

    std::string folder;

    std::string shown(const Figures& figures) const {
        figures.write(folder, "party-1");
        return read_figures(folder);
    }

  public:
    void setUp() override {
        char name[] = "/tmp/syncstream-figures.XXXXXX";
        folder = mkdtemp(name);
    }
    void tearDown() override { std::filesystem::remove_all(folder); }

    void are_shown_as_they_were_written_last() {
        Figures before, after;
        before.gauge("things", "Things.", 3);
        before.write(folder, "jobs");
        after.gauge("things", "Things.", 4);
        after.gauge("others", "Others.", -1);
        after.write(folder, "jobs");
        auto page = render_prometheus(folder);
        CPPUNIT_ASSERT(
            page.ends_with("# HELP syncstream_others Others.\n"
                           "# TYPE syncstream_others gauge\n"
                           "syncstream_others -1\n"
                           "# HELP syncstream_things Things.\n"
                           "# TYPE syncstream_things gauge\n"
                           "syncstream_things 4\n"));
        CPPUNIT_ASSERT(page.find("things 3") == page.npos);
    }
    void are_none_before_anybody_wrote() {
        CPPUNIT_ASSERT_EQUAL(std::string{}, read_figures(folder + "/none"));
    }
    void of_several_programs_stand_under_one_head() {
        for (auto [program, node, rooms] :
             {std::tuple{"party-2", "2", 7.0}, std::tuple{"party-1", "1", 5.0}}) {
            Figures figures{{{"node", node}}};
            figures.gauge("party_rooms", "Rooms.", rooms);
            figures.counter("ws_in_total", "Messages.", rooms * 1e6, {{"type", "party:play"}});
            figures.write(folder, program);
        }
        CPPUNIT_ASSERT_EQUAL(
            std::string{"# HELP syncstream_party_rooms Rooms.\n"
                        "# TYPE syncstream_party_rooms gauge\n"
                        "syncstream_party_rooms{node=\"1\"} 5\n"
                        "syncstream_party_rooms{node=\"2\"} 7\n"
                        "# HELP syncstream_ws_in_total Messages.\n"
                        "# TYPE syncstream_ws_in_total counter\n"
                        "syncstream_ws_in_total{node=\"1\",type=\"party:play\"} 5000000\n"
                        "syncstream_ws_in_total{node=\"2\",type=\"party:play\"} 7000000\n"},
            read_figures(folder));
    }
    void of_one_name_differ_by_labels() {
        Figures figures;
        figures.counter("ws_close_total", "Ends.", 3, {{"code", "1000"}});
        figures.gauge("ws_connections", "Open.", 0.5);
        figures.counter("ws_close_total", "Ends.", 1, {{"code", "4001"}});
        CPPUNIT_ASSERT_EQUAL(std::string{"# HELP syncstream_ws_close_total Ends.\n"
                                         "# TYPE syncstream_ws_close_total counter\n"
                                         "syncstream_ws_close_total{code=\"1000\"} 3\n"
                                         "syncstream_ws_close_total{code=\"4001\"} 1\n"
                                         "# HELP syncstream_ws_connections Open.\n"
                                         "# TYPE syncstream_ws_connections gauge\n"
                                         "syncstream_ws_connections 0.5\n"},
                             shown(figures));
    }
    void escape_labels() {
        Figures figures;
        figures.gauge("things", "Things.", 1, {{"kind", "a\"b\\c\n# HELP d"}});
        auto text = shown(figures);
        CPPUNIT_ASSERT(text.ends_with("{kind=\"a\\\"b\\\\c\\n# HELP d\"} 1\n"));
    }
    void of_a_program_that_is_gone_are_not_shown() {
        Figures figures;
        figures.gauge("things", "Things.", 1);
        CPPUNIT_ASSERT(!shown(figures).empty());
        std::filesystem::last_write_time(folder + "/metrics/party-1.prom",
                                         std::filesystem::file_time_type::clock::now() - 2min);
        CPPUNIT_ASSERT_EQUAL(std::string{}, read_figures(folder));
    }
    void add_up_buckets_of_a_histogram() {
        Histogram waits{{0.1, 1}};
        for (double value : {0.1, 0.5, 0.25, 30.0}) waits.observe(value);
        Figures figures;
        figures.histogram("party_wait_seconds", "Waits.", waits, {{"node", "1"}});
        CPPUNIT_ASSERT_EQUAL(
            std::string{"# HELP syncstream_party_wait_seconds Waits.\n"
                        "# TYPE syncstream_party_wait_seconds histogram\n"
                        "syncstream_party_wait_seconds_bucket{node=\"1\",le=\"0.1\"} 1\n"
                        "syncstream_party_wait_seconds_bucket{node=\"1\",le=\"1\"} 3\n"
                        "syncstream_party_wait_seconds_bucket{node=\"1\",le=\"+Inf\"} 4\n"
                        "syncstream_party_wait_seconds_sum{node=\"1\"} 30.85\n"
                        "syncstream_party_wait_seconds_count{node=\"1\"} 4\n"},
            shown(figures));
    }
    void add_one_histogram_to_another() {
        Histogram one{{1, 2}}, other{{1, 2}};
        for (double value : {0.5, 4.0}) one.observe(value);
        for (double value : {0.25, 1.5, 2.5}) other.observe(value);
        one.add(other);
        CPPUNIT_ASSERT((one.counts() == std::vector<std::uint64_t>{2, 1, 2}));
        CPPUNIT_ASSERT_EQUAL(8.75, one.sum());
        CPPUNIT_ASSERT((other.counts() == std::vector<std::uint64_t>{1, 1, 1}));
    }
    void pick_quantiles_of_a_summary() {
        std::vector<double> drifts;
        for (int i = 100; i >= 0; --i) drifts.push_back(i);
        Figures figures;
        figures.summary("party_drift_ms", "Drifts.", drifts);
        figures.summary("party_drift_ms", "Drifts.", {}, {{"node", "2"}});
        CPPUNIT_ASSERT_EQUAL(std::string{"# HELP syncstream_party_drift_ms Drifts.\n"
                                         "# TYPE syncstream_party_drift_ms summary\n"
                                         "syncstream_party_drift_ms{quantile=\"0.5\"} 50\n"
                                         "syncstream_party_drift_ms{quantile=\"0.95\"} 95\n"
                                         "syncstream_party_drift_ms{quantile=\"0.99\"} 99\n"
                                         "syncstream_party_drift_ms{quantile=\"1\"} 100\n"
                                         "syncstream_party_drift_ms_count 101\n"
                                         "syncstream_party_drift_ms_count{node=\"2\"} 0\n"},
                             shown(figures));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(FiguresTest);

}  // namespace
