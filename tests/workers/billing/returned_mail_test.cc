// Letters that came back: who may tell, and what it does to the account.
#include "workers/billing/returned_mail.h"

#include <cppunit/extensions/HelperMacros.h>

#include <optional>

#include "common/mail/svix.h"
#include "tests/support/house.h"
#include "workers/billing/returned_mail_sql.h"

namespace {

constexpr Statement find_status{"test.find_email_status",
                                "select email_status from users where id = $1", true};
constexpr Statement set_email{"test.set_email", "update users set email = $2 where id = $1", false};
constexpr const Statement* own[] = {&find_status, &set_email};

const std::string path = "/api/v1/webhooks/resend";
const Secret secret{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"};

class ReturnedMailTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ReturnedMailTest);
    CPPUNIT_TEST(sets_the_status_of_the_address);
    CPPUNIT_TEST(keeps_the_graver_status);
    CPPUNIT_TEST(lets_a_full_mailbox_be);
    CPPUNIT_TEST(gives_up_an_address_at_the_third_soft_bounce_in_a_week);
    CPPUNIT_TEST(counts_a_soft_bounce_once);
    CPPUNIT_TEST(starts_over_when_a_letter_arrives);
    CPPUNIT_TEST(never_lifts_a_complaint);
    CPPUNIT_TEST(starts_over_with_a_new_address);
    CPPUNIT_TEST(finds_an_address_however_it_is_written);
    CPPUNIT_TEST(takes_what_it_does_not_know);
    CPPUNIT_TEST(refuses_what_is_not_signed);
    CPPUNIT_TEST(refuses_what_is_no_json);
    CPPUNIT_TEST(knows_nothing_of_a_new_address);
    CPPUNIT_TEST_SUITE_END();

    std::optional<House> house;
    std::optional<billing::ReturnedMail> mail;
    std::optional<Worker> worker;

  public:
    void setUp() override {
        house.emplace(std::vector<Statements>{billing::sql::returned_mail, Statements{own}});
        mail.emplace(house->db, std::vector<Secret>{Secret{"whsec_AAAA"}, secret});
        worker.emplace(house->worker(billing::routes(*mail)));
    }
    void tearDown() override { house.reset(); }

