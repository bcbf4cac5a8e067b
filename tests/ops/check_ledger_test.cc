// ops/check-ledger on a ledger that is right, and on one that somebody tampered with in each way
// that it promises to find. Who tampers here is the owner, and takes the trigger away first.
#include <cppunit/extensions/HelperMacros.h>

#include <optional>

#include "tests/support/own_database.h"

namespace {

const std::string rok = "01938000-0000-7000-8000-0000000000a1";
const std::string issued = "01938000-0000-7000-8000-00000000c001";
const std::string consumed = "01938000-0000-7000-8000-00000000c002";

class CheckLedger : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CheckLedger);
    CPPUNIT_TEST(finds_nothing_wrong_with_a_sound_ledger);
    CPPUNIT_TEST(finds_a_balance_without_transfers);
    CPPUNIT_TEST(finds_an_amount_that_was_changed);
    CPPUNIT_TEST(finds_a_transfer_that_was_taken_out);
    CPPUNIT_TEST(finds_more_taken_back_than_was_given);
    CPPUNIT_TEST(finds_that_transfers_may_be_changed);
    CPPUNIT_TEST(says_that_it_could_not_read);
    CPPUNIT_TEST(changes_nothing);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override {
        database.emplace();
        database->sql(
            "insert into users (id, email, password_hash, full_name, credits_balance) values ('" +
            rok + "', 'rok@example.com', 'x', 'Rok', 501)");
        transfer(1, issued, rok, 1000, 1000);
        transfer(2, rok, consumed, 499, 501);
    }
    void tearDown() override { database.reset(); }

    void finds_nothing_wrong_with_a_sound_ledger() {
        auto ran = database->run("ops/check-ledger");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(ran.output, 0, ran.status);
        CPPUNIT_ASSERT_EQUAL(
            std::string{"checked 2 transfers of 1 accounts, which hold 501 credits"}, ran.output);
        CPPUNIT_ASSERT_EQUAL(std::string{}, database->run("ops/check-ledger --quiet").output);
    }

    void finds_a_balance_without_transfers() {
        database->sql("update users set credits_balance = 502");
        refused("user " + rok + " has 502 credits, but the transfers say 501");
        database->sql("update users set credits_balance = 501");
        database->sql(
            "insert into users (id, email, password_hash, full_name, credits_balance) values "
            "('01938000-0000-7000-8000-0000000000a2', 'ana@example.com', 'x', 'Ana', 7)");
        refused("user 01938000-0000-7000-8000-0000000000a2 has 7 credits, but the transfers say 0");
    }

    void finds_an_amount_that_was_changed() {
        tamper(
            "update ledger_transfers set amount = 400 where type = 'client_created'; "
            "update users set credits_balance = 600");
        refused("leaves 501, but the sum up to it is 600");
    }

    void finds_a_transfer_that_was_taken_out() {
        tamper(
            "delete from ledger_transfers where number = 1; update users set credits_balance = "
            "501");
        refused("user " + rok + " has 501 credits, but the transfers say -499");
        refused("leaves 501, but the sum up to it is -499");
    }

    void finds_more_taken_back_than_was_given() {
        database->sql("update users set credits_balance = 1001");
        transfer(3, consumed, rok, 500, 1001, "'" + id(2) + "'");
        refused("takes back " + id(2) + ", which moved 499 and not 500");
    }

    void finds_that_transfers_may_be_changed() {
        database->sql("grant update on ledger_transfers to syncstream_reseller");
        refused("syncstream_reseller may update transfers");
        database->sql("alter table ledger_transfers disable trigger ledger_transfers_append_only");
        refused("nothing refuses that transfers are changed");
    }

    void says_that_it_could_not_read() {
        database->sql("alter table ledger_transfers rename to gone");
        auto ran = database->run("ops/check-ledger");
        CPPUNIT_ASSERT_EQUAL(2, ran.status);
        CPPUNIT_ASSERT_MESSAGE(ran.output, ran.says("the ledger could not be read"));
    }

    void changes_nothing() {
        auto before = fingerprint();
        CPPUNIT_ASSERT_EQUAL(0, database->run("ops/check-ledger").status);
        tamper("update users set credits_balance = 9");
        auto tampered = fingerprint();
        CPPUNIT_ASSERT(tampered != before);
        CPPUNIT_ASSERT_EQUAL(1, database->run("ops/check-ledger").status);
        CPPUNIT_ASSERT_EQUAL(tampered, fingerprint());
    }

  private:
    static std::string id(int number) {
        return "01938000-0000-7000-8000-00000000000" + std::to_string(number);
    }
    void transfer(int number, const std::string& from, const std::string& to, int amount,
                  int balance, const std::string& reverses = "null") {
        database->sql(
            "insert into ledger_transfers (id, type, debit_account, credit_account, amount, "
            "balance_after, reverses) values ('" +
            id(number) + "', '" + (to == rok ? "admin_grant" : "client_created") + "', '" + from +
            "', '" + to + "', " + std::to_string(amount) + ", " + std::to_string(balance) + ", " +
            reverses + ")");
    }
    void tamper(const std::string& statements) {
        database->sql("alter table ledger_transfers disable trigger all; " + statements +
                      "; alter table ledger_transfers enable trigger all");
    }
    void refused(const std::string& why) {
        auto ran = database->run("ops/check-ledger");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(ran.output, 1, ran.status);
        CPPUNIT_ASSERT_MESSAGE(ran.output, ran.says(why));
    }
    // With xmin, which tells whether a row was written at all.
    std::string fingerprint() {
        return database->sql(
            "select md5(string_agg(row::text, ' ' order by row::text)) from "
            "(select u.xmin, u.* from users u) row; "
            "select md5(string_agg(row::text, ' ' order by row::text)) from "
            "(select t.xmin, t.* from ledger_transfers t) row");
    }

    std::optional<OwnDatabase> database;
};

CPPUNIT_TEST_SUITE_REGISTRATION(CheckLedger);

}  // namespace
