// What is written, and what is refused.
#include "workers/party/room/chat.h"

#include "tests/workers/party/room/party.h"
#include "workers/party/room/roles.h"

namespace {

using namespace party;
using party::Change;

Chat saying(const std::string& text) { return {text, {}, {}}; }

class PartyChatTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyChatTest);
    CPPUNIT_TEST(tells_everybody_what_was_written);
    CPPUNIT_TEST(commutes_and_touches_nothing_but_messages);
    CPPUNIT_TEST(cleans_what_is_written);
    CPPUNIT_TEST(refuses_what_is_empty_or_too_long);
    CPPUNIT_TEST(quotes_what_is_answered);
    CPPUNIT_TEST(refuses_who_only_reads);
    CPPUNIT_TEST(is_off_when_the_settings_say_so);
    CPPUNIT_TEST(is_not_for_kids);
    CPPUNIT_TEST(slows_everybody_but_hosts_down);
    CPPUNIT_TEST(drops_the_third_of_the_same);
    CPPUNIT_TEST(keeps_links_and_words_out);
    CPPUNIT_TEST(remembers_two_hundred_messages);
    CPPUNIT_TEST(pages_through_history);
    CPPUNIT_TEST(deletes_ones_own_and_those_of_lower_roles);
    CPPUNIT_TEST(pins_and_unpins);
    CPPUNIT_TEST(clears_for_the_host);
    CPPUNIT_TEST(counts_reactions);
    CPPUNIT_TEST(takes_twelve_kinds_of_reaction_and_no_words);
    CPPUNIT_TEST(announces_for_the_host);
    CPPUNIT_TEST(reports_what_was_written);
    CPPUNIT_TEST(checks_emotes_and_typing);
    CPPUNIT_TEST_SUITE_END();

    Party party_;

  public:
    void setUp() override {
        party_ = Party();
        party_.join_all({"ben", "carl"});
    }

  private:
    Change say(const std::string& name, const std::string& text) {
        return party_.run(name, chat, saying(text));
    }
    std::string refusal(const std::string& name, const std::string& text) {
        return party_.refusal(name, chat, saying(text));
    }
    std::string last() { return party_.room.chat.rbegin()->first; }
    Settings& settings() { return party_.room.settings; }

    void tells_everybody_what_was_written() {
        auto change = party_.run("ben", chat, Chat{"hello", {}, "c-1"});
        auto told = data_of(change, "party:chat");
        CPPUNIT_ASSERT_EQUAL(last(), at(told, "msgId").text);
        CPPUNIT_ASSERT_EQUAL(party_.id("ben"), at(told, "memberId").text);
        CPPUNIT_ASSERT_EQUAL(std::string{"user-ben"}, at(told, "userId").text);
        CPPUNIT_ASSERT_EQUAL(std::string{"ben"}, at(told, "userName").text);
        CPPUNIT_ASSERT_EQUAL(std::string{"hello"}, at(told, "message").text);
        CPPUNIT_ASSERT_EQUAL(std::string{"c-1"}, at(told, "clientMsgId").text);
        CPPUNIT_ASSERT_EQUAL(party_.now, at(told, "sentAt").integer);
        CPPUNIT_ASSERT_EQUAL(last(), at(change.answer, "msgId").text);
    }

    void commutes_and_touches_nothing_but_messages() {
        auto change = say("ben", "hello");
        CPPUNIT_ASSERT(change.commutes);
        CPPUNIT_ASSERT(change.parts == std::vector<std::string>{"c:" + last()});
    }

    void cleans_what_is_written() {
        say("ben", " \t<b>hi\x01\xe2\x80\xae</b>\r\nthere \n");
        CPPUNIT_ASSERT_EQUAL(std::string{"<b>hi</b>\nthere"}, party_.room.chat[last()].text);
    }

    void refuses_what_is_empty_or_too_long() {
        std::string long_text;
        for (int i = 0; i < 500; ++i) long_text += "\xc3\xa9";
        CPPUNIT_ASSERT_EQUAL(std::string{}, refusal("ben", long_text));
        CPPUNIT_ASSERT_EQUAL(std::string{"bad_request"}, refusal("ben", long_text + "e"));
        CPPUNIT_ASSERT_EQUAL(std::string{}, refusal("ben", "1\n2\n3\n4\n5\n6"));
        CPPUNIT_ASSERT_EQUAL(std::string{"bad_request"}, refusal("ben", "1\n2\n3\n4\n5\n6\n7"));
        CPPUNIT_ASSERT_EQUAL(std::string{"bad_request"}, refusal("ben", " \n\x02 "));
        CPPUNIT_ASSERT_EQUAL(std::string{"not_in_room"}, refusal("dora", "hello"));
    }

    void quotes_what_is_answered() {
        say("ben", std::string(100, 'a'));
        auto first = last();
        party_.now += 1;
        auto change = party_.run("carl", chat, Chat{"indeed", first, {}});
        auto told = data_of(change, "party:chat");
        CPPUNIT_ASSERT_EQUAL(first, at(told, "replyTo.msgId").text);
        CPPUNIT_ASSERT_EQUAL(std::string(80, 'a'), at(told, "replyTo.excerpt").text);
        Chat lost{"indeed", "nothing", {}};
        CPPUNIT_ASSERT_EQUAL(std::string{"msg_not_found"}, party_.refusal("carl", chat, lost));
    }

    void refuses_who_only_reads() {
        party_.run("anna", role, Role{party_.id("ben"), "viewer"});
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"}, refusal("ben", "hello"));
    }

    void is_off_when_the_settings_say_so() {
        settings().chat = "off";
        CPPUNIT_ASSERT_EQUAL(std::string{"chat_disabled"}, refusal("anna", "hello"));
        settings().chat = "hosts";
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"}, refusal("ben", "hello"));
        CPPUNIT_ASSERT_EQUAL(std::string{}, refusal("anna", "hello"));
    }

    void is_not_for_kids() {
        settings().kids_safe = true;
        say("anna", "hello");
        party_.person("kim").kids = true;
        auto change = party_.join("kim");
        CPPUNIT_ASSERT(at(change.answer, "snapshot.chatTail").list.empty());
        CPPUNIT_ASSERT_EQUAL(std::string{"chat_disabled"}, refusal("kim", "hello"));
        CPPUNIT_ASSERT_EQUAL(std::string{"chat_disabled"}, party_.refusal("kim", chat_history));
    }

    void slows_everybody_but_hosts_down() {
        settings().slow_mode_s = 10;
        say("ben", "one");
        party_.now += 9'999;
        CPPUNIT_ASSERT_EQUAL(std::string{}, refusal("carl", "one"));
        try {
            say("ben", "two");
            CPPUNIT_FAIL("ben was faster than slow mode");
        } catch (const Failure& failure) {
            CPPUNIT_ASSERT_EQUAL(std::string{"slow_mode"}, std::string{failure.what()});
            CPPUNIT_ASSERT(failure.retry_after() == std::chrono::milliseconds{1});
        }
        say("anna", "one");
        say("anna", "two");
        party_.now += 1;
        say("ben", "two");
    }

    void drops_the_third_of_the_same() {
        say("ben", "first!");
        say("ben", "first!");
        CPPUNIT_ASSERT_EQUAL(std::string{"message_rejected"}, refusal("ben", "first!"));
        CPPUNIT_ASSERT_EQUAL(std::string{}, refusal("ben", "second"));
        CPPUNIT_ASSERT_EQUAL(std::string{}, refusal("carl", "first!"));
        party_.now += 10'000;
        CPPUNIT_ASSERT_EQUAL(std::string{}, refusal("ben", "first!"));
    }

    void keeps_links_and_words_out() {
        CPPUNIT_ASSERT_EQUAL(std::string{}, refusal("ben", "see https://example.com"));
        settings().links = "hosts";
        for (const char* text : {"see https://example.com", "WWW.example", "on pirate.tv now"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(text, std::string{"message_rejected"},
                                         refusal("ben", text));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(text, std::string{}, refusal("anna", text));
        }
        CPPUNIT_ASSERT_EQUAL(std::string{}, refusal("ben", "wait...what? 10.30, ok.then"));
        settings().links = "off";
        CPPUNIT_ASSERT_EQUAL(std::string{"message_rejected"}, refusal("anna", "www.example"));
        settings().blocked_words = {"Spoiler"};
        CPPUNIT_ASSERT_EQUAL(std::string{"message_rejected"}, refusal("ben", "a SPOILER: he"));
        CPPUNIT_ASSERT_EQUAL(std::string{}, refusal("ben", "no spoilers please"));
    }

    void remembers_two_hundred_messages() {
        say("ben", "keep this");
        auto pinned = last();
        party_.run("anna", chat_pin, Pin{pinned, true});
        for (int i = 0; i < 200; ++i) {
            party_.now += 1;
            auto change = say("ben", "message " + std::to_string(i));
            CPPUNIT_ASSERT_EQUAL(std::size_t{i == 199 ? 2U : 1U}, change.parts.size());
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{200}, party_.room.chat.size());
        CPPUNIT_ASSERT(party_.room.chat.contains(pinned));
        auto snapshot = party_.run("ben", party::snapshot);
        auto tail = at(snapshot.answer, "chatTail").list;
        CPPUNIT_ASSERT_EQUAL(std::size_t{50}, tail.size());
        CPPUNIT_ASSERT_EQUAL(std::string{"message 199"}, tail.back().find("message")->text);
    }

    void pages_through_history() {
        for (int i = 0; i < 5; ++i) {
            party_.now += 1;
            say("ben", std::to_string(i));
        }
        auto page = party_.run("carl", chat_history, History{{}, 2});
        auto messages = at(page.answer, "messages").list;
        CPPUNIT_ASSERT_EQUAL(std::string{"3"}, messages.at(0).find("message")->text);
        CPPUNIT_ASSERT_EQUAL(std::string{"4"}, messages.at(1).find("message")->text);
        CPPUNIT_ASSERT(at(page.answer, "hasMore").boolean);
        auto before = messages[0].find("msgId")->text;
        auto rest = party_.run("carl", chat_history, History{before, 3});
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, at(rest.answer, "messages").list.size());
        CPPUNIT_ASSERT(!at(rest.answer, "hasMore").boolean);
        CPPUNIT_ASSERT_EQUAL(std::string{"not_in_room"}, party_.refusal("dora", chat_history));
    }

    void deletes_ones_own_and_those_of_lower_roles() {
        party_.run("anna", role, Role{party_.id("ben"), "cohost"});
        say("anna", "by anna");
        auto by_anna = last();
        party_.now += 1;
        say("carl", "by carl");
        MessageId by_carl{last()};
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"},
                             party_.refusal("ben", chat_delete, MessageId{by_anna}));
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"},
                             party_.refusal("carl", chat_delete, MessageId{by_anna}));
        CPPUNIT_ASSERT_EQUAL(std::string{}, party_.refusal("carl", chat_delete, by_carl));
        auto change = party_.run("ben", chat_delete, by_carl);
        auto told = data_of(change, "party:chat:updated");
        CPPUNIT_ASSERT(at(told, "deleted").boolean);
        CPPUNIT_ASSERT_EQUAL(party_.id("ben"), at(told, "by").text);
        CPPUNIT_ASSERT_EQUAL(std::string{"msg_not_found"},
                             party_.refusal("ben", chat_delete, by_carl));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, party_.room.chat.size());
    }

    void pins_and_unpins() {
        say("ben", "hello");
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"},
                             party_.refusal("ben", chat_pin, Pin{last(), true}));
        auto change = party_.run("anna", chat_pin, Pin{last(), true});
        CPPUNIT_ASSERT(at(data_of(change, "party:chat:updated"), "pinned").boolean);
        CPPUNIT_ASSERT_EQUAL(std::string{}, types(party_.run("anna", chat_pin, Pin{last(), true})));
        party_.run("anna", chat_pin, Pin{last(), false});
        CPPUNIT_ASSERT(!party_.room.chat[last()].pinned);
    }

    void clears_for_the_host() {
        say("ben", "hello");
        say("ben", "again");
        party_.run("anna", role, Role{party_.id("ben"), "cohost"});
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"}, party_.refusal("ben", chat_clear));
        auto change = party_.run("anna", chat_clear);
        CPPUNIT_ASSERT_EQUAL(std::string{"party:chat:cleared"}, types(change));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, change.parts.size());
        CPPUNIT_ASSERT(party_.room.chat.empty());
    }

    void counts_reactions() {
        say("ben", "hello");
        React heart{last(), "\xe2\x9d\xa4\xef\xb8\x8f", true};
        party_.run("ben", react, heart);
        auto change = party_.run("carl", react, heart);
        CPPUNIT_ASSERT(!change.commutes);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2},
                             at(data_of(change, "party:reacted"), "count").integer);
        CPPUNIT_ASSERT_EQUAL(std::string{}, types(party_.run("carl", react, heart)));
        heart.on = false;
        party_.run("ben", react, heart);
        change = party_.run("carl", react, heart);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0},
                             at(data_of(change, "party:reacted"), "count").integer);
        CPPUNIT_ASSERT(party_.room.chat[last()].reactions.empty());
        CPPUNIT_ASSERT_EQUAL(std::string{}, types(party_.run("carl", react, heart)));
        React unknown{"nothing", heart.emoji, true};
        CPPUNIT_ASSERT_EQUAL(std::string{"msg_not_found"}, party_.refusal("ben", react, unknown));
    }

    void takes_twelve_kinds_of_reaction_and_no_words() {
        say("ben", "hello");
        for (char i = 0; i < 12; ++i) {
            auto emoji = std::string{"\xf0\x9f\x98"} + static_cast<char>('\x80' + i);
            CPPUNIT_ASSERT_EQUAL(std::string{},
                                 party_.refusal("ben", react, React{last(), emoji, true}));
            party_.run("ben", react, React{last(), emoji, true});
        }
        React thirteenth{last(), "\xf0\x9f\x98\x8e", true};
        CPPUNIT_ASSERT_EQUAL(std::string{"message_rejected"},
                             party_.refusal("carl", react, thirteenth));
        CPPUNIT_ASSERT_EQUAL(std::string{"bad_request"},
                             party_.refusal("ben", react, React{last(), "ok", true}));
        settings().reactions = false;
        thirteenth.emoji = "\xf0\x9f\x98\x80";
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"}, party_.refusal("carl", react, thirteenth));
    }

    void announces_for_the_host() {
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"},
                             party_.refusal("ben", announce, Announce{"hear, hear"}));
        auto change = party_.run("anna", announce, Announce{" part two\nat nine "});
        CPPUNIT_ASSERT_EQUAL(std::string{"part two\nat nine"},
                             at(data_of(change, "party:announce"), "text").text);
        CPPUNIT_ASSERT_EQUAL(std::string{"bad_request"},
                             party_.refusal("anna", announce, Announce{"  "}));
    }

    void reports_what_was_written() {
        say("ben", "you fool");
        auto act = party_.act("carl");
        auto report = check_report(party_.room, act, {last(), " an insult\x01 "});
        CPPUNIT_ASSERT_EQUAL(std::string{"you fool"}, report.message.text);
        CPPUNIT_ASSERT_EQUAL(std::string{"user-carl"}, report.reporter);
        CPPUNIT_ASSERT_EQUAL(std::string{"an insult"}, report.reason);
        CPPUNIT_ASSERT_THROW(check_report(party_.room, act, {"nothing", "x"}), Failure);
        CPPUNIT_ASSERT_THROW(check_report(party_.room, party_.act("dora"), {last(), "x"}), Failure);
    }

    void checks_emotes_and_typing() {
        auto act = party_.act("ben");
        check_emote(party_.room, act, {"\xf0\x9f\x91\x8d"});
        CPPUNIT_ASSERT_THROW(check_emote(party_.room, act, {"<3"}), Failure);
        CPPUNIT_ASSERT(check_typing(party_.room, act, {true}));
        for (int i = 0; i < 50; ++i) party_.room.seats["m_" + std::to_string(i)];
        CPPUNIT_ASSERT(!check_typing(party_.room, act, {true}));
        party_.seat("ben").muted_until = party_.now + 1;
        CPPUNIT_ASSERT_THROW(check_typing(party_.room, act, {true}), Failure);
        CPPUNIT_ASSERT_THROW(check_emote(party_.room, act, {"\xf0\x9f\x91\x8d"}), Failure);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PartyChatTest);

}  // namespace
