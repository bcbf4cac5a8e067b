// Work for PostgreSQL on threads of its own: where answers come, and what the end leaves undone.
#include "workers/party/node/records.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <future>
#include <thread>

namespace {

using namespace party;

// The database is never opened: what is done is the test's own.
std::unique_ptr<Database> connect() {
    return std::make_unique<Database>(DatabaseOptions{}, std::vector<Statements>{});
}

class PartyRecords : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyRecords);
    CPPUNIT_TEST(answers_on_the_loop);
    CPPUNIT_TEST(hands_on_answers_without_a_copy);
    CPPUNIT_TEST(does_what_waits_before_it_finishes);
    CPPUNIT_TEST(takes_nothing_once_finished);
    CPPUNIT_TEST_SUITE_END();

    Loop loop;
    Records records{connect, 2};

  public:
    void answers_on_the_loop() {
        std::thread::id worked, answered;
        records.run(
            loop, [&](Database&) { worked = std::this_thread::get_id(); },
            [&](bool well) {
                CPPUNIT_ASSERT(well);
                answered = std::this_thread::get_id();
                loop.stop();
            });
        loop.run();
        CPPUNIT_ASSERT(answered == std::this_thread::get_id());
        CPPUNIT_ASSERT(worked != answered);
    }

    // What an answer holds may belong to the loop's thread; a copy could end on another one.
    void hands_on_answers_without_a_copy() {
        struct Answer {
            Loop& loop;
            int& copies;
            Answer(Loop& loop, int& copies) : loop(loop), copies(copies) {}
            Answer(const Answer& other) : loop(other.loop), copies(other.copies) { ++copies; }
            Answer(Answer&&) noexcept = default;
            void operator()(bool) const { loop.stop(); }
        };
        int copies = 0;
        records.run(
            loop, [](Database&) {}, Answer{loop, copies});
        loop.run();
        CPPUNIT_ASSERT_EQUAL(0, copies);
    }

    void does_what_waits_before_it_finishes() {
        std::promise<void> go;
        std::atomic<int> done = 0;
        auto wait = go.get_future().share();
        for (int i = 0; i < 10; ++i) {
            records.note([&, wait](Database&) {
                wait.wait();
                ++done;
            });
        }
        go.set_value();
        records.finish();
        CPPUNIT_ASSERT_EQUAL(10, done.load());
    }

    void takes_nothing_once_finished() {
        records.finish();
        CPPUNIT_ASSERT(!records.note([](Database&) {}));
        CPPUNIT_ASSERT(!records.run(
            loop, [](Database&) {}, [](bool) {}));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PartyRecords);

}  // namespace
