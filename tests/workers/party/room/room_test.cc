// A room as parts and back, and where it stands.
#include "workers/party/room/room.h"

#include "tests/workers/party/room/party.h"

namespace {

using namespace party;

class PartyRoomTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyRoomTest);
    CPPUNIT_TEST(survives_as_parts);
    CPPUNIT_TEST(says_nothing_of_parts_that_are_not_there);
    CPPUNIT_TEST(forgets_what_is_put_as_nothing);
    CPPUNIT_TEST(ignores_parts_it_does_not_know);
    CPPUNIT_TEST(reads_parts_of_other_versions);
    CPPUNIT_TEST(moves_while_playing);
    CPPUNIT_TEST(stands_still_until_the_time_of_the_anchor);
    CPPUNIT_TEST(stays_within_the_media);
    CPPUNIT_TEST_SUITE_END();

    void survives_as_parts() {
        Party party;
        party.join("ben");
        auto& room = party.room;
        room.poll = Poll{"p1", "Tea?", {"yes", "no"}, {{"m_1", 1}}, 7};
        room.bans = {{"user-carl", 0, true, false}};
        room.invites = {{"token", "code", "dj", 3, 9}};
        room.knocks = {{"m_2", "u", "p", "n", "c", 5, "", "member"}};
        room.links["m_1"].rtt_ms = 12.5;
        room.chat["0001"] = {"0001", "m_1", "u",    "n",  "\"hi\"\n\xc3\xa9",
                             1,      2,     "0000", true, {{"\xf0\x9f\x91\x8d", {"m_1"}}}};
        room.playback.wait = Wait{"seek", {"m_1"}, 5, 6};
        std::vector<std::string> names{"about",
                                       "settings",
                                       "playback",
                                       "queue",
                                       "poll",
                                       "bans",
                                       "invites",
                                       "knocks",
                                       "l:m_1",
                                       "c:0001",
                                       "m:" + party.id("anna"),
                                       "m:" + party.id("ben")};
        Room other;
        for (const auto& name : names) other.put_part(name, room.part(name));
        for (const auto& name : names) {
            CPPUNIT_ASSERT_MESSAGE(name, !room.part(name).empty());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, room.part(name), other.part(name));
        }
        CPPUNIT_ASSERT_EQUAL(party.id("ben"), other.seat(party.id("ben"))->member.id);
        CPPUNIT_ASSERT_EQUAL(room.chat["0001"].text, other.chat["0001"].text);
    }

    void says_nothing_of_parts_that_are_not_there() {
        Room room;
        for (const char* name : {"about", "poll", "bans", "invites", "knocks", "m:x", "l:x", "c:x",
                                 "m:", "", "others"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, std::string{}, room.part(name));
        }
        CPPUNIT_ASSERT(!room.exists());
        CPPUNIT_ASSERT(!room.seat("x"));
    }

    void forgets_what_is_put_as_nothing() {
        Party party;
        auto& room = party.room;
        room.bans = {{"user-carl", 0, true, false}};
        room.poll = Poll{};
        for (const auto& name : {std::string{"about"}, std::string{"bans"}, std::string{"poll"},
                                 "m:" + party.id("anna")}) {
            room.put_part(name, "");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, std::string{}, room.part(name));
        }
        CPPUNIT_ASSERT(!room.exists() && room.seats.empty() && room.bans.empty() && !room.poll);
    }

    void ignores_parts_it_does_not_know() {
        Party party;
        auto before = party.room.part("about");
        for (const char* name : {"", "m:", "x:1", "epilogue", "member"}) {
            party.room.put_part(name, R"({"roomId":"other"})");
        }
        CPPUNIT_ASSERT_EQUAL(before, party.room.part("about"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, party.room.seats.size());
    }

    void reads_parts_of_other_versions() {
        Room room;
        room.put_part("settings", R"({"title":"Film night","newIn2030":[1]})");
        CPPUNIT_ASSERT_EQUAL(std::string{"Film night"}, room.settings.title);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10}, room.settings.capacity);
    }

    void moves_while_playing() {
        Room room;
        room.playback.status = "playing";
        room.playback.anchor_ms = 60'000;
        room.playback.anchor_server_ms = 1'000'000;
        room.playback.rate = 1.25;
        CPPUNIT_ASSERT_EQUAL(Millis{61'250}, room.position(1'001'000));
        room.playback.status = "paused";
        CPPUNIT_ASSERT_EQUAL(Millis{60'000}, room.position(1'001'000));
    }

    void stands_still_until_the_time_of_the_anchor() {
        Room room;
        room.playback.status = "playing";
        room.playback.anchor_ms = 60'000;
        room.playback.anchor_server_ms = 1'000'000;
        CPPUNIT_ASSERT_EQUAL(Millis{60'000}, room.position(999'500));
    }

    void stays_within_the_media() {
        Room room;
        room.playback.status = "playing";
        room.playback.media = Media{};
        room.playback.media->duration_ms = 5'000;
        CPPUNIT_ASSERT_EQUAL(Millis{5'000}, room.position(6'000));
        room.playback.anchor_ms = -1;
        CPPUNIT_ASSERT_EQUAL(Millis{0}, room.position(0));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PartyRoomTest);

}  // namespace
