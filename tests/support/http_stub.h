// A small HTTP server of a test's own, on a free port of the loopback: answers what the test says,
// keeps connections open and counts them.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>

class HttpStub {
  public:
    // From a whole request, head and body, to a whole answer; an empty answer: silence.
    using Answer = std::function<std::string(const std::string& request)>;

    explicit HttpStub(Answer answer);
    HttpStub(const HttpStub&) = delete;
    HttpStub& operator=(const HttpStub&) = delete;
    ~HttpStub();

    std::uint16_t port() const { return port_; }
    std::string url(const std::string& path = "/") const;
    int connections() const { return connections_; }

    static std::string ok(const std::string& body);  // 200 with Content-Length

  private:
    void run();
    void serve(int connection);
    bool answer(int connection, const std::string& request);

    Answer answer_;
    int listener_;
    int bell_[2];  // rings when the server is to end
    std::uint16_t port_ = 0;
    std::atomic<int> connections_{0};
    std::thread thread_;
};
