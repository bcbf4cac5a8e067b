// What the master of prefork and a child know of each other: a slot of shared memory for each
// child, written by the child and watched by the master. Only prefork uses it.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

enum class ChildState : std::uint32_t { starting, waiting, accepting, working };

struct alignas(64) ChildSlot {
    std::atomic<ChildState> state;
    std::atomic<bool> ready;   // may replace an older generation
    std::atomic<bool> served;  // has come to wait for connections
    std::atomic<std::int64_t> since_ms;
    std::array<char, 64> request_id;  // both end in NUL; of use while it is working
    std::array<char, 128> route;

    void enter(ChildState next) {
        since_ms.store(now_ms(), std::memory_order_relaxed);
        state.store(next, std::memory_order_release);
    }
    void reset() {
        ready = served = false;
        enter(ChildState::starting);
    }
    std::chrono::milliseconds age() const {
        return std::chrono::milliseconds{now_ms() - since_ms.load(std::memory_order_relaxed)};
    }

    // The steady clock is the same in all processes of a machine.
    static std::int64_t now_ms() {
        return std::chrono::duration_cast<std::chrono::milliseconds>(
                   std::chrono::steady_clock::now().time_since_epoch())
            .count();
    }
};
