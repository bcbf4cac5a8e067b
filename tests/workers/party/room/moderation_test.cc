// Mute, kick, ban and lock.
#include "workers/party/room/moderation.h"

#include "tests/workers/party/room/party.h"
#include "workers/party/room/chat.h"
#include "workers/party/room/roles.h"

namespace {

using namespace party;

Removal of(const std::string& member) {
    Removal removal;
    removal.member = member;
    return removal;
}

Removal of_user(const std::string& user) {
    Removal removal;
    removal.user = user;
    return removal;
}

class PartyModerationTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyModerationTest);
    CPPUNIT_TEST(kicks_and_says_why);
    CPPUNIT_TEST(kicks_all_devices_of_an_account);
    CPPUNIT_TEST(kicks_nobody_of_equal_or_higher_role);
    CPPUNIT_TEST(refuses_a_kick_without_a_target);
    CPPUNIT_TEST(bans_until_the_time_is_over_or_it_is_lifted);
    CPPUNIT_TEST(bans_who_is_not_there);
    CPPUNIT_TEST(takes_over_bans_of_earlier_parties);
    CPPUNIT_TEST(takes_the_knock_of_a_banned_one_away);
    CPPUNIT_TEST(mutes_for_minutes);
    CPPUNIT_TEST(keeps_one_muted_who_leaves_and_comes_back);
    CPPUNIT_TEST(mutes_nobody_of_equal_or_higher_role);
    CPPUNIT_TEST(locks_and_unlocks);
    CPPUNIT_TEST_SUITE_END();

    void kicks_and_says_why() {
        Party party;
        party.join("ben");
        auto removal = of(party.id("ben"));
        removal.reason = "spoilers";
        auto change = party.run("anna", kick, removal);
        CPPUNIT_ASSERT_EQUAL(std::string{"party:user_left"}, types(change));
        CPPUNIT_ASSERT_EQUAL(std::string{"kicked"},
                             at(data_of(change, "party:user_left"), "reason").text);
        const auto& word = change.words.at(0);
        CPPUNIT_ASSERT_EQUAL(std::string{"party:kicked"}, word.type);
        CPPUNIT_ASSERT_EQUAL(std::string{"spoilers"}, at(word.data, "reason").text);
        CPPUNIT_ASSERT_EQUAL(party.now + 60'000, at(word.data, "banUntil").integer);
        CPPUNIT_ASSERT_EQUAL(std::uint16_t{4410}, change.goodbyes.at(0).code);
        CPPUNIT_ASSERT_EQUAL(std::string{"connection-ben"}, change.goodbyes[0].connection);
    }

    void kicks_all_devices_of_an_account() {
        Party party;
        party.join("ben");
        auto first = party.id("ben");
        party.person("ben").device.id = "phone";
        party.join("ben");
        party.run("anna", kick, of(first));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, party.room.seats.size());
    }

    void kicks_nobody_of_equal_or_higher_role() {
        Party party;
        party.join_all({"ben", "carl", "dora"});
        party.run("anna", role, Role{party.id("ben"), "cohost"});
        party.run("anna", role, Role{party.id("carl"), "cohost"});
        for (const char* name : {"anna", "carl", "ben"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, std::string{"not_allowed"},
                                         party.refusal("ben", kick, of(party.id(name))));
        }
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"},
                             party.refusal("ben", ban, of_user("user-anna")));
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"},
                             party.refusal("dora", kick, of(party.id("carl"))));
        party.run("ben", kick, of(party.id("dora")));
        party.run("anna", kick, of(party.id("ben")));
        CPPUNIT_ASSERT(!party.has("ben") && !party.has("dora"));
    }

    void refuses_a_kick_without_a_target() {
        Party party;
        CPPUNIT_ASSERT_EQUAL(std::string{"bad_request"}, party.refusal("anna", kick, Removal{}));
        CPPUNIT_ASSERT_EQUAL(std::string{"target_not_found"},
                             party.refusal("anna", kick, of("m_nobody")));
        CPPUNIT_ASSERT_EQUAL(std::string{"target_not_found"},
                             party.refusal("anna", kick, of_user("nobody")));
    }

    void bans_until_the_time_is_over_or_it_is_lifted() {
        Party party;
        party.join_all({"ben", "carl"});
        auto removal = of(party.id("ben"));
        removal.minutes = 30;
        auto change = party.run("anna", ban, removal);
        CPPUNIT_ASSERT_EQUAL(std::uint16_t{4411}, change.goodbyes.at(0).code);
        auto forever = party.run("anna", ban, of(party.id("carl")));
        CPPUNIT_ASSERT(at(forever.words.at(0).data, "banUntil").kind == JsonValue::Kind::null);
        party.now += 30 * 60'000;
        party.join("ben");
        CPPUNIT_ASSERT_EQUAL(std::string{"banned"}, party.refusal("carl", join));
        party.pass(0);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, party.room.bans.size());
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"},
                             party.refusal("ben", unban, of_user("user-carl")));
        party.run("anna", unban, of_user("user-carl"));
        CPPUNIT_ASSERT_EQUAL(std::string{"target_not_found"},
                             party.refusal("anna", unban, of_user("user-carl")));
        party.join("carl");
    }

    void takes_over_bans_of_earlier_parties() {
        Party party;
        party.join("ben");
        party::Change change;
        auto later = party.now + 60'000;
        keep_out(party.room, {{"user-ben"}, {"user-carl"}, {"user-dora", later}}, change);
        CPPUNIT_ASSERT(party.has("ben"));
        CPPUNIT_ASSERT(change.events.empty() && change.parts == std::vector<std::string>{"bans"});
        for (const char* name : {"carl", "dora"}) {
            CPPUNIT_ASSERT_EQUAL(std::string{"banned"}, party.refusal(name, join, Join{}));
        }
        party.pass(60'000);
        party.join("dora");
    }

    void bans_who_is_not_there() {
        Party party;
        auto change = party.run("anna", ban, of_user("user-ben"));
        CPPUNIT_ASSERT_EQUAL(std::string{}, types(change));
        CPPUNIT_ASSERT_EQUAL(std::string{"banned"}, party.refusal("ben", join));
    }

    void takes_the_knock_of_a_banned_one_away() {
        Create wanted;
        wanted.settings.approval = true;
        Party party(wanted);
        party.join("ben");
        party.run("anna", ban, of_user("user-ben"));
        CPPUNIT_ASSERT(party.room.knocks.empty());
    }

    void mutes_for_minutes() {
        Party party;
        party.join("ben");
        auto change = party.run("anna", mute, Mute{party.id("ben"), 2});
        CPPUNIT_ASSERT_EQUAL(party.now + 120'000,
                             at(data_of(change, "party:user_updated"), "mutedUntil").integer);
        Chat hello{"hello", {}, {}};
        CPPUNIT_ASSERT_EQUAL(std::string{"muted"}, party.refusal("ben", chat, hello));
        auto freed = party;
        freed.run("anna", mute, Mute{party.id("ben"), 0});
        CPPUNIT_ASSERT_EQUAL(std::string{}, freed.refusal("ben", chat, hello));
        CPPUNIT_ASSERT(freed.room.bans.empty());
        party.now += 120'000;
        CPPUNIT_ASSERT_EQUAL(std::string{}, party.refusal("ben", chat, hello));
    }

    void keeps_one_muted_who_leaves_and_comes_back() {
        Party party;
        party.join("ben");
        party.run("anna", mute, Mute{party.id("ben"), 2});
        party.run("ben", leave);
        party.join("ben");
        CPPUNIT_ASSERT_EQUAL(std::string{"muted"}, party.refusal("ben", chat, Chat{"me", {}, {}}));
    }

    void mutes_nobody_of_equal_or_higher_role() {
        Party party;
        party.join_all({"ben", "carl"});
        party.run("anna", role, Role{party.id("ben"), "cohost"});
        for (const char* name : {"anna", "ben"}) {
            CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"},
                                 party.refusal("ben", mute, Mute{party.id(name), 1}));
        }
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"},
                             party.refusal("carl", mute, Mute{party.id("ben"), 1}));
        CPPUNIT_ASSERT_EQUAL(std::string{"target_not_found"},
                             party.refusal("ben", mute, Mute{"m_nobody", 1}));
    }

    void locks_and_unlocks() {
        Party party;
        party.join("ben");
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"}, party.refusal("ben", lock, Lock{true}));
        auto change = party.run("anna", lock, Lock{true});
        CPPUNIT_ASSERT(at(data_of(change, "party:updated"), "settings.locked").boolean);
        CPPUNIT_ASSERT_EQUAL(std::string{}, types(party.run("anna", lock, Lock{true})));
        party.run("anna", lock, Lock{false});
        party.join("carl");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PartyModerationTest);

}  // namespace
