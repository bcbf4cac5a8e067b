#include "common/accounts/ledger.h"

#include <cppunit/extensions/HelperMacros.h>

#include "common/accounts/ledger_sql.h"
#include "common/db/error.h"
#include "tests/support/house.h"

namespace {

constexpr Statement falsify{"ledger_test.falsify",
                            "update ledger_transfers set amount = amount + 1", false};
constexpr Statement forget{"ledger_test.forget", "delete from ledger_transfers", false};
constexpr Statement sum_of{
    "ledger_test.sum_of",
    "select coalesce(sum(amount), 0)::bigint from ledger_entries where account_id = $1", true};
constexpr Statement sum_of_all{"ledger_test.sum_of_all",
                               "select coalesce(sum(amount), 0)::bigint from ledger_entries", true};
constexpr Statement newest{
    "ledger_test.newest",
    "select t.id from ledger_transfers t where $1 in (debit_account, credit_account) "
    "order by number desc limit 1",
    true};
constexpr Statement other_side{
    "ledger_test.other_side",
    "select a.kind from ledger_accounts a join ledger_transfers t on a.id in (debit_account, "
    "credit_account) "
    "where $1 in (debit_account, credit_account) order by number desc limit 1",
    true};
constexpr const Statement* own[] = {&falsify, &forget, &sum_of, &sum_of_all, &newest, &other_side};

class LedgerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LedgerTest);
    CPPUNIT_TEST(keeps_balance_and_transfers_equal);
    CPPUNIT_TEST(goes_to_zero_and_not_below);
    CPPUNIT_TEST(moves_nothing_for_nothing);
    CPPUNIT_TEST(knows_where_credits_come_from);
    CPPUNIT_TEST(moves_once_for_what_happens_once);
    CPPUNIT_TEST(takes_back_once);
    CPPUNIT_TEST(refuses_what_no_balance_holds);
    CPPUNIT_TEST(wants_somebody);
    CPPUNIT_TEST(is_only_ever_added_to);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override {
        house_.emplace(std::vector<Statements>{ledger::sql::all, own});
        ledger_.emplace(house_->db);
        rok_ = house_->person("rok").id;
    }
    void tearDown() override { house_.reset(); }

    void keeps_balance_and_transfers_equal() {
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10'000}, move(10'000, Move::admin_grant));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{9'501}, move(-499, Move::client_created));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{9'501}, ledger_->balance(rok_));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{9'501}, house_->db.get<std::int64_t>(sum_of, rok_));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, house_->db.get<std::int64_t>(sum_of_all));
    }

    void goes_to_zero_and_not_below() {
        move(499, Move::purchase);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, move(-499, Move::client_created));
        try {
            move(-1, Move::client_renewed);
            CPPUNIT_FAIL("paid with what was not there");
        } catch (const Failure& failure) {
            CPPUNIT_ASSERT_EQUAL(402, failure.problem().status);
            CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                                 std::get<std::int64_t>(failure.details()[0].value));
            CPPUNIT_ASSERT_EQUAL(std::int64_t{0},
                                 std::get<std::int64_t>(failure.details()[1].value));
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, house_->db.get<std::int64_t>(sum_of, rok_));
    }

    void moves_nothing_for_nothing() {
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, move(0, Move::plan_changed));
        CPPUNIT_ASSERT(!house_->db.find<Uuid>(newest, rok_));
    }

    void knows_where_credits_come_from() {
        std::tuple<std::int64_t, Move, const char*> cases[] = {
            {50, Move::admin_grant, "issued"},      {50, Move::purchase, "issued"},
            {-1, Move::client_created, "consumed"}, {-1, Move::client_renewed, "consumed"},
            {-1, Move::plan_changed, "consumed"},   {1, Move::refund, "consumed"},
            {-1, Move::refund, "issued"},           {1, Move::adjustment, "adjusted"},
            {-1, Move::adjustment, "adjusted"}};
        for (const auto& [amount, why, kind] : cases) {
            move(amount, why);
            CPPUNIT_ASSERT_EQUAL(std::string{kind}, house_->db.get<std::string>(other_side, rok_));
        }
    }

    void moves_once_for_what_happens_once() {
        Movement bought{.user = rok_, .amount = 100, .why = Move::purchase};
        bought.reference = Reference{"checkout_session", "cs_1"};
        ledger_->move(bought);
        refused([&] { ledger_->move(bought); });
        CPPUNIT_ASSERT_EQUAL(std::int64_t{100}, ledger_->balance(rok_));
        bought.reference = Reference{"checkout_session", "cs_2"};
        CPPUNIT_ASSERT_EQUAL(std::int64_t{200}, ledger_->move(bought));
    }

    void takes_back_once() {
        move(100, Move::purchase);
        Movement back{.user = rok_, .amount = -40, .why = Move::refund};
        back.reverses = house_->db.get<Uuid>(newest, rok_);
        ledger_->move(back);
        refused([&] { ledger_->move(back); });
        CPPUNIT_ASSERT_EQUAL(std::int64_t{60}, ledger_->balance(rok_));
    }

    void refuses_what_no_balance_holds() {
        move(9'007'199'254'740'991, Move::admin_grant);
        for (auto amount : {std::int64_t{1}, std::numeric_limits<std::int64_t>::max(),
                            std::numeric_limits<std::int64_t>::min()}) {
            CPPUNIT_ASSERT_THROW(move(amount, Move::adjustment), Failure);
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{9'007'199'254'740'991}, ledger_->balance(rok_));
    }

    void wants_somebody() {
        Movement lost{.user = Uuid::make(), .amount = 5};
        CPPUNIT_ASSERT_THROW(ledger_->move(lost), Failure);
        CPPUNIT_ASSERT_THROW(ledger_->hold(Uuid::make()), Failure);
    }

    // Also for the owner and a superuser, which the tests are.
    void is_only_ever_added_to() {
        move(100, Move::admin_grant);
        for (const auto* statement : {&falsify, &forget}) {
            try {
                house_->db.transaction([&] { house_->db.run(*statement); });
                CPPUNIT_FAIL("a transfer was changed");
            } catch (const DatabaseError& error) {
                CPPUNIT_ASSERT_EQUAL(std::string{"23001"}, error.sqlstate());
            }
        }
    }

  private:
    std::int64_t move(std::int64_t amount, Move why) {
        return ledger_->move({.user = rok_, .amount = amount, .why = why});
    }
    template <class Act>
    void refused(Act act) {
        try {
            house_->db.transaction(act);
            CPPUNIT_FAIL("it happened twice");
        } catch (const Failure& failure) {
            CPPUNIT_ASSERT_EQUAL(409, failure.problem().status);
        }
    }

    std::optional<House> house_;
    std::optional<Ledger> ledger_;
    Uuid rok_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(LedgerTest);

}  // namespace
