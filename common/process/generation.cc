#include "common/process/generation.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <exception>
#include <random>
#include <system_error>

#include "common/process/child_slot.h"
#include "common/process/log.h"
#include "common/process/metrics.h"

using namespace std::chrono;
using namespace std::chrono_literals;

namespace {

constexpr auto start_timeout = 60s;
constexpr auto accept_timeout = 5s;  // nginx has the whole request before it connects
constexpr auto kill_grace = 5s;
constexpr auto young = 10s;
constexpr auto settled = 60s;
constexpr double forks_per_second = 10;

milliseconds backoff(int young_deaths) {
    static std::minstd_rand random{std::random_device{}()};
    auto wait = std::min<milliseconds>(30s, 100ms * (1 << std::min(young_deaths, 10)));
    std::uniform_int_distribution<milliseconds::rep> jitter(0, wait.count() / 4);
    return wait - milliseconds{jitter(random)};
}

milliseconds limit(ChildState state, const PreforkOptions& options) {
    switch (state) {
        case ChildState::starting:
            return start_timeout;
        case ChildState::accepting:
            return accept_timeout;
        case ChildState::working:
            return options.request_timeout;
        case ChildState::waiting:
            break;
    }
    return milliseconds::max();
}

const char* name(ChildState state) {
    static constexpr const char* names[] = {"starting", "waiting", "accepting", "working"};
    return names[static_cast<std::size_t>(state)];
}

std::size_t memory_of(std::size_t slots) { return sizeof(ChildSlot) * slots; }

ChildSlot* share_slots(std::size_t count) {
    void* memory =
        mmap(nullptr, memory_of(count), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
    return static_cast<ChildSlot*>(memory);
}

}  // namespace

Generation::Generation(const PreforkOptions& options, int listener, Metrics* metrics,
                       const Life& life)
    : options_(options),
      life_(life),
      listener_(listener),
      metrics_(metrics),
      places_(static_cast<std::size_t>(std::max(1, options.children))),
      slots_(share_slots(places_.size())) {}

Generation::~Generation() { munmap(slots_, memory_of(places_.size())); }

void Generation::start_due() {
    auto now = steady_clock::now();
    auto earned = forks_per_second * duration<double>(now - forks_counted_).count();
    forks_allowed_ = std::min(forks_per_second, forks_allowed_ + earned);
    forks_counted_ = now;
    for (std::size_t index = 0; index < places_.size() && forks_allowed_ >= 1; ++index) {
        if (places_[index].pid != 0 || places_[index].due > now) continue;
        --forks_allowed_;
        start(index);
    }
}

void Generation::start(std::size_t index) {
    auto& place = places_[index];
    if (metrics_ && place.born != Moment{}) metrics_->restarted();
    slots_[index].reset();
    pid_t master = getpid();
    pid_t pid = fork();
    if (pid == 0) live(index, master);
    place.born = steady_clock::now();
    place.killed = {};
    if (pid < 0) {
        LogLine(Level::error, "fork_failed").add("pool", options_.name).add("errno", errno);
        place.due = place.born + backoff(++place.young_deaths);
        return;
    }
    place.pid = pid;
    count_alive();
}

void Generation::live(std::size_t index, pid_t master) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    // The master may have died before that took effect.
    if (getppid() != master) _exit(1);
    bool planned = false;
    try {
        Child child(static_cast<int>(index), listener_, options_.max_requests, slots_[index],
                    metrics_);
        life_(child);
        planned = child.leaving();
    } catch (const std::exception& error) {
        LogLine(Level::error, "child_failed").add("pool", options_.name).add("what", error.what());
    }
    _exit(planned ? 0 : 1);
}

bool Generation::bury(pid_t pid, int status) {
    auto place = std::find_if(places_.begin(), places_.end(),
                              [&](const Place& each) { return each.pid == pid; });
    if (place == places_.end()) return false;
    auto now = steady_clock::now();
    auto lived = now - place->born;
    bool planned = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (planned || lived >= settled) place->young_deaths = 0;
    if (!planned && lived < young) ++place->young_deaths;
    if (!planned) log_death(*place, status);
    place->due = planned ? now : now + backoff(place->young_deaths);
    place->pid = 0;
    count_alive();
    if (metrics_) metrics_->in_flight(static_cast<int>(place - places_.begin()), false);
    return true;
}

void Generation::kill_overdue() {
    for (std::size_t index = 0; index < places_.size(); ++index) {
        if (!overdue(index)) continue;
        log_kill(index);
        places_[index].killed = steady_clock::now();
        kill(places_[index].pid, SIGKILL);
    }
}

bool Generation::overdue(std::size_t index) const {
    auto state = slots_[index].state.load(std::memory_order_acquire);
    return places_[index].pid != 0 && places_[index].killed == Moment{} &&
           slots_[index].age() > limit(state, options_);
}

std::vector<pid_t> Generation::pids() const {
    std::vector<pid_t> found;
    for (const auto& place : places_)
        if (place.pid != 0) found.push_back(place.pid);
    return found;
}

bool Generation::all_served() const {
    return pids().size() == places_.size() &&
           std::all_of(slots_, slots_ + places_.size(),
                       [](auto& slot) { return slot.served.load(); });
}

bool Generation::all_ready() const {
    return pids().size() == places_.size() &&
           std::all_of(slots_, slots_ + places_.size(),
                       [](auto& slot) { return slot.ready.load(); });
}

bool Generation::healthy() const {
    auto now = steady_clock::now();
    return std::none_of(places_.begin(), places_.end(), [&](const Place& place) {
        return place.pid != 0 && place.killed != Moment{} && now - place.killed > kill_grace;
    });
}

void Generation::log_death(const Place& place, int status) const {
    LogLine line(Level::error, "child_died");
    line.add("pool", options_.name).add("pid", place.pid);
    if (WIFSIGNALED(status)) line.add("signal", WTERMSIG(status));
    if (WIFEXITED(status)) line.add("status", WEXITSTATUS(status));
    line.add("young_deaths", place.young_deaths);
}

void Generation::log_kill(std::size_t index) const {
    const auto& slot = slots_[index];
    auto state = slot.state.load(std::memory_order_acquire);
    LogLine line(Level::error, "child_killed");
    line.add("pool", options_.name).add("pid", places_[index].pid).add("while", name(state));
    line.add("for_ms", slot.age().count());
    if (state != ChildState::working) return;
    line.add("request_id", slot.request_id.data()).add("route", slot.route.data());
}

void Generation::count_alive() {
    if (metrics_) metrics_->children_alive(static_cast<int>(pids().size()));
}
