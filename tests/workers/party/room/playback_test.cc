// Play, pause, seek, rate, media and stop, as members ask for them.
#include "workers/party/room/playback.h"

#include <cmath>
#include <limits>

#include "tests/workers/party/room/cinema.h"

namespace {

using namespace party;

constexpr Millis hour = 3'600'000;

class PartyPlaybackTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyPlaybackTest);
    CPPUNIT_TEST(plays_without_media_and_without_waiting);
    CPPUNIT_TEST(starts_a_lead_from_now_at_the_given_position);
    CPPUNIT_TEST(takes_milliseconds_before_seconds);
    CPPUNIT_TEST(answers_a_play_that_changes_nothing_without_an_event);
    CPPUNIT_TEST(stops_where_everybody_will_be);
    CPPUNIT_TEST(stays_where_it_is_across_pause_and_play_and_rate);
    CPPUNIT_TEST(refuses_impossible_positions);
    CPPUNIT_TEST(refuses_commands_about_an_older_state);
    CPPUNIT_TEST(lets_only_those_play_who_may);
    CPPUNIT_TEST(overlooks_the_position_of_one_who_may_not_seek);
    CPPUNIT_TEST(moves_what_is_paused_by_a_pause_elsewhere);
    CPPUNIT_TEST(seeks_while_paused_without_starting);
    CPPUNIT_TEST(keeps_the_rate_within_limits);
    CPPUNIT_TEST(stops_at_the_beginning);
    CPPUNIT_TEST(leads_by_the_worst_of_the_good_links);
    CPPUNIT_TEST(shows_the_present_to_those_without_a_clock);
    CPPUNIT_TEST(says_the_same_in_plain_commands);
    CPPUNIT_TEST(moves_before_the_first_play);
    CPPUNIT_TEST_SUITE_END();

    static Moment at(double seconds) { return {seconds, {}, {}}; }

    void plays_without_media_and_without_waiting() {
        Party party;
        party.join("ben");
        auto change = party.run("anna", play, at(1800));
        CPPUNIT_ASSERT_EQUAL(std::string{"party:state"}, types(change));
        const auto& told = change.events[0].data;
        CPPUNIT_ASSERT_EQUAL(std::string{"playing"}, party::at(told, "status").text);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1'800'000}, party::at(told, "positionMs").integer);
        CPPUNIT_ASSERT_EQUAL(party.id("anna"), party::at(told, "by").text);
        CPPUNIT_ASSERT(party::at(told, "wait").kind == JsonValue::Kind::null);
        CPPUNIT_ASSERT_EQUAL(party.room.version, party.room.playback.version);
    }

    void starts_a_lead_from_now_at_the_given_position() {
        Party party;
        party.run("anna", play, at(10));
        auto at_server = party.room.playback.at_server_ms;
        CPPUNIT_ASSERT_EQUAL(party.now + 300, at_server);
        CPPUNIT_ASSERT_EQUAL(Millis{10'000}, party.room.position(at_server));
        CPPUNIT_ASSERT_EQUAL(Millis{12'500}, party.room.position(at_server + 2500));
    }

    void takes_milliseconds_before_seconds() {
        Party party;
        party.run("anna", play, Moment{7.5, 1234.4, {}});
        CPPUNIT_ASSERT_EQUAL(Millis{1234}, party.room.playback.anchor_ms);
    }

    void answers_a_play_that_changes_nothing_without_an_event() {
        Party party;
        party.run("anna", play, at(10));
        party.now += 60'000;
        for (const auto& moment : {Moment{}, at(69.7), at(71)}) {
            auto change = party.run("anna", play, moment);
            CPPUNIT_ASSERT(change.events.empty() && change.parts.empty());
            CPPUNIT_ASSERT_EQUAL(std::string{"playing"}, party::at(change.answer, "status").text);
        }
        party.run("anna", pause);
        CPPUNIT_ASSERT(party.run("anna", pause, at(71)).events.empty());
    }

    void stops_where_everybody_will_be() {
        Party party;
        party.room.links[party.id("anna")] = {1000, 100};
        party.run("anna", play, at(10));
        auto began = party.room.playback.at_server_ms;
        CPPUNIT_ASSERT_EQUAL(party.now + 950, began);
        party.now = began + 5000;
        auto change = party.run("anna", pause);
        CPPUNIT_ASSERT_EQUAL(Millis{15'300}, party.room.playback.anchor_ms);
        CPPUNIT_ASSERT_EQUAL(party.now + 300, party.room.playback.at_server_ms);
        CPPUNIT_ASSERT_EQUAL(15.3, party::at(change.events[0].data, "currentTime").real);
        party.now += hour;
        CPPUNIT_ASSERT_EQUAL(Millis{15'300}, party.room.position(party.now));
    }

    void stays_where_it_is_across_pause_and_play_and_rate() {
        Party party;
        party.run("anna", play, at(100));
        for (int i = 0; i < 50; ++i) {
            party.now += 777 * (i % 5);
            auto before = party.room.position(party.now);
            if (i % 3 == 0) party.run("anna", pause);
            if (i % 3 == 1) party.run("anna", play);
            if (i % 3 == 2) party.run("anna", rate, Rate{0.5 + 0.25 * (i % 7), {}});
            auto jump = std::abs(party.room.position(party.now) - before);
            CPPUNIT_ASSERT_MESSAGE(std::to_string(jump), jump <= 2 * 300);
        }
    }

    void refuses_impossible_positions() {
        Party party;
        constexpr double week = 7 * 24 * 3600;
        for (double seconds :
             {-0.001, week + 1, std::nan(""), 1e300, std::numeric_limits<double>::infinity()}) {
            CPPUNIT_ASSERT_EQUAL(std::string{"bad_position"},
                                 party.refusal("anna", play, at(seconds)));
            CPPUNIT_ASSERT_EQUAL(std::string{"bad_position"},
                                 party.refusal("anna", seek, Seek{seconds, {}, {}, {}}));
        }
        CPPUNIT_ASSERT_EQUAL(std::string{"bad_position"}, party.refusal("anna", seek, Seek{}));
        CPPUNIT_ASSERT_EQUAL(std::string{}, party.refusal("anna", play, at(week)));
    }

    void refuses_commands_about_an_older_state() {
        Party party;
        party.run("anna", play, at(10));
        auto version = party.room.playback.version;
        const std::string stale = "stale_version";
        auto old = version - 1;
        CPPUNIT_ASSERT_EQUAL(stale, party.refusal("anna", play, Moment{99.0, {}, old}));
        CPPUNIT_ASSERT_EQUAL(stale, party.refusal("anna", pause, Moment{{}, {}, old}));
        CPPUNIT_ASSERT_EQUAL(stale, party.refusal("anna", seek, Seek{99.0, {}, {}, old}));
        CPPUNIT_ASSERT_EQUAL(stale, party.refusal("anna", rate, Rate{1.5, old}));
        CPPUNIT_ASSERT_EQUAL(std::string{}, party.refusal("anna", pause, Moment{{}, {}, version}));
    }

    void lets_only_those_play_who_may() {
        Party party;
        party.join("ben");
        NewMedia inception = film("Inception");
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"}, party.refusal("ben", play));
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"}, party.refusal("ben", pause));
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"},
                             party.refusal("ben", seek, Seek{1.0, {}, {}, {}}));
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"}, party.refusal("ben", rate, Rate{1.5, {}}));
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"},
                             party.refusal("ben", media, MediaChange{inception, {}, {}, {}}));
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"}, party.refusal("ben", stop));
        CPPUNIT_ASSERT_EQUAL(std::string{"not_in_room"}, party.refusal("eve", play));
        party.room.settings.control = "everyone";
        CPPUNIT_ASSERT_EQUAL(std::string{}, party.refusal("ben", play));
        party.room.settings.allow_rate = false;
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"},
                             party.refusal("anna", rate, Rate{1.5, {}}));
    }

    void overlooks_the_position_of_one_who_may_not_seek() {
        Party party;
        party.join("ben");
        party.room.settings.control = "everyone";
        party.run("anna", play, at(1000));
        party.run("anna", pause);
        party.run("ben", play, at(3));
        CPPUNIT_ASSERT_EQUAL(Millis{1'000'000}, party.room.playback.anchor_ms);
        party.run("ben", pause, at(1001));
        CPPUNIT_ASSERT_EQUAL(Millis{1'001'000}, party.room.playback.anchor_ms);
    }

    void moves_what_is_paused_by_a_pause_elsewhere() {
        Party party;
        party.join("ben");
        party.run("anna", play, at(100));
        party.run("anna", pause, at(100));
        CPPUNIT_ASSERT(party.run("anna", pause, at(101)).events.empty());
        CPPUNIT_ASSERT_EQUAL(std::string{"party:state"}, types(party.run("anna", pause, at(50))));
        CPPUNIT_ASSERT_EQUAL(Millis{50'000}, party.room.playback.anchor_ms);
        CPPUNIT_ASSERT_EQUAL(std::string{"paused"}, party.room.playback.status);
        party.room.settings.control = "everyone";
        CPPUNIT_ASSERT(party.run("ben", pause, at(9)).events.empty());
    }

    void seeks_while_paused_without_starting() {
        Cinema cinema;
        cinema.show(film("Inception"), false);
        auto change = cinema.seek("anna", 40);
        CPPUNIT_ASSERT_EQUAL(std::string{"paused"}, cinema.status());
        CPPUNIT_ASSERT_EQUAL(std::string{"party:state"}, types(change));
        // Who sent it may wait for the event.
        CPPUNIT_ASSERT_EQUAL(std::string{"party:state"}, types(cinema.seek("anna", 40)));
        cinema.tell("anna", seek, Seek{50.0, {}, true, {}});
        CPPUNIT_ASSERT_EQUAL(std::string{"waiting"}, cinema.status());
        cinema.tell("anna", seek, Seek{60.0, {}, false, {}});
        CPPUNIT_ASSERT_EQUAL(std::string{"paused"}, cinema.status());
    }

    void keeps_the_rate_within_limits() {
        Party party;
        for (double wanted : {0.49, 2.01, -1.0, std::nan("")}) {
            CPPUNIT_ASSERT_EQUAL(std::string{"bad_request"},
                                 party.refusal("anna", rate, Rate{wanted, {}}));
        }
        CPPUNIT_ASSERT(party.run("anna", rate, Rate{1, {}}).events.empty());
        party.run("anna", play, at(0));
        party.now += 300;
        party.run("anna", rate, Rate{2, {}});
        CPPUNIT_ASSERT_EQUAL(Millis{300}, party.room.position(party.now + 300));
        CPPUNIT_ASSERT_EQUAL(Millis{2300}, party.room.position(party.now + 1300));
    }

    void stops_at_the_beginning() {
        Cinema cinema;
        cinema.room.settings.wait_policy = "off";
        cinema.show(film("Inception"));
        cinema.wait(60'000);
        cinema.tell<Stop>("anna", stop);
        CPPUNIT_ASSERT_EQUAL(std::string{"idle"}, cinema.status());
        CPPUNIT_ASSERT_EQUAL(Millis{0}, cinema.room.position(cinema.now));
        CPPUNIT_ASSERT(cinema.room.playback.media.has_value());
        CPPUNIT_ASSERT(cinema.tell<Stop>("anna", stop).events.empty());
    }

    void leads_by_the_worst_of_the_good_links() {
        Party party;
        party.join_all({"ben", "carla"});
        CPPUNIT_ASSERT_EQUAL(Millis{300}, lead(party.room));
        party.room.links[party.id("ben")] = {400, 50};
        CPPUNIT_ASSERT_EQUAL(Millis{500}, lead(party.room));
        party.room.links[party.id("carla")] = {1600, 500};
        CPPUNIT_ASSERT_EQUAL(Millis{500}, lead(party.room));
        party.room.links[party.id("carla")] = {1400, 500};
        CPPUNIT_ASSERT_EQUAL(Millis{1500}, lead(party.room));
        party.room.links[party.id("carla")].unstable = true;
        CPPUNIT_ASSERT_EQUAL(Millis{500}, lead(party.room));
        party.lose("ben");
        party.pass(10'000);
        CPPUNIT_ASSERT_EQUAL(Millis{300}, lead(party.room));
    }

    void shows_the_present_to_those_without_a_clock() {
        Party party;
        party.run("anna", play, at(10));
        auto later = party.room.playback.at_server_ms + 90'000;
        auto shown = view(party.room, later);
        CPPUNIT_ASSERT_EQUAL(Millis{100'000}, shown.position_ms);
        CPPUNIT_ASSERT_EQUAL(100.0, shown.current_time);
        CPPUNIT_ASSERT_EQUAL(later, shown.anchor_server_ms);
    }

    void says_the_same_in_plain_commands() {
        Cinema cinema;
        auto plain = [&] { return std::string(plain_type(view(cinema.room, cinema.now))); };
        cinema.show(film("Inception"));
        CPPUNIT_ASSERT_EQUAL(std::string{"waiting"}, cinema.status());
        CPPUNIT_ASSERT_EQUAL(std::string{"party:play"}, plain());
        cinema.play("anna");
        CPPUNIT_ASSERT_EQUAL(std::string{"party:play"}, plain());
        cinema.seek("anna", 100);
        CPPUNIT_ASSERT_EQUAL(std::string{"party:seek"}, plain());
        cinema.pause("anna");
        CPPUNIT_ASSERT_EQUAL(std::string{"party:pause"}, plain());
        cinema.tell("anna", rate, Rate{1.5, {}});
        CPPUNIT_ASSERT_EQUAL(std::string{}, plain());
    }

    void moves_before_the_first_play() {
        Party party;
        auto change = party.run("anna", seek, Seek{100.0, {}, {}, {}});
        CPPUNIT_ASSERT_EQUAL(std::string{"party:state"}, types(change));
        CPPUNIT_ASSERT_EQUAL(std::string{"idle"}, party.room.playback.status);
        CPPUNIT_ASSERT(plain_type(view(party.room, party.now)) == "party:seek");
        CPPUNIT_ASSERT_EQUAL(std::string{"party:state"}, types(party.run("anna", pause, at(200))));
        CPPUNIT_ASSERT_EQUAL(std::string{"paused"}, party.room.playback.status);
        CPPUNIT_ASSERT_EQUAL(Millis{200'000}, party.room.position(party.now));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PartyPlaybackTest);

}  // namespace
