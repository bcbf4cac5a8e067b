// One connection to Redis on an event loop, opened again by itself when it is lost. It carries
// commands there and replies back; which reply belongs to which question is the business of
// redis/link.h. The door to Boost.Asio in this folder.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "common/cache/redis.h"
#include "workers/party/socket/loop.h"

namespace party {

class Wire {
  public:
    // All are called from the loop; the wire may go away in them.
    struct Events {
        std::function<void()> opened;
        std::function<void(RedisReply)> received;
        std::function<void()> lost;  // follows each `opened`; another try is on its way
    };

    // `address` as common/cache/redis.h takes it. `timeout` bounds the connecting. Begins at once.
    Wire(Loop& loop, std::string address, std::chrono::milliseconds timeout, Events events);
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;
    ~Wire();  // no event afterwards

    // Commands of one turn of the loop leave together. Nothing happens while it is not open.
    void send(const RedisCommand& command);
    // The other side has proved to be of use: the next pause between two tries is a short one.
    void praise();
    // Not of use: tells `lost` at once, and tries again later.
    void drop();

  private:
    struct Engine;
    std::shared_ptr<Engine> engine_;
};

}  // namespace party
