// An answer that is expensive to find, kept for a little while once it has proved to be. What is
// found quickly is found anew each time, so that only a service with very many rows shows anything
// that is not of this moment. Each process remembers for itself.
#pragma once

#include <chrono>
#include <optional>

#include "common/base/time.h"

namespace admin {

template <class T>
class Remembered {
  public:
    static constexpr std::chrono::milliseconds slow{250};
    static constexpr int memory = 20;  // times as long as it took

    explicit Remembered(Clock clock = system_now) : clock_(std::move(clock)) {}

    // What `find` returns, or returned when it was slow and not long ago. What it throws is not
    // kept.
    template <class Find>
    const T& get(Find find) {
        auto began = clock_();
        if (known_ && began < until_) return *known_;
        known_ = find();
        auto found = clock_();
        auto cost = found - began;
        until_ = cost < slow ? found : found + memory * cost;
        return *known_;
    }

  private:
    Clock clock_;
    std::optional<T> known_;
    Instant until_{};
};

}  // namespace admin
