// How much one request asked of an outside engine: round trips and the time they took. The
// database and Redis each keep one; `answer()` reads and clears it for `Server-Timing`, the log
// line and the metrics.
#pragma once

#include <chrono>

struct Effort {
    int trips = 0;
    std::chrono::microseconds time{};
};

// Adds the time of its own life to an effort.
class EffortTimer {
  public:
    explicit EffortTimer(Effort& effort)
        : effort_(effort), start_(std::chrono::steady_clock::now()) {}
    EffortTimer(const EffortTimer&) = delete;
    EffortTimer& operator=(const EffortTimer&) = delete;
    ~EffortTimer() {
        ++effort_.trips;
        effort_.time += std::chrono::duration_cast<std::chrono::microseconds>(
            std::chrono::steady_clock::now() - start_);
    }

  private:
    Effort& effort_;
    std::chrono::steady_clock::time_point start_;
};
