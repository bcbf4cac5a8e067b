#include "common/cache/redis.h"

#include <hiredis/hiredis.h>
#include <sys/time.h>

#include <cerrno>
#include <string_view>
#include <utility>

#include "common/base/text.h"
#include "common/cache/reply.h"

namespace {

constexpr std::size_t most_owed = 256;

timeval to_timeval(std::chrono::milliseconds time) {
    auto ms = time.count();
    return {static_cast<time_t>(ms / 1000), static_cast<suseconds_t>(ms % 1000 * 1000)};
}

redisContext* dial(const std::string& address, timeval timeout) {
    auto colon = address.rfind(':');
    if (address.find('/') != address.npos || colon == address.npos) {
        return redisConnectUnixWithTimeout(address.c_str(), timeout);
    }
    auto port = parse_integer(std::string_view{address}.substr(colon + 1)).value_or(0);
    return redisConnectWithTimeout(address.substr(0, colon).c_str(), static_cast<int>(port),
                                   timeout);
}

void append(redisContext* context, const RedisCommand& command) {
    std::vector<const char*> words;
    std::vector<std::size_t> sizes;
    for (const auto& word : command) {
        words.push_back(word.data());
        sizes.push_back(word.size());
    }
    redisAppendCommandArgv(context, static_cast<int>(words.size()), words.data(), sizes.data());
}

std::optional<RedisReply> next_reply(redisContext* context) {
    void* reply = nullptr;
    if (redisGetReply(context, &reply) != REDIS_OK) return std::nullopt;
    std::unique_ptr<void, decltype(&freeReplyObject)> owned{reply, freeReplyObject};
    return taken(*static_cast<redisReply*>(reply));
}

bool runs_script(const RedisCommand& command) {
    return command.size() >= 3 && command[0] == "EVAL";
}

bool forgotten(const RedisReply& reply) {
    return reply.kind == RedisReply::Kind::error && reply.text.starts_with("NOSCRIPT");
}

}  // namespace

void Redis::Close::operator()(redisContext* context) const { redisFree(context); }

Redis::Redis(std::string address, std::chrono::milliseconds timeout)
    : address_(std::move(address)), timeout_(timeout) {}

Redis::~Redis() = default;

RedisCommand Redis::call(const Script& script, const std::vector<std::string>& keys,
                         const std::vector<std::string>& arguments) {
    RedisCommand command{"EVAL", script.text, std::to_string(keys.size())};
    command.insert(command.end(), keys.begin(), keys.end());
    command.insert(command.end(), arguments.begin(), arguments.end());
    return command;
}

Redis::Replies Redis::ask(const std::vector<RedisCommand>& commands) {
    if (commands.empty()) return std::vector<RedisReply>{};
    if (breaker_.open(Breaker::Moment::clock::now())) return std::nullopt;
    EffortTimer timer{effort_};
    auto replies = converse(commands);
    if (replies) {
        breaker_.succeeded();
    } else {
        disconnect();
        breaker_.failed(Breaker::Moment::clock::now());
    }
    return replies;
}

bool Redis::tell(const std::vector<RedisCommand>& commands) {
    if (breaker_.open(Breaker::Moment::clock::now())) return false;
    // Nobody may have asked for long, and Redis must not wait for us to read.
    bool told = (owed_ < most_owed || settle()) && learn(commands) && write(shortened(commands));
    if (!told) {
        disconnect();
        breaker_.failed(Breaker::Moment::clock::now());
    }
    return told;
}

bool Redis::up() {
    auto replies = ask({{"PING"}});
    return replies && replies->front().text == "PONG";
}

Redis::Replies Redis::converse(const std::vector<RedisCommand>& commands) {
    if (!learn(commands)) return std::nullopt;
    auto replies = exchange(shortened(commands));
    if (!replies) return std::nullopt;
    std::vector<RedisCommand> whole;
    for (std::size_t i = 0; i < commands.size(); ++i) {
        if (forgotten((*replies)[i])) whole.push_back(commands[i]);
    }
    if (whole.empty()) return replies;
    auto repaired = exchange(whole);
    if (!repaired) return std::nullopt;
    auto next = repaired->begin();
    for (auto& reply : *replies) {
        if (forgotten(reply)) reply = std::move(*next++);
    }
    return replies;
}

// Asks for the digests of scripts that this process has not used before.
bool Redis::learn(const std::vector<RedisCommand>& commands) {
    for (const auto& command : commands) {
        if (!runs_script(command) || digests_.count(command[1])) continue;
        auto replies = exchange({{"SCRIPT", "LOAD", command[1]}});
        if (!replies) return false;
        if (replies->front().kind == RedisReply::Kind::text) {
            digests_[command[1]] = replies->front().text;
        }
    }
    return true;
}

std::vector<RedisCommand> Redis::shortened(std::vector<RedisCommand> commands) const {
    for (auto& command : commands) {
        auto digest = runs_script(command) ? digests_.find(command[1]) : digests_.end();
        if (digest == digests_.end()) continue;
        command[0] = "EVALSHA";
        command[1] = digest->second;
    }
    return commands;
}

// A kept connection that is dead tells only that Redis was restarted since: try a new one. After a
// timeout there is no second try, since the first may still be at work.
Redis::Replies Redis::exchange(const std::vector<RedisCommand>& commands) {
    bool kept = context_ != nullptr;
    auto replies = transmit(commands);
    bool timed_out = errno == EAGAIN && context_ && context_->err == REDIS_ERR_IO;
    if (replies || !kept || timed_out) return replies;
    disconnect();
    return transmit(commands);
}

Redis::Replies Redis::transmit(const std::vector<RedisCommand>& commands) {
    if (!context_ && !connect()) return std::nullopt;
    for (const auto& command : commands) append(context_.get(), command);
    if (!settle()) return std::nullopt;
    std::vector<RedisReply> replies;
    while (replies.size() < commands.size()) {
        auto reply = next_reply(context_.get());
        if (!reply) return std::nullopt;
        replies.push_back(*std::move(reply));
    }
    return replies;
}

// A kept connection may be dead: one more try, on a new one.
bool Redis::write(const std::vector<RedisCommand>& commands) {
    for (bool kept = context_ != nullptr;; kept = false) {
        if (!context_ && !connect()) return false;
        for (const auto& command : commands) append(context_.get(), command);
        int done = 0;
        while (!done && redisBufferWrite(context_.get(), &done) == REDIS_OK) continue;
        if (done) {
            owed_ += commands.size();
            return true;
        }
        if (!kept) return false;
        disconnect();
    }
}

// Reads what is owed, and sends what is to be sent before.
bool Redis::settle() {
    for (; owed_ > 0; --owed_) {
        auto reply = next_reply(context_.get());
        if (!reply) return false;
        if (reply->kind == RedisReply::Kind::error) ++untold_;
        if (forgotten(*reply)) digests_.clear();
    }
    return true;
}

bool Redis::connect() {
    auto timeout = to_timeval(timeout_);
    context_.reset(dial(address_, timeout));
    // The timeout of connecting does not cover reading.
    bool connected =
        context_ && !context_->err && redisSetTimeout(context_.get(), timeout) == REDIS_OK;
    if (!connected) context_.reset();
    return connected;
}

void Redis::disconnect() {
    untold_ += static_cast<std::int64_t>(std::exchange(owed_, 0));
    context_.reset();
}
