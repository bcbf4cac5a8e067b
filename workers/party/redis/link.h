// Redis for an event loop: commands whose answers come later, and subscriptions. Reconnects by
// itself, after pauses of 100 ms to 2 s; while Redis is away every question is answered at once, by
// nothing. Both belong to the thread of their loop, and call nobody after their end.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/cache/redis.h"
#include "workers/party/socket/loop.h"

namespace party {

class RedisLink {
  public:
    // Nothing: Redis is away, or was lost before it answered; the command may have been done.
    using Answer = std::function<void(std::optional<RedisReply>)>;

    // `address` as common/cache/redis.h takes it. `timeout` bounds the connecting and each answer:
    // a connection that is silent for longer (and up to half as much again) is lost.
    RedisLink(Loop& loop, std::string address,
              std::chrono::milliseconds timeout = std::chrono::milliseconds{1000});
    RedisLink(const RedisLink&) = delete;
    RedisLink& operator=(const RedisLink&) = delete;
    ~RedisLink();

    // Questions are answered in their order, and those of one turn of the loop travel together.
    // `answer` (which may be empty) is never called before `ask` returns.
    void ask(const RedisCommand& command, Answer answer);
    // Runs a script by its digest, and again with its text when Redis has forgotten it (only then
    // after questions that were asked later).
    void run(const Script& script, std::vector<std::string> keys,
             std::vector<std::string> arguments, Answer answer);
    bool up() const;
    // Called with the run id of the server whenever a connection stands, each of those that were
    // given here; a new id is another server, or the same one started again.
    void on_connected(std::function<void(const std::string& run_id)> call);

  private:
    struct Engine;
    std::shared_ptr<Engine> engine_;
};

class RedisChannels {
  public:
    using Receive = std::function<void(std::string_view channel, std::string_view text)>;

    // `name` is how Redis shows the connection (CLIENT LIST). One that is silent for 5 s has to
    // answer a PING, and is lost when it does not within 2 s.
    RedisChannels(Loop& loop, std::string address, std::string name, Receive receive);
    RedisChannels(const RedisChannels&) = delete;
    RedisChannels& operator=(const RedisChannels&) = delete;
    ~RedisChannels();

    // `done` once Redis has confirmed (not at all while Redis is away: on_restored tells). A
    // channel that is subscribed already is confirmed again, later.
    void subscribe(const std::string& channel, std::function<void()> done);
    void unsubscribe(const std::string& channel);
    bool up() const;
    // Called whenever a connection stands and all channels are subscribed (again), 512 in a
    // command: what was published before is lost.
    void on_restored(std::function<void()> call);

  private:
    struct Engine;
    std::shared_ptr<Engine> engine_;
};

}  // namespace party
