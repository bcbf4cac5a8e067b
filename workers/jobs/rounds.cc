#include "workers/jobs/rounds.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <exception>
#include <optional>
#include <system_error>

#include "common/process/log.h"
#include "common/process/notify.h"

using namespace std::chrono;
using namespace std::chrono_literals;

namespace jobs {

namespace {

constexpr auto pause_after_failure = 5s;

sigset_t orders() {
    sigset_t set;
    sigemptyset(&set);
    for (int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
    return set;
}

int take_signals() {
    auto set = orders();
    sigprocmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    int descriptor = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "signalfd");
    return descriptor;
}

class Rounds {
  public:
    Rounds(std::vector<Task> tasks, char** command)
        : command_(command), signals_(take_signals()), ping_interval_(watchdog_interval()) {
        for (auto& task : tasks) tasks_.push_back({std::move(task), {}, false});
    }
    ~Rounds() { close(signals_); }

    int run() {
        LogLine(Level::notice, "jobs_started").add("pid", getpid());
        notify_systemd("READY=1");
        while (!take_order(next_due())) {
            for (auto& task : tasks_) {
                if (steady_clock::now() >= task.due) attempt(task);
                ping();
            }
        }
        notify_systemd("STOPPING=1");
        LogLine(Level::notice, "jobs_stopped").add("pid", getpid());
        return 0;
    }

  private:
    struct Scheduled {
        Task task;
        steady_clock::time_point due;
        bool failing;
    };

    // One line when it begins to fail, one when it works again.
    void attempt(Scheduled& one) {
        try {
            auto pause = one.task.run() ? 0ms : one.task.interval;
            one.due = steady_clock::now() + pause;
            if (one.failing) LogLine(Level::notice, "task_recovered").add("task", one.task.name);
            one.failing = false;
        } catch (const std::exception& error) {
            one.due = steady_clock::now() + pause_after_failure;
            if (!one.failing) {
                LogLine(Level::error, "task_failed")
                    .add("task", one.task.name)
                    .add("error", error.what());
            }
            one.failing = true;
        }
    }

    steady_clock::time_point next_due() const {
        auto due = next_ping_;
        if (!ping_interval_) due = steady_clock::time_point::max();
        for (const auto& one : tasks_) due = std::min(due, one.due);
        return due;
    }

    // Waits for an order until then. True when it is to end.
    bool take_order(steady_clock::time_point until) {
        auto wait = ceil<milliseconds>(until - steady_clock::now());
        pollfd waited{signals_, POLLIN, 0};
        poll(&waited, 1, static_cast<int>(std::clamp(wait, 0ms, milliseconds{1min}).count()));
        signalfd_siginfo order;
        while (read(signals_, &order, sizeof order) == sizeof order) {
            if (order.ssi_signo != SIGHUP) return true;
            execute_anew();
        }
        return false;
    }

    // Returns only when that fails; then this image goes on. Orders stay blocked, so one that comes
    // meanwhile waits for whichever image is there.
    void execute_anew() {
        notify_reloading();
        execvp(command_[0], command_);
        LogLine(Level::error, "reload_failed").add("errno", errno);
        notify_systemd("READY=1");
    }

    void ping() {
        auto now = steady_clock::now();
        if (!ping_interval_ || now < next_ping_) return;
        notify_systemd("WATCHDOG=1");
        next_ping_ = now + *ping_interval_;
    }

    char** command_;
    int signals_;
    std::vector<Scheduled> tasks_;
    std::optional<microseconds> ping_interval_;
    steady_clock::time_point next_ping_{};
};

}  // namespace

int run_rounds(std::vector<Task> tasks, char** command) {
    return Rounds(std::move(tasks), command).run();
}

}  // namespace jobs
