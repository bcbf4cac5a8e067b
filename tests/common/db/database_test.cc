// The database room against a real PostgreSQL: verbs, types, transactions, pipelines, and what a
// lost connection costs.
#include "common/db/database.h"

#include <cppunit/extensions/HelperMacros.h>

#include <unistd.h>

#include <cstdlib>

#include "common/db/error.h"

namespace {

struct Everything {
    std::string text;
    std::int64_t big = 0;
    std::int32_t small = 0;
    bool truth = false;
    double fraction = 0;
    Uuid id;
    Instant instant;
    Bytes bytes;
    std::optional<std::string> nothing;
    std::vector<std::string> list;
    JsonText json;
    static constexpr auto fields() {
        return std::tuple{
            Field{"text", &Everything::text},         Field{"big", &Everything::big},
            Field{"small", &Everything::small},       Field{"truth", &Everything::truth},
            Field{"fraction", &Everything::fraction}, Field{"id", &Everything::id},
            Field{"instant", &Everything::instant},   Field{"bytes", &Everything::bytes},
            Field{"nothing", &Everything::nothing},   Field{"list", &Everything::list},
            Field{"json", &Everything::json}};
    }
};

namespace sql {
constexpr Statement everything{"everything",
                               "select $10::text[] as list, $1::text as text, $2::bigint as big, "
                               "$3::int as small, $4::bool as "
                               "truth, $5::float8 as fraction, $6::uuid as id, $7::timestamptz as "
                               "instant, $8::bytea as bytes, "
                               "$9::text as nothing, $11::jsonb as json",
                               true};
constexpr Statement series{"series", "select generate_series(1, $1::int)", true};
constexpr Statement note{"note", "insert into notes_of_tests (n) values ($1)", false};
constexpr Statement count{"count", "select count(*) from notes_of_tests", true};
constexpr Statement divide{"divide", "select 1 / $1::int", true};
constexpr Statement pid{"pid", "select pg_backend_pid()", true};
constexpr Statement alive{"alive", "select count(*) from pg_stat_activity where pid = $1", true};
constexpr Statement terminate{"terminate", "select pg_terminate_backend($1)", false};
constexpr const Statement* all[] = {&everything, &series, &note,      &count,
                                    &divide,     &pid,    &terminate, &alive};
constexpr Statement create{"create", "create table if not exists notes_of_tests (n int unique)",
                           false};
constexpr Statement drop{"drop", "drop table if exists notes_of_tests", false};
constexpr const Statement* ground[] = {&create, &drop};
constexpr Statement unfit{"area.unfit", "select nothing from nowhere", true};
constexpr const Statement* unfits[] = {&unfit};
}  // namespace sql

DatabaseOptions options() {
    const char* url = std::getenv("TEST_DATABASE_URL");
    CPPUNIT_ASSERT_MESSAGE("TEST_DATABASE_URL is not set: run ops/test", url);
    return {url, {}, "database_test"};
}

class DatabaseTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DatabaseTest);
    CPPUNIT_TEST(carries_every_type_there_and_back);
    CPPUNIT_TEST(answers_by_the_rows_that_were_expected);
    CPPUNIT_TEST(refuses_a_text_with_nul);
    CPPUNIT_TEST(undoes_what_a_throwing_body_did);
    CPPUNIT_TEST(nests_transactions_as_savepoints);
    CPPUNIT_TEST(goes_on_after_a_failed_statement_in_a_savepoint);
    CPPUNIT_TEST(sends_a_pipeline_in_one_trip);
    CPPUNIT_TEST(undoes_a_whole_pipeline);
    CPPUNIT_TEST(comes_back_when_the_server_ended_the_session);
    CPPUNIT_TEST(loses_a_transaction_with_its_connection);
    CPPUNIT_TEST(names_the_statement_that_does_not_fit);
    CPPUNIT_TEST(says_when_the_database_is_away);
    CPPUNIT_TEST(tells_a_conflict_from_a_bug);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override {
        ground_.run(sql::create);
        db_ = std::make_unique<Database>(options(), std::vector<Statements>{sql::all});
    }
    void tearDown() override {
        db_.reset();
        ground_.run(sql::drop);
    }

  private:
    void carries_every_type_there_and_back() {
        auto id = Uuid::make();
        auto now = system_now();
        std::vector<std::string> list{"a", "", "é\"{},"};
        auto row = db_->get<Everything>(
            sql::everything, "x'\\é", std::int64_t{-5'000'000'000}, -7, true, 0.1, id, now,
            Bytes{0, 255}, std::optional<std::string>{}, list, JsonText{R"({"a": [1]})"});
        CPPUNIT_ASSERT_EQUAL(std::string{"x'\\é"}, row.text);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{-5'000'000'000}, row.big);
        CPPUNIT_ASSERT_EQUAL(-7, row.small);
        CPPUNIT_ASSERT(row.truth && row.fraction == 0.1 && row.id == id && row.instant == now);
        CPPUNIT_ASSERT(row.bytes == (Bytes{0, 255}) && !row.nothing && row.list == list);
        CPPUNIT_ASSERT_EQUAL(std::string{R"({"a": [1]})"}, row.json.text);
    }

    void answers_by_the_rows_that_were_expected() {
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, db_->list<std::int64_t>(sql::series, 3).size());
        CPPUNIT_ASSERT(!db_->find<std::int64_t>(sql::series, 0));
        CPPUNIT_ASSERT_THROW(db_->find<std::int64_t>(sql::series, 2), DatabaseError);
        try {
            db_->get<std::int64_t>(sql::series, 0);
            CPPUNIT_FAIL("no row was a row");
        } catch (const Failure& failure) {
            CPPUNIT_ASSERT_EQUAL(404, failure.problem().status);
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, db_->run(sql::note, 1));
    }

    void refuses_a_text_with_nul() {
        CPPUNIT_ASSERT_THROW(
            db_->get<Everything>(sql::everything, std::string("a\0b", 3), 1, 1, true, 0.1,
                                 Uuid::make(), system_now(), Bytes{}, std::nullopt,
                                 std::vector<std::string>{}, JsonText{}),
            Failure);
    }

    void undoes_what_a_throwing_body_did() {
        CPPUNIT_ASSERT_THROW(db_->transaction([&] {
            db_->run(sql::note, 1);
            throw Failure(conflict);
        }),
                             Failure);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, db_->get<std::int64_t>(sql::count));
        db_->transaction([&] { db_->run(sql::note, 1); });
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, db_->get<std::int64_t>(sql::count));
    }

    void nests_transactions_as_savepoints() {
        db_->transaction([&] {
            db_->transaction([&] { db_->run(sql::note, 1); });
            try {
                db_->transaction([&] {
                    db_->run(sql::note, 2);
                    throw Failure(conflict);
                });
            } catch (const Failure&) {
            }
            db_->transaction([&] { db_->run(sql::note, 3); });
        });
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, db_->get<std::int64_t>(sql::count));
    }

    void goes_on_after_a_failed_statement_in_a_savepoint() {
        db_->transaction([&] {
            db_->run(sql::note, 1);
            CPPUNIT_ASSERT_THROW(db_->transaction([&] { db_->run(sql::note, 1); }), Failure);
            db_->run(sql::note, 2);
        });
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, db_->get<std::int64_t>(sql::count));
    }

    void sends_a_pipeline_in_one_trip() {
        db_->open();
        db_->effort() = {};
        auto [all, one, none, changed] =
            db_->pipeline(rows<std::int64_t>(sql::series, 4), row<std::int64_t>(sql::series, 1),
                          row<std::int64_t>(sql::series, 0), change(sql::note, 9));
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, all.size());
        CPPUNIT_ASSERT(one == 1 && !none && changed == 1);
        CPPUNIT_ASSERT_EQUAL(1, db_->effort().trips);
    }

    void undoes_a_whole_pipeline() {
        CPPUNIT_ASSERT_THROW(
            db_->pipeline(change(sql::note, 1), change(sql::note, 2), change(sql::note, 1)),
            Failure);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, db_->get<std::int64_t>(sql::count));
    }

    void comes_back_when_the_server_ended_the_session() {
        Database other{options(), std::vector<Statements>{sql::all}};
        auto pid = db_->get<std::int64_t>(sql::pid);
        end_session(other, pid);
        CPPUNIT_ASSERT(pid != db_->get<std::int64_t>(sql::pid));
        end_session(other, db_->get<std::int64_t>(sql::pid));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, db_->run(sql::note, 1));
    }

    void loses_a_transaction_with_its_connection() {
        Database other{options(), std::vector<Statements>{sql::all}};
        CPPUNIT_ASSERT_THROW(db_->transaction([&] {
            db_->run(sql::note, 1);
            end_session(other, db_->get<std::int64_t>(sql::pid));
            db_->run(sql::note, 2);
        }),
                             Failure);
        CPPUNIT_ASSERT(!db_->in_transaction());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, db_->get<std::int64_t>(sql::count));
    }

    static void end_session(Database& other, std::int64_t pid) {
        other.find<bool>(sql::terminate, pid);
        while (other.get<std::int64_t>(sql::alive, pid)) usleep(1000);
    }

    void names_the_statement_that_does_not_fit() {
        Database broken{options(), std::vector<Statements>{sql::unfits}};
        try {
            broken.open();
            CPPUNIT_FAIL("it opened");
        } catch (const DatabaseError& error) {
            CPPUNIT_ASSERT(std::string{error.what()}.find("area.unfit") != std::string::npos);
        }
    }

    void says_when_the_database_is_away() {
        Database away{{"host=/nonexistent dbname=x", {}, "t"}, std::vector<Statements>{sql::all}};
        for (int i = 0; i < 2; ++i) {
            try {
                away.get<std::int64_t>(sql::count);
                CPPUNIT_FAIL("it answered");
            } catch (const Failure& failure) {
                CPPUNIT_ASSERT_EQUAL(503, failure.problem().status);
                CPPUNIT_ASSERT(failure.retry_after());
            }
        }
        CPPUNIT_ASSERT(!away.answers());
    }

    void tells_a_conflict_from_a_bug() {
        db_->run(sql::note, 1);
        try {
            db_->run(sql::note, 1);
            CPPUNIT_FAIL("twice");
        } catch (const Failure& failure) {
            CPPUNIT_ASSERT_EQUAL(409, failure.problem().status);
        }
        CPPUNIT_ASSERT_THROW(db_->get<std::int64_t>(sql::divide, 0), Failure);
        CPPUNIT_ASSERT_THROW(db_->get<std::string>(sql::everything), DatabaseError);
    }

    Database ground_{options(), std::vector<Statements>{sql::ground}};
    std::unique_ptr<Database> db_;
};
CPPUNIT_TEST_SUITE_REGISTRATION(DatabaseTest);

}  // namespace
