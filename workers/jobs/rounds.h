// The life of a program that works without being asked: it does its tasks in turn, each again after
// its interval, until a signal ends it. A task that fails is tried again a little later and holds
// up no other.
#pragma once

#include <chrono>
#include <functional>
#include <vector>

namespace jobs {

struct Task {
    const char* name;
    std::chrono::milliseconds interval;
    // A piece of the work, of a few seconds at most. True when there is more to do at once.
    std::function<bool()> run;
};

// Returns the exit status, when SIGTERM or SIGINT comes between two pieces of work. On SIGHUP it
// executes `command` (argv) in its own place, so that a new program and new settings take effect.
// Tells systemd when it is ready, and that it lives.
int run_rounds(std::vector<Task> tasks, char** command);

}  // namespace jobs
