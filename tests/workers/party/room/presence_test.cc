// Connections that go and come, and who leads meanwhile.
#include "workers/party/room/presence.h"

#include "tests/workers/party/room/party.h"
#include "workers/party/room/playback.h"
#include "workers/party/room/roles.h"

namespace {

using namespace party;

Create without_auto_host() {
    Create wanted;
    wanted.settings.auto_host = false;
    return wanted;
}

class PartyPresenceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyPresenceTest);
    CPPUNIT_TEST(shows_a_lost_member_as_away_after_five_seconds);
    CPPUNIT_TEST(removes_a_lost_member_after_forty_five_seconds);
    CPPUNIT_TEST(says_nothing_of_one_who_is_back_at_once);
    CPPUNIT_TEST(takes_a_member_back_on_another_connection);
    CPPUNIT_TEST(takes_a_device_without_a_name_back_once_it_was_lost);
    CPPUNIT_TEST(ignores_the_loss_of_a_connection_that_was_replaced);
    CPPUNIT_TEST(wakes_for_what_is_due_first);
    CPPUNIT_TEST(may_be_woken_too_early_and_twice);
    CPPUNIT_TEST(keeps_the_host_for_two_minutes);
    CPPUNIT_TEST(gives_the_room_to_cohost_then_dj_then_who_is_longest_there);
    CPPUNIT_TEST(passes_over_who_is_away);
    CPPUNIT_TEST(lets_a_former_host_reclaim_for_ten_minutes);
    CPPUNIT_TEST(makes_the_first_who_returns_host_when_all_were_lost);
    CPPUNIT_TEST(pauses_and_ends_without_host_when_told_so);
    CPPUNIT_TEST(gives_a_waiting_room_back_to_its_owner);
    CPPUNIT_TEST(stands_fifteen_minutes_without_anybody);
    CPPUNIT_TEST(stands_until_after_its_time_when_scheduled);
    CPPUNIT_TEST(pauses_when_the_last_one_leaves);
    CPPUNIT_TEST_SUITE_END();

    void shows_a_lost_member_as_away_after_five_seconds() {
        Party party;
        party.join("ben");
        auto lost = party.lose("ben");
        CPPUNIT_ASSERT_EQUAL(std::string{}, types(lost));
        CPPUNIT_ASSERT_EQUAL(party.now + 5'000, lost.alarms.back().at);
        CPPUNIT_ASSERT_EQUAL(std::string{}, types(party.pass(4'999)));
        auto change = party.pass(1);
        CPPUNIT_ASSERT_EQUAL(std::string{"party:user_updated"}, types(change));
        auto told = data_of(change, "party:user_updated");
        CPPUNIT_ASSERT_EQUAL(std::string{"away"}, at(told, "member.status").text);
    }

    void removes_a_lost_member_after_forty_five_seconds() {
        Party party;
        party.join("ben");
        party.lose("ben");
        party.pass(44'999);
        CPPUNIT_ASSERT(party.has("ben"));
        auto change = party.pass(1);
        CPPUNIT_ASSERT_EQUAL(std::string{"party:user_left"}, types(change));
        CPPUNIT_ASSERT_EQUAL(std::string{"timeout"},
                             at(data_of(change, "party:user_left"), "reason").text);
        CPPUNIT_ASSERT(!party.has("ben"));
    }

    void says_nothing_of_one_who_is_back_at_once() {
        Party party;
        party.join("ben");
        party.lose("ben");
        party.now += 3'000;
        CPPUNIT_ASSERT_EQUAL(std::string{}, types(party.run("ben", returned)));
        CPPUNIT_ASSERT_EQUAL(std::string{}, types(party.pass(60'000)));
    }

    void takes_a_member_back_on_another_connection() {
        Party party;
        party.join("ben");
        party.lose("ben");
        party.pass(10'000);
        party.person("ben").connection = "connection-2";
        auto change = party.run("ben", returned);
        CPPUNIT_ASSERT_EQUAL(std::string{"party:user_updated"}, types(change));
        CPPUNIT_ASSERT(change.goodbyes.empty());
        CPPUNIT_ASSERT_EQUAL(std::string{"active"}, party.seat("ben").member.status);
        party.lose("ben");
        party.pass(60'000);
        CPPUNIT_ASSERT_THROW(party.run("ben", returned), Failure);
    }

    void takes_a_device_without_a_name_back_once_it_was_lost() {
        Party party;
        auto again = [&](const std::string& name) {
            auto& person = party.person(name);
            person = party.person("ben");
            person.device.id = person.connection = name;
            return at(party.join(name).answer, "member.memberId").text;
        };
        party.person("ben").unnamed = true;
        party.join("ben");
        auto second = again("beside the first");
        CPPUNIT_ASSERT(second != party.id("ben"));
        party.lose("ben");
        CPPUNIT_ASSERT_EQUAL(party.id("ben"), again("after the loss"));
        CPPUNIT_ASSERT_EQUAL(std::string{"after the loss"}, party.seat("ben").connection);
        CPPUNIT_ASSERT(again("a third") != party.id("ben"));

        Party named;
        named.join("ben");
        named.lose("ben");
        auto& tablet = named.person("tablet");
        tablet = named.person("ben");
        tablet.device.id = "tablet";
        CPPUNIT_ASSERT(at(named.join("tablet").answer, "member.memberId").text != named.id("ben"));
    }

    void ignores_the_loss_of_a_connection_that_was_replaced() {
        Party party;
        party.join("ben");
        party.person("ben").connection = "connection-2";
        party.join("ben");
        auto change = party.run("", lost, Lost{"connection-ben"});
        CPPUNIT_ASSERT(change.parts.empty());
        CPPUNIT_ASSERT_EQUAL(Millis{0}, party.seat("ben").gone_since);
    }

    void wakes_for_what_is_due_first() {
        Party party;
        party.join_all({"ben", "carl"});
        party.lose("ben");
        party.now += 3'000;
        auto change = party.lose("carl");
        CPPUNIT_ASSERT_EQUAL(std::string{"members"}, change.alarms.back().kind);
        CPPUNIT_ASSERT_EQUAL(party.now + 2'000, change.alarms.back().at);
        CPPUNIT_ASSERT_EQUAL(party.now + 5'000, party.pass(2'000).alarms.back().at + 2'000);
        party.pass(3'000);
        CPPUNIT_ASSERT_EQUAL(party.now + 37'000, party.pass(0).alarms.back().at);
        party.run("ben", returned);
        CPPUNIT_ASSERT_EQUAL(Millis{0}, party.run("carl", returned).alarms.back().at);
    }

    void may_be_woken_too_early_and_twice() {
        Party party;
        party.join("ben");
        party.lose("ben");
        party.pass(5'000);
        auto change = party.pass(0);
        CPPUNIT_ASSERT_EQUAL(std::string{}, types(change));
        CPPUNIT_ASSERT(change.parts.empty());
        party.pass(40'000);
        CPPUNIT_ASSERT_EQUAL(std::string{}, types(party.pass(0)));
        party.room = Room{};
        CPPUNIT_ASSERT_EQUAL(std::string{}, types(party.pass(0)));
    }

    void keeps_the_host_for_two_minutes() {
        Party party;
        party.join("ben");
        party.lose("anna");
        party.pass(119'999);
        CPPUNIT_ASSERT_EQUAL(party.id("anna"), party.room.about.host);
        auto change = party.pass(1);
        CPPUNIT_ASSERT_EQUAL(std::string{"party:user_left party:host_changed party:user_updated"},
                             types(change));
        auto told = data_of(change, "party:host_changed");
        CPPUNIT_ASSERT_EQUAL(party.id("ben"), at(told, "hostId").text);
        CPPUNIT_ASSERT_EQUAL(party.id("anna"), at(told, "previousId").text);
        CPPUNIT_ASSERT_EQUAL(std::string{"timeout"}, at(told, "reason").text);
        CPPUNIT_ASSERT_EQUAL(std::string{"host"}, party.seat("ben").member.role);
    }

    void gives_the_room_to_cohost_then_dj_then_who_is_longest_there() {
        Party party;
        for (const char* name : {"ben", "carl", "dora", "emil"}) {
            party.now += 1;
            party.join(name);
        }
        party.run("anna", role, Role{party.id("emil"), "cohost"});
        party.run("anna", role, Role{party.id("dora"), "dj"});
        party.run("anna", role, Role{party.id("ben"), "viewer"});
        for (const char* name : {"anna", "emil", "dora", "carl"}) {
            CPPUNIT_ASSERT_EQUAL(party.id(name), party.room.about.host);
            party.run(name, leave);
        }
        CPPUNIT_ASSERT_EQUAL(party.id("ben"), party.room.about.host);
    }

    void passes_over_who_is_away() {
        Party party;
        party.join("ben");
        party.now += 1;
        party.join("carl");
        party.lose("ben");
        party.run("anna", leave);
        CPPUNIT_ASSERT_EQUAL(party.id("carl"), party.room.about.host);
    }

    void lets_a_former_host_reclaim_for_ten_minutes() {
        Party party;
        party.join("ben");
        party.run("anna", role, Role{party.id("ben"), "dj"});
        party.run("anna", leave);
        auto change = party.join("anna");
        CPPUNIT_ASSERT(at(change.answer, "snapshot.canReclaim").boolean);
        CPPUNIT_ASSERT_EQUAL(party.id("ben"), party.room.about.host);
        auto late = party;
        late.now += 600'000;
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"},
                             late.refusal("anna", host, Host{late.id("anna")}));
        auto back = party.run("anna", host, Host{party.id("anna")});
        CPPUNIT_ASSERT_EQUAL(std::string{"reclaim"},
                             at(data_of(back, "party:host_changed"), "reason").text);
        CPPUNIT_ASSERT_EQUAL(std::string{"dj"}, party.seat("ben").member.role);
        CPPUNIT_ASSERT_EQUAL(std::string{"host"}, party.seat("anna").member.role);
    }

    void makes_the_first_who_returns_host_when_all_were_lost() {
        Party party;
        party.join("ben");
        party.lose("anna");
        party.now += 100'000;
        party.lose("ben");
        party.pass(20'000);
        CPPUNIT_ASSERT_EQUAL(std::string{}, party.room.about.host);
        party.run("ben", returned);
        CPPUNIT_ASSERT_EQUAL(party.id("ben"), party.room.about.host);
    }

    void pauses_and_ends_without_host_when_told_so() {
        Party party(without_auto_host());
        party.join("ben");
        party.room.playback.status = "playing";
        party.room.playback.anchor_server_ms = party.now;
        auto left = party.run("anna", leave);
        CPPUNIT_ASSERT(at(data_of(left, "party:host_changed"), "hostId").kind ==
                       JsonValue::Kind::null);
        CPPUNIT_ASSERT_EQUAL(std::string{"paused"}, party.room.playback.status);
        CPPUNIT_ASSERT_EQUAL(party.now + 600'000, left.alarms.back().at);
        CPPUNIT_ASSERT_EQUAL(std::string{}, types(party.pass(599'999)));
        auto change = party.pass(1);
        CPPUNIT_ASSERT_EQUAL(std::string{"idle"},
                             at(data_of(change, "party:ended"), "reason").text);
        CPPUNIT_ASSERT(change.ends_room);
    }

    void gives_a_waiting_room_back_to_its_owner() {
        Party party(without_auto_host());
        party.join("ben");
        party.run("anna", leave);
        party.now += 300'000;
        party.join("carl");
        CPPUNIT_ASSERT_EQUAL(std::string{}, party.room.about.host);
        party.join("anna");
        CPPUNIT_ASSERT_EQUAL(party.id("anna"), party.room.about.host);
        CPPUNIT_ASSERT_EQUAL(std::string{}, types(party.pass(600'000)));
    }

    void stands_fifteen_minutes_without_anybody() {
        Party party;
        auto left = party.run("anna", leave);
        CPPUNIT_ASSERT_EQUAL(party.now + 900'000, left.alarms.back().at);
        auto visited = party;
        visited.now += 899'999;
        visited.join("ben");
        CPPUNIT_ASSERT_EQUAL(visited.id("ben"), visited.room.about.host);
        visited.pass(900'000);
        CPPUNIT_ASSERT(visited.has("ben"));
        auto change = party.pass(900'000);
        CPPUNIT_ASSERT(change.ends_room);
        CPPUNIT_ASSERT_EQUAL(std::string{"party:ended"}, types(change));
    }

    void stands_until_after_its_time_when_scheduled() {
        Party fixture;
        Create wanted;
        wanted.starts_at = fixture.now + 7'200'000;
        Party party(wanted);
        party.run("anna", leave);
        CPPUNIT_ASSERT(!party.pass(7'200'000 + 899'999).ends_room);
        auto change = party.pass(1);
        CPPUNIT_ASSERT_EQUAL(std::string{"expired"},
                             at(data_of(change, "party:ended"), "reason").text);
    }

    void pauses_when_the_last_one_leaves() {
        Party party;
        party.room.playback.status = "playing";
        party.room.playback.anchor_server_ms = party.now;
        party.now += 10'000;
        party.run("anna", leave);
        CPPUNIT_ASSERT_EQUAL(std::string{"paused"}, party.room.playback.status);
        CPPUNIT_ASSERT_EQUAL(Millis{10'000}, party.room.playback.anchor_ms);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PartyPresenceTest);

}  // namespace
