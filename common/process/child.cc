#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <random>
#include <system_error>

#include "common/process/child_slot.h"
#include "common/process/metrics.h"
#include "common/process/prefork.h"

namespace {

// The master has blocked these for all. They stay blocked, because a signal that interrupts
// libfcgi in the middle of a request truncates its body.
int open_signals() {
    sigset_t set;
    sigemptyset(&set);
    for (int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1}) sigaddset(&set, signal);
    int descriptor = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "signalfd");
    return descriptor;
}

// Children that began together must not leave together.
std::int64_t jittered(std::int64_t requests) {
    std::mt19937_64 random{std::random_device{}()};
    return requests - std::uniform_int_distribution<std::int64_t>(0, requests / 8)(random);
}

template <std::size_t Size>
void copy(std::array<char, Size>& to, std::string_view text) {
    auto length = text.copy(to.data(), Size - 1);
    to[length] = '\0';
}

}  // namespace

Child::Child(int index, int listener, std::int64_t max_requests, ChildSlot& slot, Metrics* metrics)
    : index_(index),
      listener_(listener),
      requests_left_(jittered(max_requests)),
      slot_(slot),
      metrics_(metrics),
      signals_(open_signals()) {}

Child::~Child() { close(signals_); }

void Child::ready() { slot_.ready = true; }

bool Child::wait() {
    slot_.enter(ChildState::waiting);
    slot_.served = true;
    leaving_ = leaving_ || requests_left_ <= 0;
    while (!leaving_) {
        // The order matters: on a busy socket a connection always waits, and a child that looked
        // there first would never learn that it should leave.
        pollfd waited[] = {{signals_, POLLIN, 0}, {listener_, POLLIN, 0}};
        if (poll(waited, 2, -1) < 0 && errno != EINTR)
            throw std::system_error(errno, std::generic_category(), "poll");
        signalfd_siginfo signal;
        if (waited[0].revents && read(signals_, &signal, sizeof signal) == sizeof signal)
            leaving_ = signal.ssi_signo == SIGTERM || signal.ssi_signo == SIGINT;
        else if (waited[1].revents)
            return true;
    }
    return false;
}

void Child::accepting() { slot_.enter(ChildState::accepting); }

void Child::working(std::string_view request_id, std::string_view route) {
    --requests_left_;
    copy(slot_.request_id, request_id);
    copy(slot_.route, route);
    slot_.enter(ChildState::working);
    if (metrics_) metrics_->in_flight(index_, true);
}

void Child::idle() {
    slot_.enter(ChildState::waiting);
    if (metrics_) metrics_->in_flight(index_, false);
}
