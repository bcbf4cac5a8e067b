#include "workers/party/redis/missed.h"

#include <memory>

#include "common/base/text.h"
#include "common/base/uuid.h"

namespace party {

namespace {

constexpr std::size_t most_events = 200, most_bytes = 128 * 1024;

// An entry of XRANGE: id, and a list of t, <type>, d, <data>.
bool append(const RedisReply& entry, std::int64_t version, MissedEvents& missed) {
    if (entry.list.size() != 2 || entry.list[1].list.size() != 4) return false;
    if (entry.list[0].text != std::to_string(version) + "-0") return false;
    const auto& fields = entry.list[1].list;
    missed.events.push_back({version, {fields[1].text, fields[3].text}});
    return true;
}

std::size_t bytes_of(const MissedEvents& missed) {
    std::size_t bytes = 0;
    for (const auto& [version, event] : missed.events) {
        bytes += event.type.size() + event.data.size();
    }
    return bytes;
}

// More may have been appended since the version was asked for.
MissedEvents judge(std::int64_t after, std::int64_t version, const RedisReply& entries) {
    MissedEvents missed{.version = after};
    if (entries.list.size() > most_events) return {.version = version};
    for (const auto& entry : entries.list) {
        if (!append(entry, missed.version + 1, missed)) return {.version = version};
        ++missed.version;
    }
    bool too_long = bytes_of(missed) > most_bytes;
    if (too_long || after > version || missed.version < version) return {.version = version};
    missed.complete = true;
    return missed;
}

}  // namespace

void find_missed(RedisLink& redis, const std::string& hash, const std::string& stream,
                 const std::string& epoch, std::int64_t after,
                 std::function<void(MissedEvents)> done) {
    auto version = std::make_shared<std::optional<std::int64_t>>();
    redis.ask({"HMGET", hash, "ver", "epoch"}, [version, epoch](auto reply) {
        if (!reply || reply->list.size() != 2 || reply->list[1].text != epoch) return;
        *version = parse_integer(reply->list[0].text);
    });
    redis.ask({"XRANGE", stream, "(" + std::to_string(after) + "-0", "+", "COUNT",
               std::to_string(most_events + 1)},
              [version, after, done = std::move(done)](auto entries) {
                  if (!entries || !*version) return done({});
                  done(judge(after, **version, *entries));
              });
}

std::string new_epoch() { return Uuid::make().text().substr(24); }

}  // namespace party
