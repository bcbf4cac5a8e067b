// Waiting for each other, and not for ever.
#include "workers/party/room/barrier.h"

#include "tests/workers/party/room/cinema.h"

namespace {

using namespace party;

class PartyBarrierTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyBarrierTest);
    CPPUNIT_TEST(waits_for_those_who_announced_it);
    CPPUNIT_TEST(starts_when_the_last_one_is_ready);
    CPPUNIT_TEST(counts_only_who_is_really_ready);
    CPPUNIT_TEST(needs_no_more_buffer_than_is_left);
    CPPUNIT_TEST(starts_at_the_deadline_without_the_missing);
    CPPUNIT_TEST(starts_when_somebody_presses_play_again);
    CPPUNIT_TEST(does_not_wait_for_one_who_leaves);
    CPPUNIT_TEST(does_not_wait_for_one_who_does_not_want_it);
    CPPUNIT_TEST(does_not_wait_for_one_who_is_blocked);
    CPPUNIT_TEST(does_not_wait_when_somebody_joins);
    CPPUNIT_TEST(does_not_wait_again_for_one_who_is_still_catching_up);
    CPPUNIT_TEST(does_not_wait_for_those_who_loaded_while_it_was_paused);
    CPPUNIT_TEST(waits_for_nobody_when_switched_off);
    CPPUNIT_TEST(overlooks_alarms_that_are_early_or_late);
    CPPUNIT_TEST(starts_a_scheduled_party);
    CPPUNIT_TEST_SUITE_END();

    void waits_for_those_who_announced_it() {
        Cinema cinema;
        auto change = cinema.show(film("Inception"));
        CPPUNIT_ASSERT_EQUAL(std::string{"party:state party:waiting"}, types(change));
        CPPUNIT_ASSERT(cinema.misses("ben") && cinema.misses("carla") && !cinema.misses("anna"));
        auto told = data_of(change, "party:waiting");
        CPPUNIT_ASSERT_EQUAL(cinema.room.playback.version, at(told, "ver").integer);
        CPPUNIT_ASSERT_EQUAL(cinema.now + 20'000, at(told, "deadlineServerMs").integer);
        CPPUNIT_ASSERT_EQUAL(std::string{"media"}, at(told, "reason").text);
        Cinema other;
        other.play("anna", 1800);
        CPPUNIT_ASSERT_EQUAL(std::string{"waiting"}, other.status());
        CPPUNIT_ASSERT_EQUAL(std::string{"play"}, other.room.playback.wait->reason);
        CPPUNIT_ASSERT_EQUAL(Millis{1'800'000}, other.room.position(other.now));
    }

    void starts_when_the_last_one_is_ready() {
        Cinema cinema;
        cinema.show(film("Inception"));
        CPPUNIT_ASSERT_EQUAL(std::string{"party:waiting"}, types(cinema.ready("ben")));
        CPPUNIT_ASSERT_EQUAL(std::string{"waiting"}, cinema.status());
        CPPUNIT_ASSERT_EQUAL(std::string{"party:state"}, types(cinema.ready("carla")));
        CPPUNIT_ASSERT_EQUAL(std::string{"playing"}, cinema.status());
        CPPUNIT_ASSERT_EQUAL(std::string{"barrier"}, cinema.room.playback.cause);
        CPPUNIT_ASSERT_EQUAL(cinema.now + 300, cinema.room.playback.at_server_ms);
    }

    void counts_only_who_is_really_ready() {
        Cinema cinema;
        cinema.show(film("Inception"));
        auto version = cinema.room.playback.version;
        const Ready useless[] = {{version - 1, 1, 9000, 0},
                                 {version, 0, 9000, 0},
                                 {version, 1, 4999, 0},
                                 {version, 1, 9000, 501}};
        for (const auto& ready : useless) {
            auto change = cinema.tell("ben", party::ready, ready);
            CPPUNIT_ASSERT(!at(change.answer, "accepted").boolean);
            CPPUNIT_ASSERT(cinema.misses("ben"));
        }
        auto change = cinema.tell("ben", party::ready, Ready{version + 1, 1, 5000, 500});
        CPPUNIT_ASSERT(at(change.answer, "accepted").boolean);
        CPPUNIT_ASSERT(!cinema.misses("ben"));
    }

    void needs_no_more_buffer_than_is_left() {
        Cinema cinema;
        cinema.show(film("Inception", 60'000), false);
        cinema.tell("anna", seek, Seek{58.0, {}, true, {}});
        auto version = cinema.room.playback.version;
        cinema.tell("ben", party::ready, Ready{version, 1, 1900, 58'000});
        CPPUNIT_ASSERT(!cinema.misses("ben"));
    }

    void starts_at_the_deadline_without_the_missing() {
        Cinema cinema;
        cinema.show(film("Inception"));
        cinema.ready("ben");
        cinema.wait(19'999);
        CPPUNIT_ASSERT_EQUAL(std::string{"waiting"}, cinema.status());
        cinema.wait(1);
        CPPUNIT_ASSERT_EQUAL(std::string{"playing"}, cinema.status());
        CPPUNIT_ASSERT_EQUAL(std::string{"catching_up"}, cinema.status_of("carla"));
        CPPUNIT_ASSERT_EQUAL(std::string{"active"}, cinema.status_of("ben"));
        cinema.wait(5000);
        cinema.ready("carla");
        CPPUNIT_ASSERT_EQUAL(std::string{"active"}, cinema.status_of("carla"));
    }

    void starts_when_somebody_presses_play_again() {
        Cinema cinema;
        cinema.show(film("Inception"));
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"},
                             cinema.refusal("ben", party::play, Moment{}));
        cinema.play("anna");
        CPPUNIT_ASSERT_EQUAL(std::string{"playing"}, cinema.status());
        CPPUNIT_ASSERT_EQUAL(std::string{"catching_up"}, cinema.status_of("ben"));
    }

    void does_not_wait_for_one_who_leaves() {
        Cinema cinema;
        cinema.show(film("Inception"));
        cinema.ready("ben");
        cinema.run("carla", leave);
        CPPUNIT_ASSERT_EQUAL(std::string{"playing"}, cinema.status());
        cinema.join("carla");
        cinema.seat("carla").waits = true;
        CPPUNIT_ASSERT_EQUAL(std::string{"playing"}, cinema.status());
        cinema.show(film("Alien"));
        cinema.ready("ben");
        cinema.lose("carla");
        cinema.pass(5000);
        CPPUNIT_ASSERT_EQUAL(std::string{"playing"}, cinema.status());
    }

    void does_not_wait_for_one_who_does_not_want_it() {
        Cinema cinema;
        cinema.tell("ben", ignore_wait, IgnoreWait{true});
        cinema.show(film("Inception"));
        CPPUNIT_ASSERT(!cinema.misses("ben") && cinema.misses("carla"));
        cinema.tell("carla", ignore_wait, IgnoreWait{true});
        CPPUNIT_ASSERT_EQUAL(std::string{"playing"}, cinema.status());
        cinema.tell("carla", ignore_wait, IgnoreWait{false});
        cinema.seek("anna", 60);
        CPPUNIT_ASSERT(cinema.misses("carla"));
    }

    void does_not_wait_for_one_who_is_blocked() {
        Cinema cinema;
        cinema.show(film("Inception"));
        cinema.ready("ben");
        cinema.tell("carla", blocked, Blocked{"autoplay"});
        CPPUNIT_ASSERT_EQUAL(std::string{"playing"}, cinema.status());
        CPPUNIT_ASSERT_EQUAL(std::string{"blocked"}, cinema.status_of("carla"));
        cinema.tell("carla", blocked, Blocked{});
        CPPUNIT_ASSERT_EQUAL(std::string{"active"}, cinema.status_of("carla"));
    }

    void does_not_wait_when_somebody_joins() {
        Cinema cinema;
        cinema.show(film("Inception"));
        cinema.ready("ben");
        cinema.ready("carla");
        cinema.wait(5000);
        cinema.join("dora");
        cinema.seat("dora").waits = true;
        CPPUNIT_ASSERT_EQUAL(std::string{"playing"}, cinema.status());
    }

    void does_not_wait_again_for_one_who_is_still_catching_up() {
        Cinema cinema;
        cinema.show(film("Inception"));
        cinema.ready("ben");
        cinema.wait(21'000);
        cinema.seek("anna", 60);
        CPPUNIT_ASSERT(cinema.misses("ben") && !cinema.misses("carla"));
        cinema.ready("ben");
        cinema.tell("carla", buffering, Buffering{true, {}});
        cinema.wait(30'000);
        CPPUNIT_ASSERT_EQUAL(std::string{"playing"}, cinema.status());
        CPPUNIT_ASSERT_EQUAL(std::string{"party:user_updated"},
                             types(cinema.note(cinema.run("carla", in_step))));
        CPPUNIT_ASSERT_EQUAL(std::string{"active"}, cinema.status_of("carla"));
    }

    void does_not_wait_for_those_who_loaded_while_it_was_paused() {
        Cinema cinema;
        cinema.show(film("Inception"), false);
        cinema.ready("ben");
        cinema.play("anna");
        CPPUNIT_ASSERT(!cinema.misses("ben") && cinema.misses("carla"));
        cinema.ready("carla");
        cinema.pause("anna");
        cinema.wait(1000);
        cinema.play("anna");
        CPPUNIT_ASSERT_EQUAL(std::string{"playing"}, cinema.status());
    }

    void waits_for_nobody_when_switched_off() {
        Cinema cinema;
        cinema.room.settings.wait_policy = "off";
        cinema.show(film("Inception"));
        CPPUNIT_ASSERT_EQUAL(std::string{"playing"}, cinema.status());
        cinema.buffers("ben", true);
        cinema.wait(60'000);
        CPPUNIT_ASSERT_EQUAL(std::string{"playing"}, cinema.status());
        CPPUNIT_ASSERT_EQUAL(std::string{"buffering"}, cinema.status_of("ben"));
    }

    void overlooks_alarms_that_are_early_or_late() {
        Cinema cinema;
        cinema.show(film("Inception"));
        for (const char* kind : {"barrier", "buffering", "advance", "start", "poll"}) {
            CPPUNIT_ASSERT(cinema.tick(kind).events.empty());
        }
        CPPUNIT_ASSERT_EQUAL(std::string{"waiting"}, cinema.status());
        cinema.play("anna");
        cinema.pause("anna");
        cinema.now += 3'600'000 * 5;
        for (const char* kind : {"barrier", "buffering", "advance", "start", "poll"}) {
            CPPUNIT_ASSERT(cinema.tick(kind).events.empty());
        }
        CPPUNIT_ASSERT_EQUAL(std::string{"paused"}, cinema.status());
    }

    void starts_a_scheduled_party() {
        Cinema cinema;
        cinema.room.about.starts_at = cinema.now + 60'000;
        auto act = cinema.act("");
        party::Change change;
        put_media(cinema.room, act, media_of(film("Inception")), change);
        CPPUNIT_ASSERT_EQUAL(cinema.room.about.starts_at, cinema.tick("start").alarms[0].at);
        CPPUNIT_ASSERT_EQUAL(std::string{"idle"}, cinema.status());
        cinema.wait(60'000);
        CPPUNIT_ASSERT_EQUAL(std::string{"waiting"}, cinema.status());
        CPPUNIT_ASSERT_EQUAL(std::string{"auto"}, cinema.room.playback.cause);
        CPPUNIT_ASSERT_EQUAL(std::string{}, cinema.room.playback.by);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PartyBarrierTest);

}  // namespace
