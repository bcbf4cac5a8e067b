#include "common/process/prefork.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <optional>
#include <system_error>

#include "common/process/generation.h"
#include "common/process/log.h"
#include "common/process/notify.h"
#include "common/process/reload.h"

using namespace std::chrono;
using namespace std::chrono_literals;

namespace {

constexpr auto tick = 100ms;  // how late the master may notice what no signal tells

// Blocks them for the children as well: see Child. SIGPIPE is ignored, because a peer may hang up.
int take_signals() {
    sigset_t set;
    sigemptyset(&set);
    for (int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGCHLD}) sigaddset(&set, signal);
    sigprocmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    int descriptor = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "signalfd");
    return descriptor;
}

void send_all(const std::vector<pid_t>& pids, int signal) {
    for (pid_t pid : pids) kill(pid, signal);
}

class Master {
  public:
    Master(const PreforkOptions& options, int listener, Metrics* metrics,
           const Generation::Life& life)
        : options_(options),
          signals_(take_signals()),
          old_(adopt_children()),
          generation_(options, listener, metrics, life),
          reload_(options.command, listener),
          ping_interval_(watchdog_interval()) {}
    ~Master() { close(signals_); }

    int run() {
        LogLine(Level::notice, "pool_started").add("pool", options_.name).add("pid", getpid());
        while (!stopping_ || !everybody().empty()) {
            if (!stopping_) generation_.start_due();
            take_orders();
            reap();
            generation_.kill_overdue();
            reload_.kill_overdue();
            if (!stopping_ && !complete_) follow_start();
            kill_dismissed();
            ping();
        }
        LogLine(Level::notice, "pool_stopped").add("pool", options_.name).add("killed", killed_);
        return killed_ ? 1 : 0;
    }

  private:
    std::vector<pid_t> everybody() const {
        auto pids = generation_.pids();
        pids.insert(pids.end(), old_.begin(), old_.end());
        return pids;
    }

    void take_orders() {
        pollfd waited{signals_, POLLIN, 0};
        poll(&waited, 1, int(milliseconds(tick).count()));
        signalfd_siginfo order;
        while (read(signals_, &order, sizeof order) == sizeof order) {
            if (order.ssi_signo == SIGTERM || order.ssi_signo == SIGINT) stop();
            if (order.ssi_signo == SIGHUP && !stopping_) reload();
        }
    }

    void stop() {
        if (stopping_) return;
        stopping_ = true;
        notify_systemd("STOPPING=1");
        dismiss(everybody());
    }

    void reload() {
        LogLine(Level::notice, "reload_begins").add("pool", options_.name);
        notify_reloading();
        if (!reload_.begin()) stay();
    }

    // There is no reload after all: this image goes on.
    void stay() {
        if (complete_ && !stopping_) notify_systemd("READY=1");
    }

    void dismiss(const std::vector<pid_t>& children) {
        send_all(children, SIGTERM);
        patience_ends_ = steady_clock::now() + options_.shutdown_timeout;
    }

    void reap() {
        int status = 0;
        for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
            if (generation_.bury(pid, status) || std::erase(old_, pid)) continue;
            auto verdict = reload_.judge(pid, status);
            if (verdict == Reload::Verdict::good && !stopping_) reload_.execute(everybody());
            if (verdict == Reload::Verdict::good || verdict == Reload::Verdict::bad) stay();
        }
    }

    // Tells when the first children have all come up, and lets an older generation leave when
    // this one can take its place.
    void follow_start() {
        complete_ = old_.empty() ? generation_.all_served() : generation_.all_ready();
        if (!complete_) return;
        LogLine(Level::notice, "pool_ready")
            .add("pool", options_.name)
            .add("replaces", old_.size());
        notify_systemd("READY=1");
        dismiss(old_);
    }

    void kill_dismissed() {
        if (!patience_ends_ || steady_clock::now() < *patience_ends_) return;
        patience_ends_.reset();
        auto late = stopping_ ? everybody() : old_;
        if (late.empty()) return;
        LogLine(Level::error, "children_killed_leaving")
            .add("pool", options_.name)
            .add("children", late.size());
        killed_ = stopping_;
        send_all(late, SIGKILL);
    }

    // A master that always told systemd of its health would hide children that hang.
    void ping() {
        auto now = steady_clock::now();
        if (!ping_interval_ || now < next_ping_ || !generation_.healthy()) return;
        notify_systemd("WATCHDOG=1");
        next_ping_ = now + *ping_interval_;
    }

    const PreforkOptions& options_;
    int signals_;
    std::vector<pid_t> old_;  // children of the image before this one
    Generation generation_;
    Reload reload_;
    std::optional<microseconds> ping_interval_;
    steady_clock::time_point next_ping_{};
    std::optional<steady_clock::time_point> patience_ends_;  // when dismissed children are killed
    bool complete_ = false;
    bool stopping_ = false;
    bool killed_ = false;
};

}  // namespace

int prefork(const PreforkOptions& options, int listener, Metrics* metrics,
            const std::function<void(Child&)>& life) {
    return Master(options, listener, metrics, life).run();
}
