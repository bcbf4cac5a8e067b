#include "tests/support/smtp_stub.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace {

bool say(int connection, const std::string& text) {
    auto line = text + "\r\n";
    return send(connection, line.data(), line.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(line.size());
}

}  // namespace

SmtpStub::SmtpStub(Reply reply) : reply_(std::move(reply)) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto generic = reinterpret_cast<sockaddr*>(&address);
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener_, generic, size) != 0 || listen(listener_, 16) != 0 ||
        pipe2(bell_, O_CLOEXEC) != 0 || getsockname(listener_, generic, &size) != 0) {
        throw std::runtime_error("no port for a test server");
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread{[this] { run(); }};
}

SmtpStub::~SmtpStub() {
    if (write(bell_[1], "", 1) == 1) thread_.join();
    close(bell_[0]);
    close(bell_[1]);
    close(listener_);
}

std::string SmtpStub::welcome(const std::string& heard) {
    if (heard == "DATA") return "354 go on";
    if (heard == "QUIT") return "221 bye";
    return "250 ok";
}

void SmtpStub::run() {
    for (;;) {
        pollfd waits[] = {{listener_, POLLIN, 0}, {bell_[0], POLLIN, 0}};
        poll(waits, 2, -1);
        if (waits[1].revents) return;
        int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        serve(connection);
        close(connection);
    }
}

void SmtpStub::serve(int connection) {
    std::string heard, end = "\r\n";
    bool going = say(connection, "220 stub ready");
    while (going) {
        pollfd waits[] = {{connection, POLLIN, 0}, {bell_[0], POLLIN, 0}};
        poll(waits, 2, -1);
        char bytes[4096];
        auto size = waits[1].revents ? 0 : read(connection, bytes, sizeof bytes);
        if (size <= 0) return;
        heard.append(bytes, size);
        for (auto at = heard.find(end); at != heard.npos; at = heard.find(end)) {
            auto reply = reply_(heard.substr(0, at));
            heard.erase(0, at + end.size());
            end = reply.starts_with("354") ? "\r\n.\r\n" : "\r\n";
            going = say(connection, reply) && going;
        }
    }
}
