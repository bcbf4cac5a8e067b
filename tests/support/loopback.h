// A server of a test's own on a free port of the loopback, one connection at a time, in a thread
// that ends with the object. What is said on a connection is the stub's that owns it (http_stub.h,
// smtp_stub.h).
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>

// A connection, while the test goes on.
class Conversation {
  public:
    Conversation(int connection, int bell) : connection_(connection), bell_(bell) {}

    // What came since; empty when the client is gone or the test ends.
    std::string hear();
    // Whether all of it was sent.
    bool say(const std::string& text);

  private:
    int connection_, bell_;
};

class Loopback {
  public:
    using Serve = std::function<void(Conversation& conversation)>;

    // Throws std::runtime_error without a port. `serve` is called from the thread.
    explicit Loopback(Serve serve);
    Loopback(const Loopback&) = delete;
    Loopback& operator=(const Loopback&) = delete;
    ~Loopback();

    std::uint16_t port() const { return port_; }
    int connections() const { return connections_; }

  private:
    void run();

    Serve serve_;
    int listener_;
    int bell_[2];  // rings when the server is to end
    std::uint16_t port_ = 0;
    std::atomic<int> connections_{0};
    std::thread thread_;
};
