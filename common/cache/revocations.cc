#include "common/cache/revocations.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/cache/personal.h"
#include "common/cache/redis.h"

namespace {

struct Mark {
    std::string key;
    std::int64_t value = 1;
    std::chrono::seconds ttl;
};

// In one trip: sets the mark, and tells the open sockets of the user; `before` comes first.
bool set(Redis& redis, const Mark& mark, const Uuid& user, std::string_view type,
         const std::string& data, std::vector<RedisCommand> before = {}) {
    auto commands = std::move(before);
    commands.push_back(
        {"SET", mark.key, std::to_string(mark.value), "EX", std::to_string(mark.ttl.count())});
    auto at = commands.size() - 1;
    commands.push_back({"PUBLISH", Personal::channel(user.text()), Personal::word(type, data)});
    auto replies = redis.ask(commands);
    return replies && (*replies)[at].text == "OK";
}

std::string object(const char* name, const std::string& value) {
    return std::string{"{\""} + name + "\":" + value + "}";
}

}  // namespace

bool Revocations::session(const Uuid& session, const Uuid& user, std::chrono::seconds ttl) {
    return set(redis_, {"rv:s:" + session.text(), 1, ttl}, user, "revoked",
               object("session", '"' + session.text() + '"'));
}

bool Revocations::user(const Uuid& user, Instant instant, std::chrono::seconds ttl) {
    auto issued_before = instant.time_since_epoch().count();
    return set(redis_, {"rv:u:" + user.text(), issued_before, ttl}, user, "revoked",
               object("issuedBefore", std::to_string(issued_before)));
}

bool Revocations::entitlement(const Uuid& user, std::int64_t rate_limit, std::chrono::seconds ttl,
                              const std::string& account_json,
                              const std::vector<std::string>& profiles) {
    auto id = user.text();
    std::vector<RedisCommand> before{Personal::forget(id, profiles)};
    if (!account_json.empty()) {
        before.push_back(Redis::call(Personal::script(), Personal::keys(id),
                                     Personal::arguments(id, "account:updated", account_json)));
    }
    return set(redis_, {"ent:" + id, rate_limit, ttl}, user, "account",
               object("rateLimit", std::to_string(rate_limit)), std::move(before));
}
