// What every part of one node works with; main and node/node.cc build it, all of it belongs to one
// thread or is never changed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/crypto/secret_box.h"
#include "common/crypto/token.h"
#include "common/messages/messages.h"
#include "workers/party/node/clock.h"
#include "workers/party/node/counts.h"
#include "workers/party/node/peers.h"
#include "workers/party/node/randomness.h"
#include "workers/party/redis/people.h"
#include "workers/party/redis/rooms.h"
#include "workers/party/socket/server.h"

namespace party {

class Records;

struct Rules {
    std::vector<std::string> origins;  // of web pages that may connect
    std::string public_url;
    std::int64_t sockets_a_user = 5;
    std::int64_t connects_a_second = 20;  // of one address
    double rate_multiplier = 1;
};

struct Tools {
    std::string name;  // of the node, unique among all of them
    Loop& loop;
    RedisLink& redis;
    RedisChannels& channels;
    ClusterClock& clock;
    Peers& peers;
    RoomStore& rooms;
    PeopleStore& people;
    Records& records;
    const Tokens& tokens;
    const SecretBox& box;
    const Messages& messages;
    const Rules& rules;
    Counts counts{};
    Randomness randomness{};
};

}  // namespace party
