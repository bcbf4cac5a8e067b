// Letters on their way out: each at least once, in the face of failures, crashes and competitors.
#include "workers/jobs/delivery.h"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <stdexcept>

#include "common/mail/outbox.h"
#include "common/mail/outbox_sql.h"
#include "tests/support/house.h"
#include "workers/jobs/delivery_sql.h"

using namespace std::chrono_literals;

namespace {

struct Row {
    std::string status;
    std::int32_t attempts;
    std::int64_t wait_s;  // until the next attempt
    std::optional<std::string> last_error;
    bool has_link, sent;
    static constexpr auto fields() {
        return std::tuple{Field{"status", &Row::status},     Field{"attempts", &Row::attempts},
                          Field{"wait_s", &Row::wait_s},     Field{"last_error", &Row::last_error},
                          Field{"has_link", &Row::has_link}, Field{"sent", &Row::sent}};
    }
};

constexpr Statement find_letter{
    "test.find_letter",
    "select status, attempts, extract(epoch from next_attempt_at - now())::bigint as wait_s, "
    "last_error, secret_parameters is not null as has_link, sent_at is not null as sent "
    "from outbox where recipient = $1",
    true};
constexpr Statement make_due{
    "test.make_due", "update outbox set next_attempt_at = now() where status = 'pending'", false};
constexpr Statement set_attempts{"test.set_attempts", "update outbox set attempts = $1::int",
                                 false};
constexpr Statement delete_letters{"test.delete_letters", "delete from outbox where recipient = $1",
                                   false};
constexpr Statement set_email_status{"test.set_email_status",
                                     "update users set email_status = $2 where id = $1", false};
constexpr const Statement* own[] = {&find_letter, &make_due, &set_attempts, &delete_letters,
                                    &set_email_status};

const std::string address = "ana@delivery.example";

std::vector<Statements> statements() {
    return {jobs::sql::delivery, outbox::sql::all, Statements{own}};
}

// A way out that the test opens and closes.
class Hands : public Carrier {
  public:
    struct Sent {
        Uuid id;
        std::string recipient, text;
    };
    std::vector<Sent> sent;
    std::string trouble;  // empty: it works
    bool for_good = false;

