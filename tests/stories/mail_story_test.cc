// Letters leave by a mail server, and what comes back of them is told over nginx, signed.
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <mutex>
#include <thread>

#include "common/mail/svix.h"
#include "tests/support/account.h"
#include "tests/support/expect.h"
#include "tests/support/smtp_stub.h"
#include "tests/support/unharmed.h"

using namespace std::chrono_literals;

namespace {

const std::string path = "/api/v1/webhooks/resend";
const Secret secret{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"};

// What the mail server of the world was handed.
std::mutex mutex;
std::string letters;

bool handed_over(const std::string& text) {
    for (int i = 0; i < 200; ++i) {
        {
            std::lock_guard lock{mutex};
            if (letters.find(text) != letters.npos) return true;
        }
        std::this_thread::sleep_for(50ms);
    }
    return false;
}

World& writing() {
    static SmtpStub server{[](const std::string& heard) {
        std::lock_guard lock{mutex};
        if (heard.starts_with("Date: ")) letters += heard;
        return SmtpStub::welcome(heard);
    }};
    return world_with({{"MAIL_TRANSPORT", "smtp"},
                       {"SMTP_URL", server.url()},
                       {"SMTP_NEEDS_TLS", "0"},
                       {"RESEND_WEBHOOK_SECRETS", "whsec_AAAA," + secret.reveal()}});
}

Answered tell(Client& resend, const std::string& type, const std::string& address) {
    auto body = R"({"type":")" + type + R"(","data":{"to":[")" + address + "\"]}}";
    auto now = system_now();
    return resend.post(path, body,
                       {{"svix-id", "msg_1"},
                        {"svix-timestamp", std::to_string(unix_seconds(now))},
                        {"svix-signature", svix::sign("msg_1", body, secret, now)}});
}

class StoryMail : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StoryMail);
    CPPUNIT_TEST(a_letter_reaches_the_mail_server);
    CPPUNIT_TEST(an_address_that_takes_no_mail_gets_no_more);
    CPPUNIT_TEST(nobody_else_is_believed);
    CPPUNIT_TEST_SUITE_END();

    void a_letter_reaches_the_mail_server() {
        Client ana{writing()};
        auto account = sign_up(ana, "Ana Novak");
        CPPUNIT_ASSERT(handed_over("\r\nTo: <" + account.email + ">\r\n"));
        CPPUNIT_ASSERT(handed_over("multipart/alternative"));
        check_log(writing());
    }
    void an_address_that_takes_no_mail_gets_no_more() {
        Client ana{writing()}, resend{writing()};
        auto account = sign_up(ana);
        auto its = " where recipient = '" + account.email + "'";
        CPPUNIT_ASSERT(handed_over("\r\nTo: <" + account.email + ">\r\n"));
        expect(200, tell(resend, "email.bounced", account.email));
        CPPUNIT_ASSERT_EQUAL(
            std::string{"bounced"},
            writing().sql("select email_status from users where id = '" + account.id + "'"));
        expect(200, ana.post("/api/v1/auth/email/resend"));
        for (int i = 0; i < 200; ++i) {
            auto waiting =
                writing().sql("select count(*) from outbox" + its + " and status = 'pending'");
            if (waiting == "0") break;
            std::this_thread::sleep_for(50ms);
        }
        CPPUNIT_ASSERT_EQUAL(std::string{"failed\nsent"},
                             writing().sql("select status from outbox" + its + " order by status"));
    }
    void nobody_else_is_believed() {
        Client ana{writing()}, eve{writing()};
        auto account = sign_up(ana);
        auto body = R"({"type":"email.bounced","data":{"to":[")" + account.email + "\"]}}";
        expect_refusal(400, "invalid_signature", eve.post(path, body));
        CPPUNIT_ASSERT_EQUAL(
            std::string{"ok"},
            writing().sql("select email_status from users where id = '" + account.id + "'"));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(StoryMail);

}  // namespace
