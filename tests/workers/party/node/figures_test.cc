// The metrics of the watch party as they are written.
#include "workers/party/node/figures.h"

#include <cppunit/extensions/HelperMacros.h>

#include <cstdlib>
#include <filesystem>
#include <regex>
#include <set>

#include "common/base/text.h"
#include "workers/party/node/frames.h"

namespace {

using namespace party;

class PartyFigures : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyFigures);
    CPPUNIT_TEST(keep_to_the_format);
    CPPUNIT_TEST(have_every_metric_from_the_start);
    CPPUNIT_TEST(add_up_nodes);
    CPPUNIT_TEST(show_the_worst_of_nodes_where_a_sum_says_nothing);
    CPPUNIT_TEST(name_messages_by_their_types);
    CPPUNIT_TEST(call_all_else_that_came_unknown);
    CPPUNIT_TEST_SUITE_END();

    std::string folder_;

  public:
    void setUp() override {
        char name[] = "/tmp/syncstream-party-figures.XXXXXX";
        folder_ = mkdtemp(name);
    }
    void tearDown() override { std::filesystem::remove_all(folder_); }

  private:
    std::string text_of(const NodeFigures& all) const {
        shown(all, 7, "party-1").write(folder_, "party-1");
        return read_figures(folder_);
    }
    // A line without the label that all have.
    static bool has(const std::string& text, std::string line) {
        auto labels = line.find('{');
        line.insert(labels == line.npos ? line.rfind(' ') : labels + 1,
                    labels == line.npos ? R"({node="party-1"})" : R"(node="party-1",)");
        return ("\n" + text).find("\nsyncstream_" + line + "\n") != std::string::npos;
    }
    static NodeFigures busy() {
        NodeFigures node;
        node.server.open = 3;
        node.server.accepted = 5;
        node.server.refusals = {{"unauthenticated", 2}, {"rate_limited", 1}};
        node.server.closes = {{1000, 1}, {4001, 1}};
        node.server.frames_in = 10;
        node.server.bytes_in = 1000;
        node.server.messages[number_of("party:state")] = 6;
        node.server.dropped_ephemeral = 4;
        node.counts.messages[number_of("party:play")] = 8;
        node.counts.applied(Result::done, ClusterClock::monotonic());
        node.counts.resumed = {1, 2};
        node.counts.redis.observe(0.0002);
        node.queues = {0, 0, 400};
        node.drifts = {30, 10, 20};
        add(node.rooms, std::string{"playing"}, 2);
        node.members = 4;
        node.commands = 1;
        node.lags = {.loop = 12.5, .channel = 1.5};
        node.redis = {.up = 1, .lost = 2, .again = 2};
        node.channels = {.up = 0, .lost = 1, .again = 0};
        node.clock_offset = -3;
        return node;
    }

    // Prometheus' text format: HELP and TYPE once for each metric, then its samples, none twice.
    void keep_to_the_format() {
        const std::regex sample{
            R"re(([a-z_]+)(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\}) (-?\d+(\.\d+)?))re"};
        std::set<std::string> seen;
        std::string metric;
        auto text = text_of(busy());
        CPPUNIT_ASSERT(text.ends_with('\n'));
        text.pop_back();
        for (auto view : split(text, '\n')) {
            std::string line{view};
            if (line.starts_with("# HELP ")) {
                metric = line.substr(7, line.find(' ', 7) - 7);
                CPPUNIT_ASSERT_MESSAGE(line, seen.insert(metric).second);
                CPPUNIT_ASSERT_MESSAGE(line, line.ends_with('.'));
            } else if (line.starts_with("# TYPE ")) {
                CPPUNIT_ASSERT_MESSAGE(line, line.starts_with("# TYPE " + metric + " "));
            } else {
                std::smatch found;
                CPPUNIT_ASSERT_MESSAGE(line, std::regex_match(line, found, sample));
                CPPUNIT_ASSERT_MESSAGE(line, found[1].str().starts_with(metric));
                CPPUNIT_ASSERT_MESSAGE(line, seen.insert(found[1].str() + found[2].str()).second);
            }
        }
    }

    // So that a rate is known of the first time that something happens.
    void have_every_metric_from_the_start() {
        auto text = text_of({});
        for (const char* line : {"ws_connections 0",
                                 R"(ws_accept_total{result="welcome"} 0)",
                                 "ws_send_queue_bytes_count 0",
                                 R"(ws_dropped_total{class="state"} 0)",
                                 R"(party_rooms{state="idle"} 0)",
                                 R"(party_rooms{state="waiting"} 0)",
                                 R"(party_rooms{state="playing"} 0)",
                                 R"(party_rooms{state="paused"} 0)",
                                 "party_members 0",
                                 R"(party_apply_seconds_bucket{le="+Inf"} 0)",
                                 R"(party_apply_total{result="done"} 0)",
                                 R"(party_apply_total{result="unchanged"} 0)",
                                 "party_drift_ms_count 0",
                                 R"(party_wait_seconds_bucket{le="+Inf"} 0)",
                                 "party_wait_timeout_total 0",
                                 R"(resume_total{recovered="true"} 0)",
                                 R"(resume_total{recovered="false"} 0)",
                                 "redis_pubsub_lag_ms 0",
                                 R"(redis_lost_total{use="channels"} 0)",
                                 R"(redis_reconnect_total{use="commands"} 0)",
                                 "clock_offset_ms 0",
                                 "event_loop_lag_ms 0",
                                 "party_records_waiting 7",
                                 "party_commands_waiting 0"}) {
            CPPUNIT_ASSERT_MESSAGE(line, has(text, line));
        }
    }

    void add_up_nodes() {
        NodeFigures all;
        add(all, busy());
        add(all, busy());
        auto text = text_of(all);
        for (const char* line : {"ws_connections 6",
                                 R"(ws_accept_total{result="welcome"} 10)",
                                 R"(ws_accept_total{result="unauthenticated"} 4)",
                                 R"(ws_close_total{code="4001"} 2)",
                                 "ws_in_bytes_total 2000",
                                 R"(ws_dropped_total{class="ephemeral"} 8)",
                                 R"(ws_send_queue_bytes{quantile="0.5"} 0)",
                                 R"(ws_send_queue_bytes{quantile="1"} 400)",
                                 "ws_send_queue_bytes_count 6",
                                 R"(party_rooms{state="playing"} 4)",
                                 R"(party_rooms{state="idle"} 0)",
                                 "party_members 8",
                                 "party_commands_waiting 2",
                                 R"(party_apply_total{result="done"} 2)",
                                 "party_apply_seconds_count 2",
                                 R"(party_drift_ms{quantile="0.5"} 20)",
                                 "party_drift_ms_count 6",
                                 R"(resume_total{recovered="false"} 2)",
                                 R"(resume_total{recovered="true"} 4)",
                                 R"(redis_connections{use="commands"} 2)",
                                 R"(redis_connections{use="channels"} 0)",
                                 R"(redis_lost_total{use="commands"} 4)",
                                 R"(redis_round_trip_seconds_bucket{le="0.0001"} 0)",
                                 R"(redis_round_trip_seconds_bucket{le="0.00025"} 2)",
                                 "redis_round_trip_seconds_sum 0.0004"}) {
            CPPUNIT_ASSERT_MESSAGE(line, has(text, line));
        }
    }

    void show_the_worst_of_nodes_where_a_sum_says_nothing() {
        auto other = busy();
        other.lags = {.loop = 2, .channel = 80};
        other.clock_offset = 2;
        NodeFigures all;
        add(all, busy());
        add(all, other);
        auto text = text_of(all);
        CPPUNIT_ASSERT(has(text, "event_loop_lag_ms 12.5"));
        CPPUNIT_ASSERT(has(text, "redis_pubsub_lag_ms 80"));
        CPPUNIT_ASSERT(has(text, "clock_offset_ms -3"));
    }

    void name_messages_by_their_types() {
        auto text = text_of(busy());
        CPPUNIT_ASSERT(has(text, R"(ws_in_total{type="party:play"} 8)"));
        CPPUNIT_ASSERT(has(text, R"(ws_out_total{type="party:state"} 6)"));
        CPPUNIT_ASSERT(text.find("party:pause") == text.npos);
    }

    void call_all_else_that_came_unknown() {
        auto text = text_of(busy());
        CPPUNIT_ASSERT(has(text, R"(ws_in_total{type="unknown"} 2)"));
        CPPUNIT_ASSERT(!has(text, R"(ws_out_total{type="unknown"} 0)"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PartyFigures);

}  // namespace
