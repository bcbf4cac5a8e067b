// Children of workers that die, freeze, are stuck or replaced while devices go on: who is not
// concerned notices nothing.
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <csignal>
#include <thread>

#include "tests/support/expect.h"
#include "tests/support/outage.h"
#include "tests/support/unharmed.h"

namespace {

class StoryFaults : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StoryFaults);
    CPPUNIT_TEST(a_child_that_dies_takes_one_request_along_at_most);
    CPPUNIT_TEST(reloads_under_load_fail_no_request);
    CPPUNIT_TEST(frozen_children_do_not_stop_the_others);
    CPPUNIT_TEST(a_stuck_request_is_ended_and_named);
    CPPUNIT_TEST_SUITE_END();

  public:
    void tearDown() override {
        CPPUNIT_ASSERT(heals(world()));
        check_log(world());
    }

  private:
    static World& world() { return world_with({{"REQUEST_TIMEOUT_S", "3"}}); }

    void a_child_that_dies_takes_one_request_along_at_most() {
        auto size = world().children("library").size();
        Load load{world(), 6};
        constexpr int deaths = 5;
        for (int i = 0; i < deaths; ++i) {
            load.answers(40);
            kill(world().children("library").front(), SIGKILL);
        }
        load.answers(40);
        nothing_lost(world(), load);
        CPPUNIT_ASSERT_MESSAGE(std::to_string(load.failed()), load.failed() <= deaths);
        CPPUNIT_ASSERT(comes_true([&] { return world().children("library").size() == size; }));
    }

    void reloads_under_load_fail_no_request() {
        auto before = world().children("library");
        auto master = world().master("library");
        Load load{world(), 6};
        for (int i = 0; i < 4; ++i) {
            load.answers(60);
            auto old = world().children("library");
            kill(master, SIGHUP);
            CPPUNIT_ASSERT(comes_true([&] { return none_of(old, world().children("library")); }));
        }
        load.answers(60);
        nothing_lost(world(), load);
        CPPUNIT_ASSERT_EQUAL(0, load.failed());
        CPPUNIT_ASSERT_EQUAL(master, world().master("library"));
        CPPUNIT_ASSERT_EQUAL(before.size(), world().children("library").size());
    }

    static bool none_of(const std::vector<pid_t>& old, const std::vector<pid_t>& now) {
        return now.size() == old.size() && std::none_of(now.begin(), now.end(), [&](pid_t pid) {
                   return std::find(old.begin(), old.end(), pid) != old.end();
               });
    }

    void frozen_children_do_not_stop_the_others() {
        Load load{world(), 6};
        auto children = world().children("library");
        for (std::size_t i = 0; i < children.size() / 2; ++i) {
            load.answers(20);
            kill(children[i], SIGSTOP);
        }
        load.answers(200);
        for (pid_t child : children) kill(child, SIGCONT);
        nothing_lost(world(), load);
        auto limit = static_cast<int>(children.size() / 2);
        CPPUNIT_ASSERT_MESSAGE(std::to_string(load.failed()), load.failed() <= limit);
    }

    // A request waits for a lock; all children freeze in what they do. The one that is at work is
    // stuck, the others only wait for work.
    void a_stuck_request_is_ended_and_named() {
        Client client{world()};
        sign_up(client);
        auto children = world().children("library");
        world().new_log();
        std::jthread lock{[] {
            world().sql(
                "begin; lock table progress in access exclusive mode; "
                "select pg_sleep(1.5); commit");
        }};
        CPPUNIT_ASSERT(comes_true([] { return locks("granted") == "1"; }));
        std::vector<Answered> answers;
        std::jthread asking{[&] {
            answers = client.ask_at_once(
                {{"PUT", "/api/v1/progress", R"({"item_id": "m", "progress_seconds": 1})"}});
        }};
        bool waits = comes_true([] { return locks("not granted") == "1"; });
        for (pid_t child : children) kill(child, SIGSTOP);
        bool replaced = comes_true([&] { return world().children("library") != children; });
        for (pid_t child : children) kill(child, SIGCONT);
        lock.join();
        asking.join();
        CPPUNIT_ASSERT(waits && replaced);
        expect_refusal(503, "unavailable", answers.front());
        expect(200, client.get("/api/v1/favorites"));
        auto log = world().new_log();
        auto at = log.find("event=child_killed");
        CPPUNIT_ASSERT(at != log.npos);
        auto line = log.substr(at, log.find('\n', at) - at);
        CPPUNIT_ASSERT_MESSAGE(line, line.find("PUT /api/v1/progress") != line.npos);
    }
    static std::string locks(const std::string& condition) {
        return world().sql(
            "select count(*) from pg_locks where relation = 'progress'::regclass "
            "and locktype = 'relation' and " +
            condition);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StoryFaults);

}  // namespace
