// How a room begins, changes and ends.
#include "workers/party/room/lifecycle.h"

#include "common/json/read.h"
#include "tests/workers/party/room/party.h"

namespace {

using namespace party;
using party::Change;

// What a person with a plan of `most` members gets who wants this room; the code of the refusal.
std::string refusal_of(const Create& wanted, Person person = {}) {
    Room room;
    room.about.id = "party_x";
    Act act;
    act.now = Party{}.now;
    act.person = std::move(person);
    Change change;
    try {
        create(room, act, wanted, change);
    } catch (const Failure& failure) {
        return failure.problem().code;
    }
    return "";
}

Create starting_in(Millis span) {
    Create wanted;
    wanted.starts_at = Party{}.now + span;
    return wanted;
}

class PartyLifecycleTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyLifecycleTest);
    CPPUNIT_TEST(makes_a_room_of_next_to_nothing);
    CPPUNIT_TEST(makes_a_room_as_it_was_wished);
    CPPUNIT_TEST(reads_wishes_by_their_names_and_rules);
    CPPUNIT_TEST(allows_no_more_members_than_the_plan);
    CPPUNIT_TEST(schedules_up_to_a_week_ahead);
    CPPUNIT_TEST(makes_rooms_of_kids_safe);
    CPPUNIT_TEST(updates_for_the_host);
    CPPUNIT_TEST(leaves_what_an_update_does_not_name);
    CPPUNIT_TEST(changes_and_removes_the_password);
    CPPUNIT_TEST(stays_safe_while_kids_are_in);
    CPPUNIT_TEST(renames);
    CPPUNIT_TEST(lets_members_leave);
    CPPUNIT_TEST(ends_for_host_and_admin);
    CPPUNIT_TEST(shows_itself_at_its_version);
    CPPUNIT_TEST_SUITE_END();

    void makes_a_room_of_next_to_nothing() {
        Room room;
        room.about.id = new_room_id("07");
        room.about.code = new_code("07");
        Party people;
        auto act = people.act("anna");
        Change change;
        create(room, act, Create{}, change);
        CPPUNIT_ASSERT_EQUAL(std::string{}, types(change));
        CPPUNIT_ASSERT_EQUAL(std::size_t{28}, at(change.answer, "roomId").text.size());
        CPPUNIT_ASSERT(at(change.answer, "isHost").boolean);
        CPPUNIT_ASSERT_EQUAL("https://tv.example/party#code=" + room.about.code,
                             at(change.answer, "inviteUrl").text);
        CPPUNIT_ASSERT_EQUAL(std::string{"host"}, at(change.answer, "member.role").text);
        CPPUNIT_ASSERT_EQUAL(std::string{"idle"}, at(change.answer, "state.status").text);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10}, at(change.answer, "settings.capacity").integer);
        for (const auto& part : {"about", "settings", "playback", "queue"}) {
            bool kept = std::count(change.parts.begin(), change.parts.end(), part) == 1;
            CPPUNIT_ASSERT_MESSAGE(part, kept);
        }
    }

    void makes_a_room_as_it_was_wished() {
        auto wanted = read_body<Create>(
            R"({"userName":" John ","title":"Film night","media":{"kind":"movie","title":"Alien",
            "contentKey":"tmdb:348"},"settings":{"control":"everyone","capacity":5},
            "inviteRole":"viewer"})");
        Party party(wanted);
        CPPUNIT_ASSERT_EQUAL(std::string{"John"}, party.seat("anna").member.name);
        CPPUNIT_ASSERT_EQUAL(std::string{"Film night"}, party.room.settings.title);
        CPPUNIT_ASSERT_EQUAL(std::string{"everyone"}, party.room.settings.control);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5}, party.room.settings.capacity);
        CPPUNIT_ASSERT_EQUAL(std::string{"Alien"}, party.room.playback.media->title);
        party.join("ben");
        CPPUNIT_ASSERT_EQUAL(std::string{"viewer"}, party.seat("ben").member.role);
    }

    void reads_wishes_by_their_names_and_rules() {
        for (const char* body :
             {R"({"control":"nobody"})", R"({"slowModeSec":61})", R"({"capacity":0})",
              R"({"chat":true})", R"({"locked":"yes"})", R"({"waitPolicy":""})"}) {
            CPPUNIT_ASSERT_THROW_MESSAGE(body, read_body<Wishes>(body), Failure);
        }
        auto wishes = read_body<Wishes>(R"({"password":null,"seekControl":"cohosts"})");
        CPPUNIT_ASSERT(wishes.password.given && !wishes.password.value);
        CPPUNIT_ASSERT(!wishes.control && *wishes.seek_control == "cohosts");
        auto smuggled = read_body<Wishes>(R"({"passwordHash":"x","password_hash":"x"})");
        CPPUNIT_ASSERT(smuggled.password_hash.empty());
    }

    void allows_no_more_members_than_the_plan() {
        Create wanted;
        wanted.settings.capacity = 50;
        CPPUNIT_ASSERT_EQUAL(std::string{"plan_required"}, refusal_of(wanted));
        Person person;
        person.party_size = 50;
        CPPUNIT_ASSERT_EQUAL(std::string{}, refusal_of(wanted, person));
        Party party;
        CPPUNIT_ASSERT_EQUAL(std::string{"plan_required"},
                             party.refusal("anna", update, wanted.settings));
    }

    void schedules_up_to_a_week_ahead() {
        const Millis week = 604'800'000;
        CPPUNIT_ASSERT_EQUAL(std::string{"bad_request"}, refusal_of(starting_in(0)));
        CPPUNIT_ASSERT_EQUAL(std::string{"bad_request"}, refusal_of(starting_in(week + 1)));
        CPPUNIT_ASSERT_EQUAL(std::string{}, refusal_of(starting_in(week)));
        Party party(starting_in(week));
        auto change = party.run("anna", snapshot);
        CPPUNIT_ASSERT_EQUAL(party.now + week, at(change.answer, "startAt").integer);
    }

    void makes_rooms_of_kids_safe() {
        Person kim;
        kim.kids = true;
        CPPUNIT_ASSERT_EQUAL(std::string{}, refusal_of({}, kim));
        Create wanted;
        wanted.settings.kids_safe = false;
        CPPUNIT_ASSERT_EQUAL(std::string{"media_not_allowed"}, refusal_of(wanted, kim));
        wanted.settings.kids_safe = true;
        wanted.media = NewMedia{};
        wanted.media->title = "The Shining";
        wanted.media->rating = "R";
        CPPUNIT_ASSERT_EQUAL(std::string{"media_not_allowed"}, refusal_of(wanted));
    }

    void updates_for_the_host() {
        Party party;
        party.join("ben");
        Wishes wishes;
        wishes.title = " Film\x01 night ";
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"}, party.refusal("ben", update, wishes));
        auto change = party.run("anna", update, wishes);
        auto told = data_of(change, "party:updated");
        CPPUNIT_ASSERT_EQUAL(std::string{"Film night"}, at(told, "settings.title").text);
        CPPUNIT_ASSERT_EQUAL(party.id("anna"), at(told, "by").text);
    }

    void leaves_what_an_update_does_not_name() {
        Party party;
        party.room.settings.slow_mode_s = 7;
        Wishes wishes;
        wishes.locked = true;
        party.run("anna", update, wishes);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{7}, party.room.settings.slow_mode_s);
        CPPUNIT_ASSERT(party.room.settings.locked);
    }

    void changes_and_removes_the_password() {
        Party party;
        Wishes wishes;
        wishes.password = {true, "sesame"};
        wishes.password_hash = "hash of sesame";
        auto change = party.run("anna", update, wishes);
        CPPUNIT_ASSERT_EQUAL(std::string{"hash of sesame"}, party.room.about.password_hash);
        CPPUNIT_ASSERT(at(change.answer, "settings.hasPassword").boolean);
        CPPUNIT_ASSERT(std::count(change.parts.begin(), change.parts.end(), "about") == 1);
        wishes.password = {true, {}};
        party.run("anna", update, wishes);
        CPPUNIT_ASSERT(!party.room.settings.has_password);
        CPPUNIT_ASSERT(party.room.about.password_hash.empty());
    }

    void stays_safe_while_kids_are_in() {
        Create wanted;
        wanted.settings.kids_safe = true;
        Party party(wanted);
        party.person("kim").kids = true;
        party.join("kim");
        Wishes wishes;
        wishes.kids_safe = false;
        CPPUNIT_ASSERT_EQUAL(std::string{"media_not_allowed"},
                             party.refusal("anna", update, wishes));
        party.run("kim", leave);
        party.run("anna", update, wishes);
    }

    void renames() {
        Party party;
        party.join("ben");
        auto change = party.run("ben", rename, Rename{"  Benjamin "});
        auto told = data_of(change, "party:user_updated");
        CPPUNIT_ASSERT_EQUAL(std::string{"Benjamin"}, at(told, "member.userName").text);
        party.run("ben", rename, Rename{"Anna"});
        CPPUNIT_ASSERT_EQUAL(std::string{"Anna #2"}, party.seat("ben").member.name);
        for (const auto& name : {std::string{"b"}, std::string{" \t"}, std::string(33, 'b')}) {
            CPPUNIT_ASSERT_EQUAL(std::string{"bad_request"},
                                 party.refusal("ben", rename, Rename{name}));
        }
    }

    void lets_members_leave() {
        Party party;
        party.join("ben");
        auto change = party.run("ben", leave);
        CPPUNIT_ASSERT_EQUAL(std::string{"party:user_left"}, types(change));
        CPPUNIT_ASSERT_EQUAL(std::string{"left"},
                             at(data_of(change, "party:user_left"), "reason").text);
        CPPUNIT_ASSERT_EQUAL(std::string{"not_in_room"}, party.refusal("ben", leave));
    }

    void ends_for_host_and_admin() {
        Party party;
        party.join("ben");
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"}, party.refusal("ben", end));
        auto other = party;
        auto change = party.run("anna", end);
        CPPUNIT_ASSERT_EQUAL(std::string{"host"},
                             at(data_of(change, "party:ended"), "reason").text);
        CPPUNIT_ASSERT(change.ends_room);
        CPPUNIT_ASSERT_EQUAL(std::string{"not_in_room"}, other.refusal("staff", end));
        other.person("staff").admin = true;
        change = other.run("staff", end);
        CPPUNIT_ASSERT_EQUAL(std::string{"admin"},
                             at(data_of(change, "party:ended"), "reason").text);
    }

    void shows_itself_at_its_version() {
        Party party;
        party.join("ben");
        auto change = party.run("ben", snapshot);
        CPPUNIT_ASSERT_EQUAL(party.room.version, at(change.answer, "ver").integer);
        CPPUNIT_ASSERT_EQUAL(std::string{"k3f9"}, at(change.answer, "epoch").text);
        CPPUNIT_ASSERT(change.parts.empty() && change.events.empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PartyLifecycleTest);

}  // namespace
