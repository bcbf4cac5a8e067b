// The nodes that are alive. Each has an id of eight hexadecimal digits, new with every start, and
// the ids of its connections begin with it: so a seat tells where its connection is, and whoever
// sees the seat can tell whether that node is still there.
//
//   p:nodes   zset: node id -> when its lease ends, ms
#pragma once

#include <functional>
#include <set>
#include <string>

#include "workers/party/redis/link.h"
#include "workers/party/room/members.h"

namespace party {

inline constexpr std::size_t node_id_size = 8;
inline constexpr auto nodes_key = "p:nodes";
using NodeIds = std::set<std::string, std::less<>>;

class NodeStore {
  public:
    explicit NodeStore(RedisLink& redis) : redis_(redis) {}

    // Tells `done` who is alive at `now`; not called while Redis is away.
    void renew(const std::string& node, Millis now, Millis until,
               std::function<void(NodeIds alive)> done);

  private:
    RedisLink& redis_;
};

}  // namespace party
