// The pauses of the breaker, on a clock of the test's own.
#include "common/cache/breaker.h"

#include <cppunit/extensions/HelperMacros.h>

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class BreakerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(BreakerTest);
    CPPUNIT_TEST(bears_two_failures);
    CPPUNIT_TEST(pauses_longer_each_time_up_to_ten_seconds);
    CPPUNIT_TEST(starts_over_after_a_success);
    CPPUNIT_TEST_SUITE_END();

    Breaker breaker;
    Breaker::Moment now{seconds{1000}};

    void fail(int times) {
        for (int i = 0; i < times; ++i) breaker.failed(now);
    }
    void bears_two_failures() {
        CPPUNIT_ASSERT(!breaker.open(now));
        fail(2);
        CPPUNIT_ASSERT(!breaker.open(now));
    }
    void pauses_longer_each_time_up_to_ten_seconds() {
        fail(2);
        for (int pause : {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10}) {
            fail(1);
            CPPUNIT_ASSERT(breaker.open(now + seconds{pause} - milliseconds{1}));
            now += seconds{pause};
            CPPUNIT_ASSERT(!breaker.open(now));
        }
    }
    void starts_over_after_a_success() {
        fail(5);
        breaker.succeeded();
        CPPUNIT_ASSERT(!breaker.open(now));
        fail(2);
        CPPUNIT_ASSERT(!breaker.open(now));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(BreakerTest);

}  // namespace
