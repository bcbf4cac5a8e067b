// The life of the background worker, in a process of its own: what it does in turn, what ends it.
#include "workers/jobs/rounds.h"

#include <cppunit/extensions/HelperMacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>
#include <string>

using namespace std::chrono_literals;

namespace {

class RoundsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RoundsTest);
    CPPUNIT_TEST(does_its_tasks_in_turn);
    CPPUNIT_TEST(goes_on_at_once_while_there_is_more);
    CPPUNIT_TEST(goes_on_when_a_task_fails);
    CPPUNIT_TEST(ends_when_told);
    CPPUNIT_TEST(executes_anew_on_hangup);
    CPPUNIT_TEST(goes_on_when_it_cannot_execute_anew);
    CPPUNIT_TEST_SUITE_END();

    int pipe_[2];
    pid_t child_ = 0;

  public:
    void setUp() override { CPPUNIT_ASSERT_EQUAL(0, pipe(pipe_)); }
    void tearDown() override {
        if (child_) kill(child_, SIGKILL), waitpid(child_, nullptr, 0);
        close(pipe_[0]);
        close(pipe_[1]);
    }

  private:
    void start(std::vector<jobs::Task> tasks, const char* program = "/bin/true") {
        child_ = fork();
        if (child_) return;
        alarm(30);
        std::string name = program;
        char* command[] = {name.data(), nullptr};
        _exit(jobs::run_rounds(std::move(tasks), command));
    }
    jobs::Task writer(char letter, std::chrono::milliseconds interval, bool more = false) {
        return {"writer", interval, [=, this] { return write(pipe_[1], &letter, 1) == 1 && more; }};
    }
    // What the tasks write next.
    std::string read_some(std::size_t count) {
        std::string text;
        for (char c; text.size() < count && read(pipe_[0], &c, 1) == 1;) text += c;
        return text;
    }
    int status() {
        int status = 0;
        waitpid(child_, &status, 0);
        child_ = 0;
        CPPUNIT_ASSERT(WIFEXITED(status));
        return WEXITSTATUS(status);
    }

    void does_its_tasks_in_turn() {
        start({writer('a', 1ms), writer('b', 1h)});
        CPPUNIT_ASSERT_EQUAL(std::string{"abaa"}, read_some(4));
    }
    void goes_on_at_once_while_there_is_more() {
        start({writer('a', 1h, true), writer('b', 1h, true)});
        CPPUNIT_ASSERT_EQUAL(std::string{"ababab"}, read_some(6));
    }
    void goes_on_when_a_task_fails() {
        start(
            {{"broken", 1ms, []() -> bool { throw std::runtime_error("no"); }}, writer('a', 1ms)});
        CPPUNIT_ASSERT_EQUAL(std::string{"aaa"}, read_some(3));
    }
    void ends_when_told() {
        for (int signal : {SIGTERM, SIGINT}) {
            start({writer('a', 1h)});
            read_some(1);
            kill(child_, signal);
            CPPUNIT_ASSERT_EQUAL(0, status());
        }
    }
    void executes_anew_on_hangup() {
        start({writer('a', 1h)}, "/bin/false");
        read_some(1);
        kill(child_, SIGHUP);
        CPPUNIT_ASSERT_EQUAL(1, status());
    }
    void goes_on_when_it_cannot_execute_anew() {
        start({writer('a', 1ms)}, "/nonexistent");
        read_some(1);
        kill(child_, SIGHUP);
        CPPUNIT_ASSERT_EQUAL(std::string{"aaaa"}, read_some(4));
        kill(child_, SIGTERM);
        CPPUNIT_ASSERT_EQUAL(0, status());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(RoundsTest);

}  // namespace
