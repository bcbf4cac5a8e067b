// Members who buffer: the room waits for them, but not for ever.
#include "workers/party/room/barrier.h"

#include <random>

#include "tests/workers/party/room/cinema.h"

namespace {

using namespace party;

class PartyStallsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyStallsTest);
    CPPUNIT_TEST(waits_for_a_long_stall_only);
    CPPUNIT_TEST(stops_and_goes_on_at_one_position);
    CPPUNIT_TEST(waits_for_one_member_twice_in_five_minutes);
    CPPUNIT_TEST(counts_a_stall_that_outlasts_a_pause_from_the_start);
    CPPUNIT_TEST(never_waits_beyond_the_deadline);
    CPPUNIT_TEST(is_not_held_up_by_ten_who_buffer);
    CPPUNIT_TEST_SUITE_END();

    Cinema watching() {
        Cinema cinema;
        cinema.show(film("Inception"));
        cinema.ready("ben");
        cinema.ready("carla");
        cinema.wait(60'000);
        return cinema;
    }

    void disturb(Cinema& cinema, std::mt19937& random) {
        std::string name = random() % 2 ? "ben" : "carla";
        bool in = cinema.has(name);
        switch (random() % 9) {
            case 0:
                if (in) cinema.note(cinema.run(name, leave));
                return;
            case 1:
                if (!in) cinema.join(name);
                cinema.seat(name).waits = true;
                return;
            case 2:
                if (in && random() % 4 == 0) cinema.ready(name);
                return;
            case 3:
            case 4:
                if (in) cinema.buffers(name, random() % 2);
                return;
            case 5:
                if (in) cinema.tell(name, blocked, random() % 2 ? Blocked{"drm"} : Blocked{});
                return;
            case 6:
                if (random() % 3 == 0) cinema.seek("anna", random() % 7000);
                return;
            case 7:
                random() % 2 ? cinema.pause("anna") : cinema.play("anna");
                return;
            default:
                if (in) cinema.tell(name, ignore_wait, IgnoreWait{random() % 2 == 0});
        }
    }

    void waits_for_a_long_stall_only() {
        auto cinema = watching();
        cinema.buffers("ben", true);
        cinema.wait(1400);
        cinema.buffers("ben", false);
        cinema.wait(5000);
        CPPUNIT_ASSERT_EQUAL(std::string{"playing"}, cinema.status());
        cinema.buffers("ben", true);
        cinema.wait(1500);
        CPPUNIT_ASSERT_EQUAL(std::string{"waiting"}, cinema.status());
        CPPUNIT_ASSERT(cinema.misses("ben") && !cinema.misses("carla"));
        CPPUNIT_ASSERT_EQUAL(cinema.now + 6000, cinema.room.playback.wait->deadline_server_ms);
        auto strict = watching();
        strict.room.settings.wait_policy = "strict";
        strict.buffers("ben", true);
        strict.wait(300);
        CPPUNIT_ASSERT_EQUAL(std::string{"waiting"}, strict.status());
        CPPUNIT_ASSERT_EQUAL(strict.now + 10'000, strict.room.playback.wait->deadline_server_ms);
    }

    void stops_and_goes_on_at_one_position() {
        auto cinema = watching();
        cinema.buffers("ben", true);
        cinema.wait(1500);
        auto stopped = cinema.room.position(cinema.now);
        CPPUNIT_ASSERT_EQUAL(Millis{60'000 + 1500}, stopped);
        cinema.wait(2000);
        cinema.ready("ben");
        CPPUNIT_ASSERT_EQUAL(std::string{"playing"}, cinema.status());
        CPPUNIT_ASSERT_EQUAL(stopped, cinema.room.position(cinema.now + 300));
        CPPUNIT_ASSERT_EQUAL(std::string{"active"}, cinema.status_of("ben"));
    }

    void waits_for_one_member_twice_in_five_minutes() {
        auto cinema = watching();
        for (int stall = 0; stall < 3; ++stall) {
            cinema.buffers("ben", true);
            cinema.wait(1500);
            CPPUNIT_ASSERT_EQUAL(std::string{stall < 2 ? "waiting" : "playing"}, cinema.status());
            cinema.ready("ben");
            cinema.buffers("ben", false);
            cinema.wait(10'000);
        }
        cinema.seek("anna", 600);
        CPPUNIT_ASSERT(!cinema.misses("ben"));
        cinema.ready("carla");
        cinema.wait(5 * 60'000);
        cinema.buffers("ben", true);
        cinema.wait(1500);
        CPPUNIT_ASSERT(cinema.misses("ben"));
    }

    void counts_a_stall_that_outlasts_a_pause_from_the_start() {
        auto cinema = watching();
        cinema.buffers("ben", true);
        cinema.pause("anna");
        cinema.wait(10'000);
        cinema.play("anna");
        cinema.wait(1700);
        CPPUNIT_ASSERT_EQUAL(std::string{"playing"}, cinema.status());
        cinema.wait(200);
        CPPUNIT_ASSERT_EQUAL(std::string{"waiting"}, cinema.status());
    }

    // Whatever members do, once the alarm of a deadline has rung the room does not wait any more.
    void never_waits_beyond_the_deadline() {
        for (unsigned seed = 1; seed <= 60; ++seed) {
            std::mt19937 random(seed);
            Cinema cinema;
            cinema.room.settings.wait_policy = seed % 2 ? "grace" : "strict";
            cinema.show(film("Inception"));
            for (int step = 0; step < 120; ++step) {
                disturb(cinema, random);
                cinema.wait(random() % 4000);
                const auto& wait = cinema.room.playback.wait;
                bool late = wait && wait->deadline_server_ms <= cinema.now;
                CPPUNIT_ASSERT_MESSAGE("seed " + std::to_string(seed), !late);
                CPPUNIT_ASSERT_EQUAL(cinema.status() == "waiting", wait.has_value());
                CPPUNIT_ASSERT(!wait || !wait->missing.empty());
            }
            cinema.wait(20'000);
            CPPUNIT_ASSERT(cinema.status() != "waiting");
        }
    }

    // Ten members who stall all the time, and never get ready, cost the others a bounded time.
    void is_not_held_up_by_ten_who_buffer() {
        Cinema cinema;
        std::vector<std::string> names;
        for (int i = 0; i < 7; ++i) names.push_back("guest" + std::to_string(i));
        cinema.join_all(names);
        for (const auto& name : names) cinema.seat(name).waits = true;
        cinema.show(film("Inception", 10 * 3'600'000));
        cinema.play("anna");
        std::mt19937 random(7);
        constexpr Millis watched = 3'600'000;
        auto began = cinema.now;
        while (cinema.now < began + watched) {
            for (const auto& name : names) {
                if (random() % 3 == 0) cinema.buffers(name, random() % 2);
            }
            cinema.wait(1000);
        }
        auto lost = watched - cinema.room.position(cinema.now);
        auto waits = static_cast<Millis>(names.size()) * 2 * (watched / 300'000 + 1);
        CPPUNIT_ASSERT_MESSAGE(std::to_string(lost), lost <= waits * (6000 + 600) + 300);
        CPPUNIT_ASSERT_MESSAGE(std::to_string(lost), lost > 0);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PartyStallsTest);

}  // namespace
