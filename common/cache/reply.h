// The wire of Redis (RESP2): commands to bytes, bytes to replies. For those inside this room, and
// for who brings bytes by a way of their own (workers/party/redis).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/cache/redis.h"

struct redisReader;
struct redisReply;

RedisReply taken(const redisReply& reply);

// Puts a command behind what is to be sent.
void append_command(std::string& wire, const RedisCommand& command);

// Cuts a stream of bytes into replies.
class ReplyReader {
  public:
    ReplyReader();
    void feed(std::string_view bytes);
    // Nothing until more bytes are fed; for ever, when they are not the protocol.
    std::optional<RedisReply> next();
    bool broken() const;

  private:
    struct Free {
        void operator()(redisReader* reader) const;
    };
    std::unique_ptr<redisReader, Free> reader_;
};
