// A small HTTP server of a test's own: answers what the test says, keeps connections open and
// counts them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "tests/support/loopback.h"

class HttpStub {
  public:
    // From a whole request, head and body, to a whole answer; an empty answer: silence.
    using Answer = std::function<std::string(const std::string& request)>;

    explicit HttpStub(Answer answer);

    std::uint16_t port() const { return server_.port(); }
    std::string url(const std::string& path = "/") const;
    int connections() const { return server_.connections(); }

    static std::string ok(const std::string& body);  // 200 with Content-Length

  private:
    void serve(Conversation& client);

    Answer answer_;
    Loopback server_;  // last: it calls what stands above
};
