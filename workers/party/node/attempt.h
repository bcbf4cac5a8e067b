// Commands on their way to Redis: what they would make of the room, if nobody is quicker.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/base/problem.h"
#include "workers/party/node/live_room.h"

namespace party {

inline constexpr int most_attempts = 30;  // of one command

// What a job would make of the room as it is given.
struct Trial {
    Room after;
    Change change;
    std::optional<Failure> refusal{};

    bool changes() const {
        return !refusal &&
               !(change.events.empty() && change.parts.empty() && change.alarms.empty());
    }
};

// Jobs that go to Redis together, what each has changed, and the room after all of them.
struct Attempt {
    std::vector<Job> jobs{};
    std::vector<Change> changes{};
    Playback before{};
    Room after{};
    std::int64_t adopted = 0;
    std::int64_t events = 0;
    bool commutes = true;

    void add(Job job, Trial trial) {
        events += static_cast<std::int64_t>(trial.change.events.size());
        commutes = commutes && trial.change.commutes;
        after = std::move(trial.after);
        after.version += static_cast<std::int64_t>(trial.change.events.size());
        jobs.push_back(std::move(job));
        changes.push_back(std::move(trial.change));
    }
};

}  // namespace party
