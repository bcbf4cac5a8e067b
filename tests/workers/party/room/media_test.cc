// What the media themselves change: where they end, live television, who may watch them.
#include "workers/party/room/playback.h"

#include "tests/workers/party/room/cinema.h"

namespace {

using namespace party;

class PartyMediaTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyMediaTest);
    CPPUNIT_TEST(ends_where_the_media_end);
    CPPUNIT_TEST(begins_again_what_is_over);
    CPPUNIT_TEST(cannot_seek_live_television);
    CPPUNIT_TEST(keeps_its_distance_to_a_live_broadcast);
    CPPUNIT_TEST(keeps_media_from_a_room_for_kids);
    CPPUNIT_TEST(goes_on_without_one_who_may_not_watch);
    CPPUNIT_TEST_SUITE_END();

    void ends_where_the_media_end() {
        Cinema cinema;
        cinema.room.settings.wait_policy = "off";
        cinema.show(film("Inception", 60'000));
        cinema.seek("anna", 90);
        CPPUNIT_ASSERT_EQUAL(Millis{60'000}, cinema.room.playback.anchor_ms);
        cinema.wait(10'000);
        CPPUNIT_ASSERT_EQUAL(std::string{"paused"}, cinema.status());
        CPPUNIT_ASSERT_EQUAL(Millis{60'000}, cinema.room.position(cinema.now));
    }

    void begins_again_what_is_over() {
        Cinema cinema;
        cinema.room.settings.wait_policy = "off";
        cinema.show(film("Inception", 60'000));
        cinema.wait(61'000);
        CPPUNIT_ASSERT_EQUAL(std::string{"paused"}, cinema.status());
        cinema.play("anna");
        CPPUNIT_ASSERT_EQUAL(Millis{0}, cinema.room.playback.anchor_ms);
        CPPUNIT_ASSERT_EQUAL(std::string{"playing"}, cinema.status());
    }

    void cannot_seek_live_television() {
        Cinema cinema;
        cinema.room.settings.wait_policy = "off";
        cinema.show(broadcast("News"));
        CPPUNIT_ASSERT_EQUAL(std::string{"unsupported_for_live"},
                             cinema.refusal("anna", seek, Seek{5.0, {}, {}, {}}));
        CPPUNIT_ASSERT_EQUAL(std::string{"unsupported_for_live"},
                             cinema.refusal("anna", rate, Rate{1.5, {}}));
        cinema.show(broadcast("News", true));
        CPPUNIT_ASSERT_EQUAL(std::string{}, cinema.refusal("anna", seek, Seek{5.0, {}, {}, {}}));
    }

    void keeps_its_distance_to_a_live_broadcast() {
        Cinema cinema;
        cinema.room.settings.wait_policy = "off";
        auto programme = static_cast<double>(cinema.now - 20'000);
        cinema.tell("anna", media, MediaChange{broadcast("News"), {}, programme, {}});
        auto behind = [&] { return cinema.now - cinema.room.position(cinema.now); };
        cinema.wait(5000);
        CPPUNIT_ASSERT_EQUAL(Millis{20'000}, behind());
        cinema.pause("anna");
        cinema.wait(3'600'000);
        cinema.play("anna");
        cinema.wait(5000);
        CPPUNIT_ASSERT_EQUAL(Millis{20'000}, behind());
    }

    void keeps_media_from_a_room_for_kids() {
        Cinema cinema;
        cinema.room.settings.kids_safe = true;
        auto wanted = MediaChange{film("Alien"), {}, {}, {}};
        for (const char* rating : {"R", "PG-13", "FSK 12", "unknown"}) {
            wanted.media.rating = rating;
            CPPUNIT_ASSERT_EQUAL(std::string{"media_not_allowed"},
                                 cinema.refusal("anna", media, wanted));
        }
        wanted.media.rating = "TV-Y7";
        CPPUNIT_ASSERT_EQUAL(std::string{}, cinema.refusal("anna", media, wanted));
    }

    void goes_on_without_one_who_may_not_watch() {
        Cinema cinema;
        cinema.seat("carla").max_rating = "PG";
        auto alien = film("Alien");
        alien.rating = "R";
        auto change = cinema.show(alien);
        CPPUNIT_ASSERT_EQUAL(std::string{"unsupported"}, cinema.status_of("carla"));
        CPPUNIT_ASSERT(cinema.misses("ben") && !cinema.misses("carla"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, change.words.size());
        CPPUNIT_ASSERT_EQUAL(cinema.id("carla"), change.words[0].member);
        CPPUNIT_ASSERT_EQUAL(std::string{"media_not_allowed"},
                             party::at(change.words[0].data, "code").text);
        CPPUNIT_ASSERT(change.words[0].data.find("Alien") == std::string::npos);
        auto cars = film("Cars");
        cars.rating = "G";
        cinema.show(cars);
        CPPUNIT_ASSERT_EQUAL(std::string{"active"}, cinema.status_of("carla"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PartyMediaTest);

}  // namespace
