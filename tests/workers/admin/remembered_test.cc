#include "workers/admin/remembered.h"

#include <cppunit/extensions/HelperMacros.h>

#include <stdexcept>

namespace {

using namespace std::chrono_literals;

class RememberedTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RememberedTest);
    CPPUNIT_TEST(finds_anew_what_is_found_quickly);
    CPPUNIT_TEST(keeps_what_was_found_slowly_for_a_while);
    CPPUNIT_TEST(keeps_nothing_of_a_failure);
    CPPUNIT_TEST_SUITE_END();

    Instant now = system_now();
    std::chrono::milliseconds cost{};
    int found = 0;
    admin::Remembered<int> remembered{[this] { return now; }};

    int get() {
        return remembered.get([this] {
            now += cost;
            return ++found;
        });
    }

  public:
    void finds_anew_what_is_found_quickly() {
        cost = 249ms;
        for (int times : {1, 2, 3}) CPPUNIT_ASSERT_EQUAL(times, get());
    }
    void keeps_what_was_found_slowly_for_a_while() {
        cost = 250ms;
        CPPUNIT_ASSERT_EQUAL(1, get());
        now += 4s;
        CPPUNIT_ASSERT_EQUAL(1, get());
        now += 1s;
        CPPUNIT_ASSERT_EQUAL(2, get());
        cost = 1ms;
        now += 5s;
        CPPUNIT_ASSERT_EQUAL(3, get());
        CPPUNIT_ASSERT_EQUAL(4, get());
    }
    void keeps_nothing_of_a_failure() {
        auto fail = [this]() -> int {
            now += 1s;
            throw std::runtime_error("away");
        };
        CPPUNIT_ASSERT_THROW(remembered.get(fail), std::runtime_error);
        CPPUNIT_ASSERT_EQUAL(1, get());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RememberedTest);

}  // namespace
