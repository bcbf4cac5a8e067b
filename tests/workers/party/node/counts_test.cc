// What is counted of commands, waits and drifts.
#include "workers/party/node/counts.h"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <numeric>

#include "tests/workers/party/room/cinema.h"
#include "workers/party/node/clock.h"
#include "workers/party/redis/rooms.h"

namespace {

using namespace party;

class PartyCounts : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyCounts);
    CPPUNIT_TEST(know_what_became_of_commands);
    CPPUNIT_TEST(time_commands_from_their_arrival);
    CPPUNIT_TEST(time_waits_that_end);
    CPPUNIT_TEST(tell_waits_that_ended_in_vain);
    CPPUNIT_TEST(remember_values_for_a_minute);
    CPPUNIT_TEST(remember_the_latest_of_many_values);
    CPPUNIT_TEST_SUITE_END();

    static std::uint64_t all(const Histogram& histogram) {
        const auto& counts = histogram.counts();
        return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
    }
    static std::uint64_t of(const Counts& counts, Result result) {
        return counts.results[static_cast<std::size_t>(result)];
    }

    void know_what_became_of_commands() {
        using Kind = Applied::Kind;
        for (auto [kind, name] :
             {std::pair{Kind::done, "done"}, std::pair{Kind::conflict, "conflict"},
              std::pair{Kind::duplicate, "duplicate"}, std::pair{Kind::gone, "gone"},
              std::pair{Kind::away, "away"}}) {
            auto same = static_cast<std::size_t>(static_cast<Result>(kind));
            CPPUNIT_ASSERT_EQUAL(std::string{name}, std::string{result_names[same]});
        }
        Counts counts;
        counts.applied(Result::done, 0);
        counts.applied(Result::unchanged, 0);
        counts.applied(Result::done, 0);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, of(counts, Result::done));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, of(counts, Result::unchanged));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, of(counts, Result::refused));
    }

    void time_commands_from_their_arrival() {
        Counts counts;
        auto second_ago = ClusterClock::monotonic() - 1000;
        counts.applied(Result::conflict, second_ago);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, all(counts.apply));
        counts.applied(Result::done, second_ago);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, all(counts.apply));
        CPPUNIT_ASSERT(counts.apply.sum() >= 1);
    }

    // Tells the counts of what changed as a node does, after a command or an alarm.
    template <class Step>
    static void step(Counts& counts, Cinema& cinema, Step take) {
        auto before = cinema.room.playback;
        take();
        counts.moved(before, cinema.room.playback, cinema.now);
    }

    void time_waits_that_end() {
        Counts counts;
        Cinema cinema;
        step(counts, cinema, [&] { cinema.show(film("Inception")); });
        cinema.now += 1500;
        step(counts, cinema, [&] { cinema.ready("ben"); });
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, all(counts.waits));
        cinema.now += 2500;
        step(counts, cinema, [&] { cinema.ready("carla"); });
        CPPUNIT_ASSERT_EQUAL(std::string{"playing"}, cinema.status());
        CPPUNIT_ASSERT_EQUAL(4.0, counts.waits.sum());
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, all(counts.waits));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, counts.wait_timeouts);
        step(counts, cinema, [&] { cinema.play("anna", 0); });
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, all(counts.waits));
    }

    void tell_waits_that_ended_in_vain() {
        Counts counts;
        Cinema cinema;
        step(counts, cinema, [&] { cinema.show(film("Inception")); });
        cinema.now = cinema.room.playback.wait->deadline_server_ms;
        step(counts, cinema, [&] { cinema.tick("barrier"); });
        CPPUNIT_ASSERT_EQUAL(std::string{"playing"}, cinema.status());
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, counts.wait_timeouts);
        CPPUNIT_ASSERT_EQUAL(20.0, counts.waits.sum());
    }

    void remember_values_for_a_minute() {
        Lately lately;
        lately.note(3, 1'000);
        lately.note(5, 30'000);
        CPPUNIT_ASSERT((lately.values(30'000) == std::vector<double>{3, 5}));
        CPPUNIT_ASSERT((lately.values(61'000) == std::vector<double>{5}));
        CPPUNIT_ASSERT(lately.values(90'000).empty());
    }

    void remember_the_latest_of_many_values() {
        Lately lately;
        for (int i = 1; i <= 10'000; ++i) lately.note(i, 1'000);
        auto values = lately.values(1'000);
        CPPUNIT_ASSERT(values.size() >= 100 && values.size() <= 1'000);
        auto least = *std::min_element(values.begin(), values.end());
        CPPUNIT_ASSERT_EQUAL(10'001.0 - static_cast<double>(values.size()), least);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PartyCounts);

}  // namespace
