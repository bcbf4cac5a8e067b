// What came of applying one event.
#pragma once

#include <string>

struct Outcome {
    enum class State {
        done,      // applied, or known to change nothing
        ignored,   // none of our business
        deferred,  // what it speaks of is not known yet: tried again later
        failed     // it cannot be applied as it is: people have to look
    };
    State state = State::done;
    std::string note{};
};

inline Outcome done(std::string note = {}) { return {Outcome::State::done, std::move(note)}; }
inline Outcome ignored(std::string note) { return {Outcome::State::ignored, std::move(note)}; }
inline Outcome deferred(std::string note) { return {Outcome::State::deferred, std::move(note)}; }
inline Outcome failed(std::string note) { return {Outcome::State::failed, std::move(note)}; }

constexpr const char* name(Outcome::State state) {
    constexpr const char* names[] = {"done", "ignored", "deferred", "failed"};
    return names[static_cast<int>(state)];
}
