#include "workers/party/redis/nodes.h"

namespace party {

namespace {

// KEYS: nodes. ARGV: node, end of its lease, now.
const Script renewal{R"lua(
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[3])
return redis.call('ZRANGE', KEYS[1], 0, -1)
)lua"};

}  // namespace

void NodeStore::renew(const std::string& node, Millis now, Millis until,
                      std::function<void(NodeIds alive)> done) {
    redis_.run(renewal, {nodes_key}, {node, std::to_string(until), std::to_string(now)},
               [done = std::move(done)](auto reply) {
                   if (!reply || reply->kind != RedisReply::Kind::list) return;
                   NodeIds alive;
                   for (const auto& one : reply->list) alive.insert(one.text);
                   done(std::move(alive));
               });
}

}  // namespace party
