// What runs on this machine, as /proc tells it: for tests that start whole programs and look for,
// or end, single processes of them.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

struct Process {
    pid_t pid = 0, parent = 0;
    std::string started;  // tells it from a later process with the same id
    std::string command;  // arguments, separated by blanks
    std::string folder;   // where it works

    std::string program() const;  // last part of the first argument
};

// All living processes; those that only wait to be buried are left out.
std::vector<Process> processes();
// Those below `root`, at any depth.
std::vector<Process> descendants(pid_t root);
bool is_alive(pid_t pid);

// Looks again every few milliseconds until the condition holds; whether it did within the time.
bool comes_true(const std::function<bool()>& condition,
                std::chrono::seconds patience = std::chrono::seconds{15});
