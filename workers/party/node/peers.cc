#include "workers/party/node/peers.h"

#include <cstdio>

#include "workers/party/node/clock.h"

namespace party {

namespace {

std::string_view node_of(std::string_view connection) { return connection.substr(0, node_id_size); }

}  // namespace

Peers::Peers(Loop& loop, RedisLink& redis, const ClusterClock& clock, std::string own_id,
             PeerTimes times)
    : redis_(redis), clock_(clock), store_(redis), own_id_(std::move(own_id)), times_(times) {
    redis_.on_connected([this](const std::string&) {
        missing_since_.clear();
        renew();
    });
    renewals_ = loop.every(times_.between_renewals, [this] { renew(); });
}

std::string Peers::new_connection() {
    char number[17];
    std::snprintf(number, sizeof number, "%lx", static_cast<unsigned long>(++connections_));
    return own_id_ + number;
}

void Peers::renew() {
    if (!redis_.up()) return;
    auto now = clock_.now();
    store_.renew(own_id_, now, now + times_.lease.count(), [this](NodeIds alive) {
        alive_ = std::move(alive);
        heard_ = ClusterClock::monotonic();
    });
}

bool Peers::is_gone(std::string_view connection) {
    auto node = node_of(connection);
    auto now = ClusterClock::monotonic();
    auto oldest_news = 2.5 * static_cast<double>(times_.between_renewals.count());
    if (now - heard_ > oldest_news || alive_.contains(node)) {
        if (auto missing = missing_since_.find(node); missing != missing_since_.end()) {
            missing_since_.erase(missing);
        }
        return false;
    }
    return now - missing_since_.try_emplace(std::string(node), now).first->second >
           static_cast<double>(times_.doubt.count());
}

}  // namespace party
