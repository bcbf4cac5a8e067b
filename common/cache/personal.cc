#include "common/cache/personal.h"

#include "common/base/text.h"

namespace {

// KEYS: live, hash, stream. ARGV: epoch for a new stream, type, data, channel. The version, or 0
// when nobody listens. A stream that has outlived its hash has ids that are used up.
const Script event{R"lua(
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local epoch = redis.call('HGET', KEYS[2], 'epoch')
if not epoch then
  epoch = ARGV[1]
  redis.call('HSET', KEYS[2], 'epoch', epoch)
  redis.call('DEL', KEYS[3])
end
local version = redis.call('HINCRBY', KEYS[2], 'ver', 1)
redis.call('XADD', KEYS[3], 'MAXLEN', '~', 200, version .. '-0', 't', ARGV[2], 'd', ARGV[3])
redis.call('EXPIRE', KEYS[2], 600)
redis.call('EXPIRE', KEYS[3], 600)
redis.call('PUBLISH', ARGV[4], version .. '|' .. epoch .. '|1|0|' .. #ARGV[2] .. ':' .. ARGV[2]
  .. #ARGV[3] .. ':' .. ARGV[3])
return version
)lua"};

std::string key(std::string_view user, const char* kind) {
    return std::string{"u:{"}.append(user).append("}:").append(kind);
}

}  // namespace

bool Personal::publish(const Uuid& user, std::string_view type, std::string_view data_json,
                       const std::vector<std::string>& profiles) {
    auto id = user.text();
    std::vector<RedisCommand> commands;
    if (!profiles.empty()) commands.push_back(forget(id, profiles));
    commands.push_back(Redis::call(event, keys(id), arguments(id, type, data_json)));
    return redis_.tell(commands);
}

RedisCommand Personal::forget(std::string_view user, const std::vector<std::string>& profiles) {
    RedisCommand command{"DEL", key(user, "who:-")};
    for (const auto& profile : profiles) command.push_back(key(user, "who:") + profile);
    return command;
}

const Script& Personal::script() { return event; }

std::vector<std::string> Personal::keys(std::string_view user) {
    return {key(user, "live"), key(user, "m"), key(user, "s")};
}

// The end of a version 7 id is random.
std::vector<std::string> Personal::arguments(std::string_view user, std::string_view type,
                                             std::string_view data_json) {
    return {Uuid::make().text().substr(24), std::string{type}, std::string{data_json},
            channel(user)};
}

std::string Personal::channel(std::string_view user) { return key(user, "c"); }

std::string Personal::word(std::string_view type, std::string_view data_json) {
    return std::string{"0||0|1|"} + counted(type) + counted(data_json);
}
