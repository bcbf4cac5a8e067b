// Letters to a mail server of the test's own: what goes over the wire, and what its words mean.
#include "common/net/smtp.h"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <vector>

#include "common/base/problem.h"
#include "tests/support/smtp_stub.h"

namespace {

class SmtpClientTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SmtpClientTest);
    CPPUNIT_TEST(hands_over_a_letter);
    CPPUNIT_TEST(hands_over_several_on_one_connection);
    CPPUNIT_TEST(proves_who_it_is);
    CPPUNIT_TEST(says_nothing_where_there_is_no_tls);
    CPPUNIT_TEST(brings_back_what_the_server_says);
    CPPUNIT_TEST(takes_no_word_against_itself_for_one_against_the_letter);
    CPPUNIT_TEST(fails_where_nobody_listens);
    CPPUNIT_TEST(speaks_only_smtp);
    CPPUNIT_TEST_SUITE_END();

    std::mutex mutex;
    std::vector<std::string> heard;
    std::string refused, words;  // what begins like the first is answered with the second
    std::optional<SmtpStub> server;

  public:
    void setUp() override {
        server.emplace([this](const std::string& line) {
            std::lock_guard lock{mutex};
            heard.push_back(line);
            if (!refused.empty() && line.starts_with(refused)) return words;
            if (line.starts_with("EHLO")) return std::string{"250-stub\r\n250 AUTH PLAIN"};
            if (line == "AUTH PLAIN") return std::string{"334 "};
            if (line == "AGFuYQBzZWNyZXQ=") return std::string{"235 welcome"};
            return SmtpStub::welcome(line);
        });
    }
    void tearDown() override { server.reset(); }

  private:
    SmtpServer plain() const { return {.url = server->url(), .needs_tls = false}; }
    int send(SmtpServer to) {
        SmtpClient client{std::move(to)};
        return client.send("no-reply@syncstream.tv", "ana@example.com", Secret{"a\r\n.\r\nb\r\n"});
    }
    bool was_told(const std::string& wanted) {
        std::lock_guard lock{mutex};
        return std::find(heard.begin(), heard.end(), wanted) != heard.end();
    }
    int times_told(const std::string& beginning) {
        std::lock_guard lock{mutex};
        return static_cast<int>(std::count_if(heard.begin(), heard.end(), [&](const auto& one) {
            return one.starts_with(beginning);
        }));
    }
    void assert_no_word(const SmtpServer& to) {
        try {
            send(to);
        } catch (const Failure& failure) {
            CPPUNIT_ASSERT_EQUAL(std::string{"unavailable"}, std::string{failure.what()});
            return;
        }
        CPPUNIT_FAIL("a word came");
    }

    void hands_over_a_letter() {
        CPPUNIT_ASSERT_EQUAL(250, send(plain()));
        CPPUNIT_ASSERT(was_told("MAIL FROM:<no-reply@syncstream.tv>"));
        CPPUNIT_ASSERT(was_told("RCPT TO:<ana@example.com>"));
        CPPUNIT_ASSERT(was_told("a\r\n..\r\nb"));
        CPPUNIT_ASSERT_EQUAL(0, times_told("AUTH"));
    }
    void hands_over_several_on_one_connection() {
        SmtpClient client{plain()};
        for (const char* to : {"ana@example.com", "bor@example.com", "cene@example.com"}) {
            CPPUNIT_ASSERT_EQUAL(250, client.send("a@b.example", to, Secret{"x\r\n"}));
        }
        CPPUNIT_ASSERT_EQUAL(1, times_told("EHLO"));
        CPPUNIT_ASSERT_EQUAL(3, times_told("RCPT"));
    }
    void proves_who_it_is() {
        auto to = plain();
        to.user = "ana";
        to.password = Secret{"secret"};
        CPPUNIT_ASSERT_EQUAL(250, send(to));
        CPPUNIT_ASSERT(was_told("AGFuYQBzZWNyZXQ="));
    }
    void says_nothing_where_there_is_no_tls() {
        auto to = plain();
        to.user = "ana";
        to.password = Secret{"secret"};
        to.needs_tls = true;
        assert_no_word(to);
        CPPUNIT_ASSERT_EQUAL(0, times_told("AUTH"));
        CPPUNIT_ASSERT_EQUAL(0, times_told("MAIL"));
    }
    void brings_back_what_the_server_says() {
        for (const char* command : {"MAIL", "RCPT", "DATA", "a\r\n"}) {
            for (const char* reply : {"451 later", "550 no such mailbox"}) {
                refused = command;
                words = reply;
                CPPUNIT_ASSERT_EQUAL_MESSAGE(std::string{command} + reply,
                                             std::stoi(words.substr(0, 3)), send(plain()));
            }
        }
    }
    void takes_no_word_against_itself_for_one_against_the_letter() {
        auto to = plain();
        to.user = "ana";
        to.password = Secret{"wrong"};
        refused = "AG";
        words = "535 who are you";
        assert_no_word(to);
        refused = "MAIL";
        words = "530 who are you";
        assert_no_word(plain());
    }
    void fails_where_nobody_listens() {
        auto to = plain();
        server.reset();
        assert_no_word(to);
    }
    void speaks_only_smtp() {
        assert_no_word({.url = "file:///etc/passwd", .needs_tls = false});
        assert_no_word({.url = "http://127.0.0.1/", .needs_tls = false});
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(SmtpClientTest);

}  // namespace
