// Who gets in, and how: the door of a room.
#include "workers/party/room/entry.h"

#include "tests/workers/party/room/party.h"
#include "workers/party/room/moderation.h"
#include "workers/party/room/roles.h"

namespace {

using namespace party;

Create with(const Wishes& settings) {
    Create wanted;
    wanted.settings = settings;
    return wanted;
}

Wishes asking_first() {
    Wishes wishes;
    wishes.approval = true;
    return wishes;
}

Join by_invite(const std::string& token) {
    Join wanted;
    wanted.invite = token;
    return wanted;
}

Join by_code(const std::string& code) {
    Join wanted;
    wanted.code = code;
    return wanted;
}

class PartyEntryTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyEntryTest);
    CPPUNIT_TEST(lets_people_in_and_tells_the_others);
    CPPUNIT_TEST(answers_with_the_room_as_it_is_after_the_joining);
    CPPUNIT_TEST(takes_a_second_joining_as_a_return);
    CPPUNIT_TEST(knows_two_devices_of_a_profile_apart);
    CPPUNIT_TEST(refuses_what_is_over_or_was_never_there);
    CPPUNIT_TEST(refuses_who_was_kicked_for_a_minute);
    CPPUNIT_TEST(refuses_everybody_new_while_locked);
    CPPUNIT_TEST(asks_for_the_password);
    CPPUNIT_TEST(refuses_more_than_the_capacity);
    CPPUNIT_TEST(lets_kids_into_rooms_for_kids_only);
    CPPUNIT_TEST(shows_a_kid_nothing_of_what_it_may_not_watch);
    CPPUNIT_TEST(numbers_equal_names);
    CPPUNIT_TEST(asks_the_hosts_before_it_lets_in);
    CPPUNIT_TEST(knocks_once_however_often_one_asks);
    CPPUNIT_TEST(forgets_a_knock_after_a_minute);
    CPPUNIT_TEST(denies_and_keeps_denying);
    CPPUNIT_TEST(takes_codes_as_people_type_them);
    CPPUNIT_TEST(lets_an_invite_be_used_as_often_as_it_says);
    CPPUNIT_TEST(forgets_an_invite_when_its_time_is_over);
    CPPUNIT_TEST(asks_the_invited_for_no_password_and_no_approval);
    CPPUNIT_TEST(invites_nobody_to_a_higher_role);
    CPPUNIT_TEST(revokes_invites_and_the_code_of_the_room);
    CPPUNIT_TEST(lists_the_invites_that_can_be_used);
    CPPUNIT_TEST_SUITE_END();

    void lets_people_in_and_tells_the_others() {
        Party party;
        auto change = party.join("ben");
        CPPUNIT_ASSERT_EQUAL(std::string{"party:user_joined"}, types(change));
        auto told = data_of(change, "party:user_joined");
        CPPUNIT_ASSERT_EQUAL(party.id("ben"), at(told, "member.memberId").text);
        CPPUNIT_ASSERT_EQUAL(std::string{"ben"}, at(told, "member.userName").text);
        CPPUNIT_ASSERT_EQUAL(std::string{"member"}, at(told, "member.role").text);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, party.room.about.peak_members);
    }

    void answers_with_the_room_as_it_is_after_the_joining() {
        Party party;
        auto change = party.join("ben");
        CPPUNIT_ASSERT_EQUAL(party.room.about.id, at(change.answer, "roomId").text);
        CPPUNIT_ASSERT(!at(change.answer, "isHost").boolean);
        CPPUNIT_ASSERT_EQUAL(party.room.version, at(change.answer, "snapshot.ver").integer);
        CPPUNIT_ASSERT_EQUAL(party.id("anna"), at(change.answer, "snapshot.hostId").text);
        CPPUNIT_ASSERT_EQUAL(party.id("ben"), at(change.answer, "snapshot.youAre").text);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, at(change.answer, "snapshot.members").list.size());
        CPPUNIT_ASSERT_EQUAL(std::string{"idle"}, at(change.answer, "snapshot.state.status").text);
        CPPUNIT_ASSERT(at(change.answer, "snapshot.votes").kind == JsonValue::Kind::object);
    }

    void takes_a_second_joining_as_a_return() {
        Party party;
        party.join("ben");
        party.person("ben").connection = "connection-2";
        auto change = party.join("ben");
        CPPUNIT_ASSERT_EQUAL(std::string{}, types(change));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, change.goodbyes.size());
        CPPUNIT_ASSERT_EQUAL(std::string{"connection-ben"}, change.goodbyes[0].connection);
        CPPUNIT_ASSERT_EQUAL(std::uint16_t{4409}, change.goodbyes[0].code);
        CPPUNIT_ASSERT_EQUAL(std::string{"connection-2"}, party.seat("ben").connection);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, party.room.seats.size());
        CPPUNIT_ASSERT(party.join("ben").goodbyes.empty());
    }

    void knows_two_devices_of_a_profile_apart() {
        Party party;
        party.join("ben");
        party.person("ben").device.id = "phone";
        party.join("ben");
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, party.room.seats.size());
    }

    void refuses_what_is_over_or_was_never_there() {
        Party party;
        auto over = party;
        over.run("anna", end);
        CPPUNIT_ASSERT_EQUAL(std::string{"room_ended"}, over.refusal("ben", join));
        party.room = Room{};
        CPPUNIT_ASSERT_EQUAL(std::string{"room_not_found"}, party.refusal("ben", join));
    }

    void refuses_who_was_kicked_for_a_minute() {
        Party party;
        party.join("ben");
        Removal removal;
        removal.member = party.id("ben");
        party.run("anna", kick, removal);
        party.now += 59'999;
        CPPUNIT_ASSERT_EQUAL(std::string{"banned"}, party.refusal("ben", join));
        party.now += 1;
        party.join("ben");
    }

    void refuses_everybody_new_while_locked() {
        Party party;
        party.join("ben");
        party.run("anna", lock, Lock{true});
        CPPUNIT_ASSERT_EQUAL(std::string{"room_locked"}, party.refusal("carl", join));
        CPPUNIT_ASSERT_EQUAL(std::string{}, party.refusal("ben", join));
        auto invite = party.run("anna", invite_create);
        auto token = at(invite.answer, "token").text;
        CPPUNIT_ASSERT_EQUAL(std::string{"room_locked"},
                             party.refusal("carl", join, by_invite(token)));
    }

    void asks_for_the_password() {
        Wishes wishes;
        wishes.password = {true, "sesame"};
        wishes.password_hash = "hash of sesame";
        Party party(with(wishes));
        CPPUNIT_ASSERT(party.room.settings.has_password);
        CPPUNIT_ASSERT_EQUAL(std::string{"password_required"}, party.refusal("ben", join));
        Join wanted;
        wanted.password_hash = "hash of open";
        CPPUNIT_ASSERT_EQUAL(std::string{"password_required"}, party.refusal("ben", join, wanted));
        wanted.password_hash = "hash of sesame";
        auto change = party.join("ben", wanted);
        CPPUNIT_ASSERT(change.answer.find("hash of") == std::string::npos);
    }

    void refuses_more_than_the_capacity() {
        Wishes wishes;
        wishes.capacity = 2;
        Party party(with(wishes));
        party.join("ben");
        CPPUNIT_ASSERT_EQUAL(std::string{"room_full"}, party.refusal("carl", join));
        CPPUNIT_ASSERT_EQUAL(std::string{}, party.refusal("ben", join));
        party.run("ben", leave);
        party.join("carl");
    }

    void lets_kids_into_rooms_for_kids_only() {
        Party party;
        party.person("kim").kids = true;
        CPPUNIT_ASSERT_EQUAL(std::string{"media_not_allowed"}, party.refusal("kim", join));
        Wishes wishes;
        wishes.kids_safe = true;
        party.run("anna", update, wishes);
        party.join("kim");
        CPPUNIT_ASSERT(party.seat("kim").kids);
    }

    void shows_a_kid_nothing_of_what_it_may_not_watch() {
        Wishes wishes;
        wishes.kids_safe = true;
        Party party(with(wishes));
        Media media;
        media.title = "The Shining";
        media.rating = "R";
        party.room.playback.media = media;
        party.person("kim").kids = true;
        auto change = party.join("kim");
        CPPUNIT_ASSERT(change.answer.find("Shining") == std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::string{"unsupported"}, party.seat("kim").member.status);
    }

    void numbers_equal_names() {
        Party party;
        Join wanted;
        wanted.name = "  Sarah\t ";
        party.join("ben", wanted);
        wanted.name = "SARAH";
        party.join("carl", wanted);
        wanted.name = "\n";
        party.join("dora", wanted);
        CPPUNIT_ASSERT_EQUAL(std::string{"Sarah"}, party.seat("ben").member.name);
        CPPUNIT_ASSERT_EQUAL(std::string{"SARAH #2"}, party.seat("carl").member.name);
        CPPUNIT_ASSERT_EQUAL(std::string{"dora"}, party.seat("dora").member.name);
    }

    void asks_the_hosts_before_it_lets_in() {
        Party party;
        party.join("carl");
        party.run("anna", update, asking_first());
        auto change = party.join("ben");
        CPPUNIT_ASSERT(at(change.answer, "pending").boolean);
        CPPUNIT_ASSERT(!party.has("ben"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, change.words.size());
        CPPUNIT_ASSERT_EQUAL(party.id("anna"), change.words[0].member);
        CPPUNIT_ASSERT_EQUAL(std::string{"ben"}, at(change.words[0].data, "user.userName").text);
        auto knock = at(change.answer, "knockId").text;
        Admit yes{knock, true, "dj"};
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"}, party.refusal("carl", admit, yes));
        auto admitted = party.run("anna", admit, yes);
        CPPUNIT_ASSERT_EQUAL(std::string{"connection-ben"}, admitted.words.at(0).connection);
        CPPUNIT_ASSERT_EQUAL(std::string{"target_not_found"}, party.refusal("anna", admit, yes));
        party.join("ben");
        CPPUNIT_ASSERT_EQUAL(std::string{"dj"}, party.seat("ben").member.role);
        CPPUNIT_ASSERT(party.room.knocks.empty());
    }

    void knocks_once_however_often_one_asks() {
        Party party(with(asking_first()));
        party.join("ben");
        auto again = party.join("ben");
        CPPUNIT_ASSERT(again.words.empty());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, party.room.knocks.size());
    }

    void forgets_a_knock_after_a_minute() {
        Party party(with(asking_first()));
        auto change = party.join("ben");
        CPPUNIT_ASSERT_EQUAL(party.now + 60'000, change.alarms.back().at);
        party.pass(60'000);
        CPPUNIT_ASSERT(party.room.knocks.empty());
        Admit late{party.id("ben"), true, {}};
        CPPUNIT_ASSERT_EQUAL(std::string{"target_not_found"}, party.refusal("anna", admit, late));
    }

    void denies_and_keeps_denying() {
        Party party(with(asking_first()));
        party.join("ben");
        party.run("anna", admit, Admit{party.id("ben"), false, {}});
        CPPUNIT_ASSERT_EQUAL(std::string{"approval_denied"}, party.refusal("ben", join));
        party.pass(60'000);
        CPPUNIT_ASSERT(at(party.join("ben").answer, "pending").boolean);
    }

    void takes_codes_as_people_type_them() {
        Party party;
        auto code = party.room.about.code;
        CPPUNIT_ASSERT_EQUAL(std::size_t{9}, code.size());
        party.join("ben", by_code(lower_ascii(code)));
        code.erase(4, 1);
        party.join("carl", by_code(code));
        CPPUNIT_ASSERT_EQUAL(std::string{"bad_code"}, party.refusal("dora", join, by_code("12")));
        CPPUNIT_ASSERT_EQUAL(std::string{"bad_code"},
                             party.refusal("dora", join, by_code("K7QX-92MD")));
        CPPUNIT_ASSERT_EQUAL(std::string{"01AB-CD10"}, *written_code("oiab cd1o"));
        CPPUNIT_ASSERT(!written_code("UUUU-UUUU"));
    }

    void lets_an_invite_be_used_as_often_as_it_says() {
        Party party;
        auto invite = party.run("anna", invite_create, NewInvite{"viewer", 2, 60});
        auto token = at(invite.answer, "token").text;
        auto code = at(invite.answer, "code").text;
        CPPUNIT_ASSERT_EQUAL("https://tv.example/party#code=" + code,
                             at(invite.answer, "url").text);
        party.join("ben", by_invite(token));
        party.join("carl", by_code(code));
        CPPUNIT_ASSERT_EQUAL(std::string{"viewer"}, party.seat("carl").member.role);
        CPPUNIT_ASSERT_EQUAL(std::string{"bad_code"},
                             party.refusal("dora", join, by_invite(token)));
    }

    void forgets_an_invite_when_its_time_is_over() {
        Party party;
        auto invite = party.run("anna", invite_create, NewInvite{{}, 5, 60});
        party.now += 60'000;
        auto wanted = by_invite(at(invite.answer, "token").text);
        CPPUNIT_ASSERT_EQUAL(std::string{"bad_code"}, party.refusal("ben", join, wanted));
        party.pass(0);
        CPPUNIT_ASSERT(party.room.invites.empty());
    }

    void asks_the_invited_for_no_password_and_no_approval() {
        auto wishes = asking_first();
        wishes.password = {true, "sesame"};
        wishes.password_hash = "hash of sesame";
        Party party(with(wishes));
        auto invite = party.run("anna", invite_create);
        party.join("ben", by_invite(at(invite.answer, "token").text));
        CPPUNIT_ASSERT(party.has("ben"));
    }

    void invites_nobody_to_a_higher_role() {
        Party party;
        party.join_all({"ben", "carl"});
        party.run("anna", role, Role{party.id("ben"), "cohost"});
        NewInvite cohost{"cohost", {}, {}};
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"},
                             party.refusal("ben", invite_create, cohost));
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"}, party.refusal("carl", invite_create));
        CPPUNIT_ASSERT_EQUAL(std::string{}, party.refusal("anna", invite_create, cohost));
    }

    void revokes_invites_and_the_code_of_the_room() {
        Party party;
        auto invite = party.run("anna", invite_create);
        auto token = at(invite.answer, "token").text;
        party.run("anna", invite_revoke, WhichInvite{{}, token});
        CPPUNIT_ASSERT_EQUAL(std::string{"bad_code"}, party.refusal("ben", join, by_invite(token)));
        auto code = party.room.about.code;
        auto change = party.run("anna", invite_revoke, WhichInvite{code, {}});
        CPPUNIT_ASSERT(code != party.room.about.code);
        CPPUNIT_ASSERT_EQUAL(party.room.about.code, at(change.answer, "code").text);
        CPPUNIT_ASSERT_EQUAL(std::string{"bad_code"}, party.refusal("ben", join, by_code(code)));
        WhichInvite unknown{"0000-0000", {}};
        CPPUNIT_ASSERT_EQUAL(std::string{"bad_code"},
                             party.refusal("anna", invite_revoke, unknown));
    }

    void lists_the_invites_that_can_be_used() {
        Party party;
        party.join("ben");
        party.run("anna", invite_create, NewInvite{{}, {}, 60});
        party.run("anna", invite_create, NewInvite{{}, {}, 600});
        party.now += 60'000;
        auto change = party.run("anna", invite_list);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, at(change.answer, "invites").list.size());
        CPPUNIT_ASSERT_EQUAL(party.room.about.code, at(change.answer, "code").text);
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"}, party.refusal("ben", invite_list));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PartyEntryTest);

}  // namespace
