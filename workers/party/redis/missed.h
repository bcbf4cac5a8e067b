// The events of a stream after the last one that a client has: of a room or of a person. All or
// nothing, because half of them would be worse than a fresh start.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "workers/party/redis/link.h"
#include "workers/party/room/change.h"

namespace party {

struct MissedEvents {
    bool complete = false;     // nothing between `after` and the newest is missing
    std::int64_t version = 0;  // of the newest
    std::vector<std::pair<std::int64_t, Event>> events{};
};

// `hash` has the fields ver and epoch, `stream` ids `<version>-0` and fields t and d. At most 200
// events of 128 KB in all; more, another epoch, a gap or no Redis: not complete.
void find_missed(RedisLink& redis, const std::string& hash, const std::string& stream,
                 const std::string& epoch, std::int64_t after,
                 std::function<void(MissedEvents)> done);

// A new name for a line of versions; random.
std::string new_epoch();

}  // namespace party
