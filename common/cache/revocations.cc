#include "common/cache/revocations.h"

#include <string>

#include "common/cache/redis.h"

namespace {

bool set(Redis& redis, const std::string& key, std::int64_t value, std::chrono::seconds ttl) {
    auto replies =
        redis.ask({{"SET", key, std::to_string(value), "EX", std::to_string(ttl.count())}});
    return replies && replies->front().text == "OK";
}

}  // namespace

bool Revocations::session(const Uuid& session, std::chrono::seconds ttl) {
    return set(redis_, "rv:s:" + session.text(), 1, ttl);
}

bool Revocations::user(const Uuid& user, Instant instant, std::chrono::seconds ttl) {
    return set(redis_, "rv:u:" + user.text(), instant.time_since_epoch().count(), ttl);
}

bool Revocations::entitlement(const Uuid& user, std::int64_t rate_limit, std::chrono::seconds ttl) {
    return set(redis_, "ent:" + user.text(), rate_limit, ttl);
}
