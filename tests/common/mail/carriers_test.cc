// The ways out that other servers are: what they are asked, and what their answers mean for a
// letter.
#include "common/mail/carrier.h"

#include <cppunit/extensions/HelperMacros.h>

#include <optional>
#include <stdexcept>

#include "common/base/problem.h"
#include "common/json/json.h"
#include "common/mail/resend.h"
#include "common/mail/smtp_relay.h"
#include "tests/support/http_stub.h"
#include "tests/support/smtp_stub.h"

namespace {

const Mailbox sender{"SyncStream TV", "no-reply@syncstream.tv"};

Mail a_mail() {
    return {Uuid::make(),          Instant{},    "de",
            "ana@example.com",     "Bestätigen", Secret{"Guten Tag,\n\nhttps://a.example/?t=1"},
            Secret{"<p>Hallo</p>"}};
}

// later: it may succeed another time; declined: never.
enum class Outcome { carried, later, declined };

Outcome carry(Carrier& carrier, const Mail& mail) {
    try {
        carrier.carry(mail);
        return Outcome::carried;
    } catch (const Undeliverable& error) {
        CPPUNIT_ASSERT(std::string{error.what()}.find('@') == std::string::npos);
        return Outcome::declined;
    } catch (const std::exception& error) {
        CPPUNIT_ASSERT(std::string{error.what()}.find('@') == std::string::npos);
        return Outcome::later;
    }
}

class ResendTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ResendTest);
    CPPUNIT_TEST(asks_as_its_api_wants);
    CPPUNIT_TEST(asks_the_same_each_time);
    CPPUNIT_TEST(tries_again_what_may_pass);
    CPPUNIT_TEST(gives_up_what_is_declined);
    CPPUNIT_TEST(takes_a_key_that_has_served_for_a_letter_that_left);
    CPPUNIT_TEST_SUITE_END();

    std::string heard;
    std::string answer = HttpStub::ok(R"({"id":"49a3999c-0ce1-4ea6-ab68-afcd6dc2e794"})");
    std::optional<HttpStub> server;
    std::optional<Resend> resend;

  public:
    void setUp() override {
        server.emplace([this](const std::string& request) {
            heard = request;
            return answer;
        });
        resend.emplace(ResendOptions{server->url(""), Secret{"re_key"}}, sender);
    }
    void tearDown() override {
        resend.reset();
        server.reset();
    }

  private:
    void answer_with(int status, const std::string& name) {
        auto body = R"({"statusCode":0,"message":"to ana@example.com","name":")" + name + "\"}";
        answer = "HTTP/1.1 " + std::to_string(status) +
                 " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    }
    std::string sent_body() const { return heard.substr(heard.find("\r\n\r\n") + 4); }

    void asks_as_its_api_wants() {
        auto mail = a_mail();
        CPPUNIT_ASSERT(carry(*resend, mail) == Outcome::carried);
        CPPUNIT_ASSERT(heard.starts_with("POST /emails HTTP/1.1\r\n"));
        for (const auto& line : {std::string{"Authorization: Bearer re_key"},
                                 std::string{"Content-Type: application/json"},
                                 "Idempotency-Key: " + mail.id.text()}) {
            CPPUNIT_ASSERT_MESSAGE(line, heard.find("\r\n" + line + "\r\n") != heard.npos);
        }
        CPPUNIT_ASSERT(heard.find("\r\nUser-Agent: ") != heard.npos);
        auto json = parse_json(sent_body());
        auto text = [&](const char* name) { return json.find(name)->text; };
        CPPUNIT_ASSERT_EQUAL(std::string{"SyncStream TV <no-reply@syncstream.tv>"}, text("from"));
        CPPUNIT_ASSERT_EQUAL(std::string{"ana@example.com"}, text("to"));
        CPPUNIT_ASSERT_EQUAL(std::string{"Bestätigen"}, text("subject"));
        CPPUNIT_ASSERT_EQUAL(mail.text.reveal(), text("text"));
        CPPUNIT_ASSERT_EQUAL(mail.html.reveal(), text("html"));
    }
    void asks_the_same_each_time() {
        auto mail = a_mail();
        carry(*resend, mail);
        auto first = heard;
        carry(*resend, mail);
        CPPUNIT_ASSERT_EQUAL(first, heard);
    }
    void tries_again_what_may_pass() {
        for (int status : {401, 408, 429, 500, 503}) {
            answer_with(status, "rate_limit_exceeded");
            CPPUNIT_ASSERT_MESSAGE(std::to_string(status),
                                   carry(*resend, a_mail()) == Outcome::later);
        }
        answer_with(403, "invalid_api_key");
        CPPUNIT_ASSERT(carry(*resend, a_mail()) == Outcome::later);
        answer_with(409, "concurrent_idempotent_requests");
        CPPUNIT_ASSERT(carry(*resend, a_mail()) == Outcome::later);
        server.reset();
        CPPUNIT_ASSERT(carry(*resend, a_mail()) == Outcome::later);
    }
    void gives_up_what_is_declined() {
        for (int status : {400, 403, 404, 422, 451}) {
            answer_with(status, "validation_error");
            CPPUNIT_ASSERT_MESSAGE(std::to_string(status),
                                   carry(*resend, a_mail()) == Outcome::declined);
        }
        answer = "HTTP/1.1 400 X\r\nContent-Length: 6\r\n\r\n<html>";
        CPPUNIT_ASSERT(carry(*resend, a_mail()) == Outcome::declined);
    }
    void takes_a_key_that_has_served_for_a_letter_that_left() {
        answer_with(409, "invalid_idempotent_request");
        CPPUNIT_ASSERT(carry(*resend, a_mail()) == Outcome::carried);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ResendTest);

class SmtpRelayTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SmtpRelayTest);
    CPPUNIT_TEST(hands_over_the_whole_letter);
    CPPUNIT_TEST(tells_later_from_never);
    CPPUNIT_TEST_SUITE_END();

    std::string letter, reply_to_recipient = "250 ok";

    Outcome carry_over(const Mail& mail) {
        SmtpStub server{[this](const std::string& line) {
            if (line.starts_with("RCPT")) return reply_to_recipient;
            if (line.starts_with("Date: ")) letter = line;
            return SmtpStub::welcome(line);
        }};
        SmtpRelay relay{{.url = server.url(), .needs_tls = false}, sender};
        return carry(relay, mail);
    }

    void hands_over_the_whole_letter() {
        auto mail = a_mail();
        CPPUNIT_ASSERT(carry_over(mail) == Outcome::carried);
        CPPUNIT_ASSERT_EQUAL(compose(mail, sender).reveal(), letter + "\r\n");
    }
    void tells_later_from_never() {
        reply_to_recipient = "451 the mailbox of ana@example.com is full";
        CPPUNIT_ASSERT(carry_over(a_mail()) == Outcome::later);
        reply_to_recipient = "550 no ana@example.com here";
        CPPUNIT_ASSERT(carry_over(a_mail()) == Outcome::declined);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(SmtpRelayTest);

}  // namespace
