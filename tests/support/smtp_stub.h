// A small mail server of a test's own: says what the test says.
#pragma once

#include <functional>
#include <string>

#include "tests/support/loopback.h"

class SmtpStub {
  public:
    // From a command, or a whole letter after DATA, to the reply, without its line end.
    using Reply = std::function<std::string(const std::string& heard)>;

    explicit SmtpStub(Reply reply);

    std::string url() const { return "smtp://127.0.0.1:" + std::to_string(server_.port()); }

    // What any server says that takes all letters.
    static std::string welcome(const std::string& heard);

  private:
    void serve(Conversation& client);

    Reply reply_;
    Loopback server_;  // last: it calls what stands above
};
