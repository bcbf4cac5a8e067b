// A Redis of a test's own: on a unix socket in a new folder, without persistence, gone with the
// object (and with the test program, whatever becomes of it).
#pragma once

#include <sys/types.h>

#include <string>

class RedisServer {
  public:
    RedisServer();  // starts it and waits until it listens
    RedisServer(const RedisServer&) = delete;
    RedisServer& operator=(const RedisServer&) = delete;
    ~RedisServer();

    std::string address() const { return folder_ + "/redis.sock"; }
    void start();
    void kill();    // without any goodbye
    void freeze();  // keeps its connections, answers nothing
    void unfreeze();

  private:
    std::string folder_;
    pid_t process_ = 0;
};

// The address of the Redis that tests may share: $TEST_REDIS, or one that is started for this run.
// Tests use fresh ids for their keys.
std::string shared_redis();