  private:
    Answered send(const std::string& body) {
        auto now = system_now();
        return ask(*worker, Method::post, path, body, "",
                   {{"svix-id", "msg_1"},
                    {"svix-timestamp", std::to_string(unix_seconds(now))},
                    {"svix-signature", svix::sign("msg_1", body, secret, now)}});
    }
    void tell(const std::string& type, const std::string& address, const std::string& more = "") {
        auto answered =
            send(R"({"type":")" + type + R"(","data":{"to":[")" + address + "\"]" + more + "}}");
        CPPUNIT_ASSERT_EQUAL(200, answered.status);
        CPPUNIT_ASSERT(answered.data("received").boolean);
    }
    const std::string& address() { return house->person("ana").email; }
    std::string status(const std::string& person = "ana") {
        return house->db.get<std::string>(find_status, house->person(person).id);
    }

    void sets_the_status_of_the_address() {
        tell("email.suppressed", house->person("cene").email);
        CPPUNIT_ASSERT_EQUAL(std::string{"bounced"}, status("cene"));
        for (const char* one : {"failed", "bounced", "complained"}) {
            tell(std::string{"email."} + one, address());
            CPPUNIT_ASSERT_EQUAL(std::string{one}, status());
        }
        CPPUNIT_ASSERT_EQUAL(std::string{"ok"}, status("bor"));
    }
    void keeps_the_graver_status() {
        tell("email.complained", address());
        tell("email.bounced", address());
        tell("email.failed", address());
        tell("email.complained", address());
        CPPUNIT_ASSERT_EQUAL(std::string{"complained"}, status());
    }
    void lets_a_full_mailbox_be() {
        tell("email.bounced", address(), R"(,"bounce":{"type":"Transient"})");
        CPPUNIT_ASSERT_EQUAL(std::string{"ok"}, status());
        tell("email.bounced", address(), R"(,"bounce":{"type":"Permanent"})");
        CPPUNIT_ASSERT_EQUAL(std::string{"bounced"}, status());
    }
    // A bounce of a full mailbox, so many hours ago.
    void fill_up(int hours_ago) {
        auto at = rfc3339(system_now() - std::chrono::hours{hours_ago});
        auto answered =
            send(R"({"type":"email.bounced","created_at":")" + at +
                 R"(","data":{"bounce":{"type":"Transient"},"to":")" + address() + "\"}}");
        CPPUNIT_ASSERT_EQUAL(200, answered.status);
    }
    void gives_up_an_address_at_the_third_soft_bounce_in_a_week() {
        for (int hours : {7 * 24 + 1, 9 * 24, 160, 3}) fill_up(hours);
        CPPUNIT_ASSERT_EQUAL(std::string{"ok"}, status());
        fill_up(1);
        CPPUNIT_ASSERT_EQUAL(std::string{"bounced"}, status());
        CPPUNIT_ASSERT_EQUAL(std::string{"ok"}, status("bor"));
    }
    void counts_a_soft_bounce_once() {
        auto body = R"({"type":"email.bounced","created_at":")" + rfc3339(system_now()) +
                    R"(","data":{"bounce":{"type":"Transient"},"to":")" + address() + "\"}}";
        for (int times = 0; times < 4; ++times) CPPUNIT_ASSERT_EQUAL(200, send(body).status);
        CPPUNIT_ASSERT_EQUAL(std::string{"ok"}, status());
    }
    void starts_over_when_a_letter_arrives() {
        for (int hours : {5, 4}) fill_up(hours);
        tell("email.delivered", address());
        for (int hours : {3, 2}) fill_up(hours);
        CPPUNIT_ASSERT_EQUAL(std::string{"ok"}, status());
        fill_up(1);
        CPPUNIT_ASSERT_EQUAL(std::string{"bounced"}, status());
    }
    void never_lifts_a_complaint() {
        tell("email.complained", address());
        for (int hours : {3, 2, 1}) fill_up(hours);
        CPPUNIT_ASSERT_EQUAL(std::string{"complained"}, status());
    }
    void starts_over_with_a_new_address() {
        for (int hours : {3, 2}) fill_up(hours);
        house->db.run(set_email, house->person("ana").id, "another@example.com");
        house->db.run(set_email, house->person("ana").id, address());
        fill_up(1);
        CPPUNIT_ASSERT_EQUAL(std::string{"ok"}, status());
    }
    void finds_an_address_however_it_is_written() {
        house->db.run(set_email, house->person("ana").id, "Ana.Somebody@Example.com");
        tell("email.bounced", "aNA.Somebody@exampLE.com");
        CPPUNIT_ASSERT_EQUAL(std::string{"bounced"}, status());
    }
    void takes_what_it_does_not_know() {
        for (const char* body :
             {R"({"type":"contact.created","data":{}})", R"({"type":"email.bounced"})",
              R"({"type":"email.bounced","data":{"to":7}})", R"({"type":7,"data":"x"})",
              R"({"type":"email.bounced","data":{"to":[null,"no address"],"bounce":[]}})", "[]",
              "{}", "7"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(body, 200, send(body).status);
        }
        tell("email.delivered", address());
        CPPUNIT_ASSERT_EQUAL(std::string{"ok"}, status());
    }
    void refuses_what_is_not_signed() {
        auto body = R"({"type":"email.bounced","data":{"to":[")" + address() + "\"]}}";
        auto now = std::to_string(unix_seconds(system_now()));
        for (const Headers& headers :
             {Headers{},
              Headers{{"svix-id", "msg_1"}, {"svix-timestamp", now}, {"svix-signature", "v1,AAAA"}},
              Headers{{"svix-timestamp", now},
                      {"svix-signature", svix::sign("", body, secret, system_now())}}}) {
            auto refused = ask(*worker, Method::post, path, body, "", headers);
            CPPUNIT_ASSERT_EQUAL(400, refused.status);
            CPPUNIT_ASSERT_EQUAL(std::string{"invalid_signature"}, refused.code());
        }
        CPPUNIT_ASSERT_EQUAL(std::string{"ok"}, status());
    }
    void refuses_what_is_no_json() { CPPUNIT_ASSERT_EQUAL(400, send("{").status); }
    void knows_nothing_of_a_new_address() {
        tell("email.bounced", address());
        house->db.run(set_email, house->person("ana").id, "another@example.com");
        CPPUNIT_ASSERT_EQUAL(std::string{"ok"}, status());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ReturnedMailTest);

}  // namespace
