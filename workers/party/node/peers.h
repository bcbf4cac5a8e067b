// Who of the other nodes is still there. One that does not renew its lease is given time, because a
// Redis that was away has forgotten everybody's, and a node that has just come is not known yet.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "workers/party/redis/nodes.h"
#include "workers/party/socket/loop.h"

namespace party {

class ClusterClock;

struct PeerTimes {
    std::chrono::milliseconds between_renewals{3000}, lease{15'000};
    std::chrono::milliseconds doubt{15'000};  // for one that is missing
};

class Peers {
  public:
    Peers(Loop& loop, RedisLink& redis, const ClusterClock& clock, std::string own_id,
          PeerTimes times = {});

    const std::string& own_id() const { return own_id_; }
    // The id of a new connection of this node.
    std::string new_connection();
    bool is_here(std::string_view connection) const { return connection.starts_with(own_id_); }
    // Whether the node of a connection has been missing for longer than can be by chance.
    bool is_gone(std::string_view connection);

  private:
    void renew();

    RedisLink& redis_;
    const ClusterClock& clock_;
    NodeStore store_;
    std::string own_id_;
    PeerTimes times_;
    std::uint64_t connections_ = 0;
    NodeIds alive_;
    std::map<std::string, double, std::less<>> missing_since_;
    double heard_ = 0;  // when Redis last told who is alive
    Timer renewals_;
};

}  // namespace party
