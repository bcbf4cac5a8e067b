// A small mail server of a test's own, on a free port of the loopback: says what the test says, one
// connection at a time, and keeps what it heard.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <thread>

class SmtpStub {
  public:
    // From a command, or a whole letter after DATA, to the reply, without its line end.
    using Reply = std::function<std::string(const std::string& heard)>;

    explicit SmtpStub(Reply reply);
    SmtpStub(const SmtpStub&) = delete;
    SmtpStub& operator=(const SmtpStub&) = delete;
    ~SmtpStub();

    std::string url() const { return "smtp://127.0.0.1:" + std::to_string(port_); }

    // What any server says that takes all letters.
    static std::string welcome(const std::string& heard);

  private:
    void run();
    void serve(int connection);

    Reply reply_;
    int listener_;
    int bell_[2];  // rings when the server is to end
    std::uint16_t port_ = 0;
    std::thread thread_;
};
