// How a master gives its place to a new image of the program: first a check by a child process,
// then exec, with the listener and the living children handed over. prefork's master drives it;
// nobody else uses it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

class Reload {
  public:
    Reload(std::vector<std::string> command, int listener);

    // Starts `<command> --check`; when one runs, it is repeated after that. False when it cannot.
    bool begin();
    // Kills a check that takes over 30 seconds.
    void kill_overdue();

    enum class Verdict { not_mine, good, bad, repeated };
    // What the end of a process means for the reload.
    Verdict judge(pid_t pid, int status);

    // Executes the command in the place of this process. Returns only when that fails.
    void execute(const std::vector<pid_t>& children);

  private:
    std::vector<std::string> command_;  // its first is an absolute path
    int listener_;
    pid_t check_ = 0;  // 0: none runs
    bool again_ = false;
    std::chrono::steady_clock::time_point deadline_{};
};

// The living children that the image before this one handed over.
std::vector<pid_t> adopt_children();
