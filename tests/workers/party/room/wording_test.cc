// Names, texts, emoji, and the ids that are made.
#include "workers/party/room/wording.h"

#include <cppunit/extensions/HelperMacros.h>

#include <set>

#include "workers/party/room/ids.h"
#include "workers/party/room/unicode.h"

namespace {

using namespace party;

class PartyWordingTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyWordingTest);
    CPPUNIT_TEST(cleans_lines);
    CPPUNIT_TEST(cleans_texts);
    CPPUNIT_TEST(spells_alike_what_looks_alike);
    CPPUNIT_TEST(cuts_between_characters);
    CPPUNIT_TEST(knows_emoji_by_their_shape);
    CPPUNIT_TEST(takes_nothing_else_for_emoji);
    CPPUNIT_TEST(finds_links);
    CPPUNIT_TEST(finds_whole_words);
    CPPUNIT_TEST(makes_ids_of_their_shape);
    CPPUNIT_TEST(makes_members_the_same_again_and_others_elsewhere);
    CPPUNIT_TEST(makes_message_ids_that_sort_by_time);
    CPPUNIT_TEST_SUITE_END();

    void cleans_lines() {
        CPPUNIT_ASSERT_EQUAL(std::string{"a b"}, clean_line(" a \t\n\xc2\xa0 b\xe2\x80\x8b "));
        CPPUNIT_ASSERT_EQUAL(std::string{}, clean_line("\x01\xe2\x80\xae\xef\xbb\xbf"));
        CPPUNIT_ASSERT_EQUAL(std::string{"\xd8\xb9"}, clean_line("\xd8\xb9\xe2\x80\x8f"));
    }

    void cleans_texts() {
        CPPUNIT_ASSERT_EQUAL(std::string{"a\n\tb"}, clean_text("\n a\r\n\tb\x7f\x1b \n"));
        CPPUNIT_ASSERT_EQUAL(std::string{"&<b>"}, clean_text("&<b>"));
    }

    void spells_alike_what_looks_alike() {
        CPPUNIT_ASSERT_EQUAL(std::string{"caf\u00e9 \ufb01"}, clean_text("cafe\u0301 \ufb01"));
        CPPUNIT_ASSERT_EQUAL(std::string{"caf\u00e9"}, clean_line("cafe\u200b\u0301"));
        CPPUNIT_ASSERT_EQUAL(std::string{"John fi"}, clean_name("\uff2a\u24de\U0001d421n \ufb01"));
        CPPUNIT_ASSERT_EQUAL(std::string{"a b"}, clean_name(" a\u3000\u00a0b\u2003"));
        CPPUNIT_ASSERT_EQUAL(std::string{"\xff"}, composed("\xff"));
        CPPUNIT_ASSERT(composed("").empty() && simplified("").empty());
    }

    void cuts_between_characters() {
        CPPUNIT_ASSERT_EQUAL(std::string{"\xc3\xa9\xe2\x82\xac"},
                             first_characters("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 2));
        CPPUNIT_ASSERT_EQUAL(std::string{"ab"}, first_characters("ab", 5));
    }

    void knows_emoji_by_their_shape() {
        for (const char* emoji : {"👍", "❤", "❤️", "👍🏽", "🇩🇪", "1️⃣", "❤️‍🔥",
                                  "👩‍💻", "©️", "⭐", "🫶"}) {
            CPPUNIT_ASSERT_MESSAGE(emoji, is_emoji(emoji));
        }
    }

    void takes_nothing_else_for_emoji() {
        for (const char* text : {"", "a", "1", "<3", "👍👍", "👍a", "🇩", "‍", "👍‍", "️", "é",
                                 "👨‍👩‍👧‍👦"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !is_emoji(text));
        }
    }

    void finds_links() {
        for (const char* text :
             {"http://a", "x ftp://a", "www.a", "go to Example.COM!", "t.me/x"}) {
            CPPUNIT_ASSERT_MESSAGE(text, has_link(text));
        }
        for (const char* text : {"", ".", "a.b", "so.what", "3.50", "the end.comma", ".com"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !has_link(text));
        }
    }

    void finds_whole_words() {
        CPPUNIT_ASSERT(has_word("what a Fool!", {"fool"}));
        CPPUNIT_ASSERT(has_word("foolish fool", {"fool"}));
        CPPUNIT_ASSERT(!has_word("foolish", {"fool"}));
        CPPUNIT_ASSERT(!has_word("anything", {""}));
        CPPUNIT_ASSERT(!has_word("anything", {}));
    }

    void makes_ids_of_their_shape() {
        auto room = new_room_id("00ff"), code = new_code("00ff");
        CPPUNIT_ASSERT_EQUAL(std::size_t{28}, room.size());
        CPPUNIT_ASSERT_EQUAL(std::string{"party_"}, room.substr(0, 6));
        CPPUNIT_ASSERT_EQUAL(room, new_room_id("00ff"));
        CPPUNIT_ASSERT_EQUAL(code, *written_code(code));
        std::set<std::string> codes;
        for (int i = 0; i < 1000; ++i) codes.insert(new_code(std::to_string(i)));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1000}, codes.size());
        CPPUNIT_ASSERT(new_id("00ff", "one") != new_id("00ff", "other"));
    }

    void makes_members_the_same_again_and_others_elsewhere() {
        Person ben;
        ben.user = "ben";
        ben.device.id = "tv";
        auto phone = ben;
        phone.device.id = "phone";
        CPPUNIT_ASSERT_EQUAL(member_id("one", ben), member_id("one", ben));
        CPPUNIT_ASSERT(member_id("one", ben) != member_id("other", ben));
        CPPUNIT_ASSERT(member_id("one", ben) != member_id("one", phone));
    }

    void makes_message_ids_that_sort_by_time() {
        Act before, after;
        before.now = 999'999'999'999;
        after.now = 1'000'000'000'000;
        before.random = "zz";
        CPPUNIT_ASSERT(new_message_id(before) < new_message_id(after));
        auto other = after;
        other.random = "1";
        CPPUNIT_ASSERT(new_message_id(other) != new_message_id(after));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PartyWordingTest);

}  // namespace
