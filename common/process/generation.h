// The children that one master has started: a fixed number of places, each with a child or soon
// with its replacement. prefork's master drives it; nobody else uses it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <vector>

#include "common/process/prefork.h"

class Generation {
  public:
    using Life = std::function<void(Child&)>;

    Generation(const PreforkOptions& options, int listener, Metrics* metrics, const Life& life);
    Generation(const Generation&) = delete;
    Generation& operator=(const Generation&) = delete;
    ~Generation();

    // Starts a child in every place whose time has come, at most ten a second.
    void start_due();
    // Takes note that a child has died and when to replace it: at once when it left as planned,
    // else the later the more have died young. False when it is none of these children.
    bool bury(pid_t pid, int status);
    // Kills children that are past their time, and logs what they were at.
    void kill_overdue();

    std::vector<pid_t> pids() const;
    bool all_served() const;  // every place has a child that has come to wait for connections
    bool all_ready() const;   // every place has a child that is prepared
    // False while a killed child has not gone: the machine is in trouble.
    bool healthy() const;

  private:
    using Moment = std::chrono::steady_clock::time_point;
    struct Place {
        pid_t pid = 0;  // 0: nobody
        Moment born{};
        Moment due{};  // when to start the next child
        int young_deaths = 0;
        Moment killed{};
    };

    void start(std::size_t index);
    [[noreturn]] void live(std::size_t index, pid_t master);
    bool overdue(std::size_t index) const;
    void log_death(const Place& place, int status) const;
    void log_kill(std::size_t index) const;
    void count_alive();

    const PreforkOptions& options_;
    const Life& life_;
    int listener_;
    Metrics* metrics_;
    std::vector<Place> places_;
    ChildSlot* slots_;  // shared memory, a slot for each place
    double forks_allowed_ = 0;
    Moment forks_counted_{};
};
