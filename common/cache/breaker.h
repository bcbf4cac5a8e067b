// When to leave a broken neighbour alone: after three failures in a row it is skipped for one
// second, then two, up to ten; each pause ends with one try. Without it every request of a worker
// would wait for the same timeout.
#pragma once

#include <algorithm>
#include <chrono>

class Breaker {
  public:
    using Moment = std::chrono::steady_clock::time_point;

    bool open(Moment now) const { return now < retry_at_; }
    void succeeded() {
        failures_ = 0;
        retry_at_ = {};
    }
    void failed(Moment now) {
        ++failures_;
        if (failures_ >= 3) retry_at_ = now + std::chrono::seconds{std::min(failures_ - 2, 10)};
    }

  private:
    int failures_ = 0;
    Moment retry_at_{};
};
