// The wire of Redis: replies are the same however their bytes arrive.
#include "common/cache/reply.h"

#include <cppunit/extensions/HelperMacros.h>

namespace {

using Kind = RedisReply::Kind;

class ReplyReaderTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ReplyReaderTest);
    CPPUNIT_TEST(reads_replies_cut_anywhere);
    CPPUNIT_TEST(is_broken_by_other_protocols);
    CPPUNIT_TEST(writes_commands_with_any_bytes);
    CPPUNIT_TEST_SUITE_END();

    static constexpr std::string_view stream =
        "+OK\r\n-ERR no\r\n:-7\r\n$-1\r\n$4\r\na\r\nb\r\n*3\r\n$0\r\n\r\n*0\r\n*-1\r\n";

    static void check(const std::vector<RedisReply>& replies) {
        CPPUNIT_ASSERT_EQUAL(std::size_t{6}, replies.size());
        CPPUNIT_ASSERT(replies[0].kind == Kind::text && replies[0].text == "OK");
        CPPUNIT_ASSERT(replies[1].kind == Kind::error && replies[1].text == "ERR no");
        CPPUNIT_ASSERT(replies[2].kind == Kind::integer && replies[2].integer == -7);
        CPPUNIT_ASSERT(replies[3].kind == Kind::nil);
        CPPUNIT_ASSERT_EQUAL(std::string{"a\r\nb"}, replies[4].text);
        const auto& list = replies[5].list;
        CPPUNIT_ASSERT(list.size() == 3 && list[0].kind == Kind::text);
        CPPUNIT_ASSERT(list[1].kind == Kind::list && list[2].kind == Kind::nil);
    }
    void reads_replies_cut_anywhere() {
        for (std::size_t cut = 1; cut <= stream.size(); ++cut) {
            ReplyReader reader;
            std::vector<RedisReply> replies;
            for (std::size_t at = 0; at < stream.size(); at += cut) {
                reader.feed(stream.substr(at, cut));
                while (auto reply = reader.next()) replies.push_back(*std::move(reply));
            }
            check(replies);
            CPPUNIT_ASSERT(!reader.broken() && !reader.next());
        }
    }
    void is_broken_by_other_protocols() {
        ReplyReader reader;
        reader.feed("HTTP/1.1 400 Bad Request\r\n");
        CPPUNIT_ASSERT(!reader.next() && reader.broken());
        reader.feed("+OK\r\n");
        CPPUNIT_ASSERT(!reader.next() && reader.broken());
    }
    void writes_commands_with_any_bytes() {
        std::string wire = "before";
        append_command(wire, {"SET", std::string{"\0\r\n", 3}, ""});
        auto expected =
            "before*3\r\n$3\r\nSET\r\n$3\r\n" + std::string{"\0\r\n", 3} + "\r\n$0\r\n\r\n";
        CPPUNIT_ASSERT_EQUAL(expected, wire);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ReplyReaderTest);

}  // namespace
