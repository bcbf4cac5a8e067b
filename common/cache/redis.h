// One connection to Redis, made at the first question (so: after the fork) and again when it
// broke. Redis is never the only place of a truth here, so its absence is an answer and not an
// exception: nothing. Commands are lists of words and go as they are, without format strings.
// Not for subscriptions. The process ignores SIGPIPE. The door to hiredis.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/effort.h"
#include "common/cache/breaker.h"

struct redisContext;

struct RedisReply {
    enum class Kind { nil, integer, text, list, error };
    Kind kind = Kind::nil;
    std::int64_t integer = 0;
    std::string text{};  // of a text, a status or an error
    std::vector<RedisReply> list{};
};

using RedisCommand = std::vector<std::string>;

// A Lua script; Redis compiles it once and then knows it by its digest.
struct Script {
    std::string text;
};

class Redis {
  public:
    // `address`: the path of a unix socket, or host:port. `timeout` bounds the connecting and each
    // wait for an answer.
    explicit Redis(std::string address,
                   std::chrono::milliseconds timeout = std::chrono::milliseconds{200});
    Redis(const Redis&) = delete;
    Redis& operator=(const Redis&) = delete;
    ~Redis();

    // Sends all commands, then reads all replies, one for each: one round trip. Nothing when Redis
    // is away, or was so a moment ago (cache/breaker.h). A command that Redis refuses is a reply
    // of kind `error`. When a connection turns out to be dead the commands are sent once more, so
    // a command may, rarely, be carried out twice.
    std::optional<std::vector<RedisReply>> ask(const std::vector<RedisCommand>& commands);

    // Sends the commands and returns without waiting; true: they were sent. What Redis says to them
    // is read and forgotten with the next question; errors are counted. A connection that was dead
    // without anybody's knowing loses them.
    bool tell(const std::vector<RedisCommand>& commands);
    std::int64_t untold() const { return untold_; }  // told commands that failed, as far as known

    // The command that runs a script. `ask` sends its digest instead of its text, and the text
    // again to a Redis that has forgotten it.
    static RedisCommand call(const Script& script, const std::vector<std::string>& keys,
                             const std::vector<std::string>& arguments);

    bool up();  // whether Redis answers now
    Effort& effort() { return effort_; }

  private:
    struct Close {
        void operator()(redisContext* context) const;
    };
    using Replies = std::optional<std::vector<RedisReply>>;

    Replies converse(const std::vector<RedisCommand>& commands);
    bool learn(const std::vector<RedisCommand>& commands);
    std::vector<RedisCommand> shortened(std::vector<RedisCommand> commands) const;
    Replies exchange(const std::vector<RedisCommand>& commands);
    Replies transmit(const std::vector<RedisCommand>& commands);
    bool write(const std::vector<RedisCommand>& commands);
    bool settle();
    bool connect();
    void disconnect();

    std::string address_;
    std::chrono::milliseconds timeout_;
    std::unique_ptr<redisContext, Close> context_;
    std::size_t owed_ = 0;  // replies to told commands that are still to be read
    std::int64_t untold_ = 0;
    std::map<std::string, std::string> digests_;  // of script texts, as Redis told them
    Breaker breaker_;
    Effort effort_;
};
