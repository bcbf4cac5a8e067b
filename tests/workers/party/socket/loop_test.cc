#include "workers/party/socket/loop.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <stdexcept>
#include <string>
#include <thread>

namespace {

using namespace party;
using std::chrono::milliseconds;

class PartyLoop : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyLoop);
    CPPUNIT_TEST(runs_tasks_in_their_order);
    CPPUNIT_TEST(runs_timers_by_their_time);
    CPPUNIT_TEST(forgets_a_timer_that_goes_away);
    CPPUNIT_TEST(lets_a_timer_be_replaced_by_its_own_task);
    CPPUNIT_TEST(repeats_even_what_throws);
    CPPUNIT_TEST(takes_tasks_from_other_threads);
    CPPUNIT_TEST(runs_again_after_a_stop);
    CPPUNIT_TEST_SUITE_END();

    Loop loop;
    std::string seen;

  public:
    void runs_tasks_in_their_order() {
        loop.post([&] { loop.post([&] { loop.stop(); }), seen += "a"; });
        loop.post([&] { seen += "b"; });
        loop.run();
        CPPUNIT_ASSERT_EQUAL(std::string{"ab"}, seen);
    }

    void runs_timers_by_their_time() {
        auto last = loop.after(milliseconds{60}, [&] { loop.stop(); });
        auto second = loop.after(milliseconds{30}, [&] { seen += "b"; });
        auto first = loop.after(milliseconds{1}, [&] { seen += "a"; });
        loop.run();
        CPPUNIT_ASSERT_EQUAL(std::string{"ab"}, seen);
    }

    void forgets_a_timer_that_goes_away() {
        auto kept = loop.after(milliseconds{1}, [&] { seen += "never"; });
        {
            auto gone = loop.every(milliseconds{1}, [&] { seen += "never"; });
        }
        kept = loop.after(milliseconds{20}, [&] { loop.stop(); });
        auto moved = std::move(kept);
        loop.run();
        CPPUNIT_ASSERT_EQUAL(std::string{}, seen);
    }

    void lets_a_timer_be_replaced_by_its_own_task() {
        Timer timer;
        timer = loop.every(milliseconds{1}, [&, mark = std::string{"a"}] {
            timer = loop.after(milliseconds{10}, [&] { loop.stop(); });
            seen += mark;
        });
        loop.run();
        CPPUNIT_ASSERT_EQUAL(std::string{"a"}, seen);
    }

    void repeats_even_what_throws() {
        int rounds = 0;
        auto timer = loop.every(milliseconds{1}, [&] {
            if (++rounds == 3) return loop.stop();
            throw std::runtime_error("a task of a test");
        });
        loop.run();
        CPPUNIT_ASSERT_EQUAL(3, rounds);
    }

    void takes_tasks_from_other_threads() {
        int count = 0;
        std::jthread other([&] {
            for (int i = 0; i < 1000; ++i) {
                loop.post([&] {
                    if (++count == 1000) loop.stop();
                });
            }
        });
        loop.run();
        CPPUNIT_ASSERT_EQUAL(1000, count);
    }

    void runs_again_after_a_stop() {
        loop.stop();
        loop.run();
        loop.post([&] { seen += "a", loop.stop(); });
        loop.run();
        CPPUNIT_ASSERT_EQUAL(std::string{"a"}, seen);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PartyLoop);

}  // namespace
