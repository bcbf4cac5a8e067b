// What each role may, and the commands that hand roles over.
#include "workers/party/room/roles.h"

#include "tests/workers/party/room/party.h"
#include "workers/party/room/moderation.h"

namespace {

using namespace party;

// Of all members, those who may, by role: "host cohost dj".
std::string who_may(const Settings& settings, Permission permission) {
    Room room;
    room.settings = settings;
    std::string roles;
    for (const char* role : {"host", "cohost", "dj", "member", "viewer"}) {
        Seat seat;
        seat.member.role = role;
        if (may(room, seat, permission)) roles += (roles.empty() ? "" : " ") + std::string(role);
    }
    return roles;
}

class PartyRolesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyRolesTest);
    CPPUNIT_TEST(allows_by_role);
    CPPUNIT_TEST(widens_and_narrows_by_settings);
    CPPUNIT_TEST(names_the_permission_that_lacks);
    CPPUNIT_TEST(knows_who_is_not_in);
    CPPUNIT_TEST(hands_the_room_over);
    CPPUNIT_TEST(hands_it_to_nobody_who_is_not_there);
    CPPUNIT_TEST(gives_roles);
    CPPUNIT_TEST(keeps_one_host);
    CPPUNIT_TEST_SUITE_END();

    void allows_by_role() {
        const std::string host = "host", cohosts = "host cohost", djs = "host cohost dj",
                          members = "host cohost dj member";
        const Settings usual;
        for (auto permission : {Permission::play_pause, Permission::seek, Permission::rate,
                                Permission::settings, Permission::promote, Permission::end}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name_of(permission), host, who_may(usual, permission));
        }
        for (auto permission : {Permission::invite, Permission::admit, Permission::mute,
                                Permission::kick, Permission::ban, Permission::lock}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name_of(permission), cohosts, who_may(usual, permission));
        }
        for (auto permission :
             {Permission::media, Permission::queue_remove, Permission::queue_order}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name_of(permission), djs, who_may(usual, permission));
        }
        for (auto permission :
             {Permission::queue_add, Permission::vote, Permission::chat, Permission::react}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name_of(permission), members, who_may(usual, permission));
        }
    }

    void widens_and_narrows_by_settings() {
        const std::string members = "host cohost dj member";
        Settings settings;
        settings.control = "cohosts";
        settings.seek_control = "everyone";
        settings.chat = "hosts";
        settings.reactions = false;
        CPPUNIT_ASSERT_EQUAL(std::string{"host cohost"}, who_may(settings, Permission::play_pause));
        CPPUNIT_ASSERT_EQUAL(std::string{"host cohost"}, who_may(settings, Permission::rate));
        CPPUNIT_ASSERT_EQUAL(members, who_may(settings, Permission::seek));
        CPPUNIT_ASSERT_EQUAL(std::string{"host cohost"}, who_may(settings, Permission::chat));
        CPPUNIT_ASSERT_EQUAL(std::string{}, who_may(settings, Permission::react));
        settings.allow_rate = false;
        settings.chat = "off";
        CPPUNIT_ASSERT_EQUAL(std::string{}, who_may(settings, Permission::rate));
        CPPUNIT_ASSERT_EQUAL(std::string{}, who_may(settings, Permission::chat));
    }

    void names_the_permission_that_lacks() {
        Party party;
        party.join("ben");
        try {
            require(party.room, party.act("ben"), Permission::queue_order);
            CPPUNIT_FAIL("ben may order the queue");
        } catch (const Failure& failure) {
            CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"}, std::string{failure.what()});
            const auto& detail = failure.details().at(0);
            CPPUNIT_ASSERT_EQUAL(std::string{"permission"}, detail.name);
            CPPUNIT_ASSERT_EQUAL(std::string{"queue_order"}, std::get<std::string>(detail.value));
        }
    }

    void knows_who_is_not_in() {
        Party party;
        CPPUNIT_ASSERT_EQUAL(std::string{"not_in_room"}, party.refusal("ben", leave));
        party.run("anna", end);
        CPPUNIT_ASSERT_EQUAL(std::string{"room_ended"}, party.refusal("anna", leave));
        party.room = Room{};
        CPPUNIT_ASSERT_EQUAL(std::string{"room_not_found"}, party.refusal("anna", leave));
    }

    void hands_the_room_over() {
        Party party;
        party.join("ben");
        Host to_ben{party.id("ben")};
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"}, party.refusal("ben", host, to_ben));
        auto change = party.run("anna", host, to_ben);
        CPPUNIT_ASSERT_EQUAL(std::string{"manual"},
                             at(data_of(change, "party:host_changed"), "reason").text);
        CPPUNIT_ASSERT_EQUAL(std::string{"host"}, party.seat("ben").member.role);
        CPPUNIT_ASSERT_EQUAL(std::string{"cohost"}, party.seat("anna").member.role);
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"},
                             party.refusal("anna", host, Host{party.id("anna")}));
    }

    void hands_it_to_nobody_who_is_not_there() {
        Party party;
        party.join("ben");
        CPPUNIT_ASSERT_EQUAL(std::string{"target_not_found"},
                             party.refusal("anna", host, Host{party.id("carl")}));
        party.lose("ben");
        CPPUNIT_ASSERT_EQUAL(std::string{"target_not_found"},
                             party.refusal("anna", host, Host{party.id("ben")}));
    }

    void gives_roles() {
        Party party;
        party.join_all({"ben", "carl"});
        Role dj{party.id("ben"), "dj"};
        auto change = party.run("anna", role, dj);
        auto told = data_of(change, "party:user_updated");
        CPPUNIT_ASSERT_EQUAL(std::string{"dj"}, at(told, "member.role").text);
        CPPUNIT_ASSERT_EQUAL(std::string{}, types(party.run("anna", role, dj)));
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"}, party.refusal("carl", role, dj));
        CPPUNIT_ASSERT_EQUAL(std::string{"target_not_found"},
                             party.refusal("anna", role, Role{"m_nobody", "dj"}));
    }

    void keeps_one_host() {
        Party party;
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"},
                             party.refusal("anna", role, Role{party.id("anna"), "member"}));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PartyRolesTest);

}  // namespace