    void carry(const Mail& mail) override {
        if (!trouble.empty() && for_good) throw Undeliverable(trouble);
        if (!trouble.empty()) throw std::runtime_error(trouble);
        sent.push_back({mail.id, mail.recipient, mail.text.reveal()});
    }
};

class DeliveryTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DeliveryTest);
    CPPUNIT_TEST(sends_what_is_due);
    CPPUNIT_TEST(sends_a_letter_once);
    CPPUNIT_TEST(forgets_the_link_of_a_sent_letter);
    CPPUNIT_TEST(leaves_letters_that_are_not_due);
    CPPUNIT_TEST(puts_off_what_cannot_be_sent);
    CPPUNIT_TEST(sends_the_others_when_one_fails);
    CPPUNIT_TEST(gives_up_after_the_last_attempt);
    CPPUNIT_TEST(gives_up_at_once_what_is_declined_for_good);
    CPPUNIT_TEST(writes_to_no_address_that_letters_came_back_from);
    CPPUNIT_TEST(gives_up_a_letter_that_ends_the_process);
    CPPUNIT_TEST(sends_again_what_a_crash_left_behind);
    CPPUNIT_TEST(tells_that_more_is_waiting);
    CPPUNIT_TEST(shares_letters_with_another_process);
    CPPUNIT_TEST(waits_longer_each_time_up_to_six_hours);
    CPPUNIT_TEST_SUITE_END();

    using Sent = Hands::Sent;

    std::optional<House> house;
    std::optional<Letters> letters;
    Hands hands;
    std::vector<Sent>& sent = hands.sent;
    std::string& trouble = hands.trouble;

  public:
    void setUp() override {
        house.emplace(statements());
        letters.emplace(house->messages, house->box);
    }
    void tearDown() override { house.reset(); }

  private:
    void enqueue(const std::string& name = "verify_email", const std::string& to = address) {
        Outbox{house->db, house->box}.enqueue(
            {std::nullopt, to, name, english, {}, Secret{"https://a.example/?t=1"}});
    }
    bool run() { return jobs::Delivery{house->db, *letters, hands}.run(); }
    Row row(const std::string& to = address) { return house->db.get<Row>(find_letter, to); }

    void sends_what_is_due() {
        enqueue();
        CPPUNIT_ASSERT(!run());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, sent.size());
        CPPUNIT_ASSERT(sent[0].text.find("https://a.example/?t=1") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(address, sent[0].recipient);
        CPPUNIT_ASSERT_EQUAL(std::string{"sent"}, row().status);
        CPPUNIT_ASSERT(row().sent);
    }
    void sends_a_letter_once() {
        enqueue();
        run();
        house->db.run(make_due);
        run();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, sent.size());
    }
    void forgets_the_link_of_a_sent_letter() {
        enqueue();
        CPPUNIT_ASSERT(row().has_link);
        run();
        CPPUNIT_ASSERT(!row().has_link);
    }
    void leaves_letters_that_are_not_due() {
        enqueue();
        trouble = "no way";
        run();
        trouble.clear();
        run();
        CPPUNIT_ASSERT(sent.empty());
        CPPUNIT_ASSERT_EQUAL(1, row().attempts);
    }
    void puts_off_what_cannot_be_sent() {
        enqueue();
        trouble = "no way";
        run();
        CPPUNIT_ASSERT_EQUAL(std::string{"pending"}, row().status);
        CPPUNIT_ASSERT(row().last_error == "no way");
        CPPUNIT_ASSERT(row().wait_s >= 48 && row().wait_s <= 72);
        CPPUNIT_ASSERT(row().has_link);
        trouble.clear();
        house->db.run(make_due);
        run();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, sent.size());
        CPPUNIT_ASSERT_EQUAL(2, row().attempts);
        CPPUNIT_ASSERT(!row().last_error);
    }
    void sends_the_others_when_one_fails() {
        enqueue("no_such_letter", "bor@delivery.example");
        enqueue();
        run();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, sent.size());
        CPPUNIT_ASSERT_EQUAL(std::string{"pending"}, row("bor@delivery.example").status);
        CPPUNIT_ASSERT_EQUAL(std::string{"sent"}, row().status);
    }
    void gives_up_after_the_last_attempt() {
        enqueue();
        trouble = "no way";
        for (int i = 1; i < jobs::most_attempts; ++i) {
            run();
            house->db.run(make_due);
        }
        CPPUNIT_ASSERT_EQUAL(std::string{"pending"}, row().status);
        run();
        CPPUNIT_ASSERT_EQUAL(std::string{"failed"}, row().status);
        CPPUNIT_ASSERT(!row().has_link);
        trouble.clear();
        run();
        CPPUNIT_ASSERT(sent.empty());
    }
    void gives_up_at_once_what_is_declined_for_good() {
        enqueue();
        trouble = "no such mailbox";
        hands.for_good = true;
        run();
        CPPUNIT_ASSERT_EQUAL(std::string{"failed"}, row().status);
        CPPUNIT_ASSERT_EQUAL(1, row().attempts);
        CPPUNIT_ASSERT(row().last_error == "no such mailbox");
        CPPUNIT_ASSERT(!row().has_link);
    }
    void writes_to_no_address_that_letters_came_back_from() {
        const auto& ana = house->person("ana");
        for (const char* status : {"bounced", "complained"}) {
            house->db.run(set_email_status, ana.id, status);
            enqueue("reset_password", ana.email);
            run();
            CPPUNIT_ASSERT_EQUAL(std::string{"failed"}, row(ana.email).status);
            CPPUNIT_ASSERT(!row(ana.email).has_link);
            house->db.run(delete_letters, ana.email);
        }
        CPPUNIT_ASSERT(sent.empty());
        enqueue("email_change", "ana.new@delivery.example");
        house->db.run(set_email_status, ana.id, "failed");
        enqueue("reset_password", ana.email);
        run();
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, sent.size());
    }
    void gives_up_a_letter_that_ends_the_process() {
        enqueue();
        house->db.run(set_attempts, jobs::most_attempts);
        run();
        CPPUNIT_ASSERT(sent.empty());
        CPPUNIT_ASSERT_EQUAL(std::string{"failed"}, row().status);
    }
    void sends_again_what_a_crash_left_behind() {
        enqueue();
        house->db.list<QueuedLetter>(jobs::sql::claim_letters, 1);
        CPPUNIT_ASSERT(row().wait_s > 0);
        run();
        CPPUNIT_ASSERT(sent.empty());
        house->db.run(make_due);
        run();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, sent.size());
    }
    void tells_that_more_is_waiting() {
        for (int i = 0; i < 21; ++i) enqueue();
        CPPUNIT_ASSERT(run());
        CPPUNIT_ASSERT(!run());
        CPPUNIT_ASSERT_EQUAL(std::size_t{21}, sent.size());
        std::sort(sent.begin(), sent.end(),
                  [](const Sent& a, const Sent& b) { return a.id < b.id; });
        auto twice = std::adjacent_find(sent.begin(), sent.end(),
                                        [](const Sent& a, const Sent& b) { return a.id == b.id; });
        CPPUNIT_ASSERT(twice == sent.end());
    }
    // The only test here whose letters others can see: they are deleted at its end.
    void shares_letters_with_another_process() {
        DatabaseOptions options{std::getenv("TEST_DATABASE_URL"), {}, "tests"};
        Database first{options, statements()}, second{options, statements()};
        for (int i = 0; i < 3; ++i) {
            Outbox{first, house->box}.enqueue(
                {std::nullopt, address, "verify_email", english, {}, Secret{}});
        }
        first.begin();
        second.begin();
        auto hers = first.list<QueuedLetter>(jobs::sql::claim_letters, 2);
        auto his = second.list<QueuedLetter>(jobs::sql::claim_letters, 2);
        first.rollback();
        second.rollback();
        first.run(delete_letters, address);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, hers.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, his.size());
    }
    void waits_longer_each_time_up_to_six_hours() {
        CPPUNIT_ASSERT(jobs::pause_after(1, 0.5) == 60s);
        CPPUNIT_ASSERT(jobs::pause_after(2, 0.5) == 120s);
        CPPUNIT_ASSERT(jobs::pause_after(9, 0.5) == 256min);
        CPPUNIT_ASSERT(jobs::pause_after(10, 0.5) == 6h);
        CPPUNIT_ASSERT(jobs::pause_after(1000, 0.5) == 6h);
        CPPUNIT_ASSERT(jobs::pause_after(1, 0) == 48s);
        CPPUNIT_ASSERT(jobs::pause_after(1, 1) == 72s);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(DeliveryTest);

}  // namespace
