// What other stores are told after a commit. Real commits; nothing is left behind.
#include <cppunit/extensions/HelperMacros.h>

#include <cstdlib>
#include <stdexcept>

#include "common/db/database.h"

namespace {

constexpr Statement one{"after_commit_test.one", "select 1::bigint", true};
constexpr const Statement* own[] = {&one};

class AfterCommitTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AfterCommitTest);
    CPPUNIT_TEST(happens_at_once_outside);
    CPPUNIT_TEST(happens_when_all_is_certain);
    CPPUNIT_TEST(happens_never_when_undone);
    CPPUNIT_TEST(forgets_what_a_part_that_failed_promised);
    CPPUNIT_TEST_SUITE_END();

    void happens_at_once_outside() {
        tell('a');
        CPPUNIT_ASSERT_EQUAL(std::string{"a"}, told_);
    }

    void happens_when_all_is_certain() {
        db_.transaction([&] {
            db_.transaction([&] {
                work();
                tell('a');
            });
            tell('b');
            work();
            CPPUNIT_ASSERT_EQUAL(std::string{}, told_);
        });
        CPPUNIT_ASSERT_EQUAL(std::string{"ab"}, told_);
    }

    void happens_never_when_undone() {
        CPPUNIT_ASSERT_THROW(db_.transaction([&] {
            work();
            tell('a');
            throw std::runtime_error("undone");
        }),
                             std::runtime_error);
        db_.transaction([&] { work(); });
        CPPUNIT_ASSERT_EQUAL(std::string{}, told_);
    }

    void forgets_what_a_part_that_failed_promised() {
        db_.transaction([&] {
            tell('a');
            work();
            CPPUNIT_ASSERT_THROW(db_.transaction([&] {
                work();
                tell('b');
                throw std::runtime_error("undone");
            }),
                                 std::runtime_error);
        });
        CPPUNIT_ASSERT_EQUAL(std::string{"a"}, told_);
    }

    void work() { db_.get<std::int64_t>(one); }
    void tell(char letter) {
        db_.after_commit([this, letter] { told_ += letter; });
    }

    Database db_{{std::getenv("TEST_DATABASE_URL"), {}, "tests"}, {own}};
    std::string told_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AfterCommitTest);

}  // namespace
