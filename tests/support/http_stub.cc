#include "tests/support/http_stub.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace {

// Whether a request is there as a whole: its head, and as much body as the head promises.
bool complete(const std::string& request) {
    auto end = request.find("\r\n\r\n");
    if (end == request.npos) return false;
    auto length = request.find("Content-Length: ");
    auto body = length < end ? std::stoul(request.substr(length + 16)) : 0;
    return request.size() >= end + 4 + body;
}

}  // namespace

HttpStub::HttpStub(Answer answer) : answer_(std::move(answer)) {
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

HttpStub::~HttpStub() {
    if (write(bell_[1], "", 1) == 1) thread_.join();
    close(bell_[0]);
    close(bell_[1]);
    close(listener_);
}

std::string HttpStub::url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
}

std::string HttpStub::ok(const std::string& body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

void HttpStub::run() {
    for (;;) {
        pollfd waits[] = {{listener_, POLLIN, 0}, {bell_[0], POLLIN, 0}};
        poll(waits, 2, -1);
        if (waits[1].revents) return;
        int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        ++connections_;
        serve(connection);
        close(connection);
    }
}

// One connection at a time, until the client or the test ends it.
void HttpStub::serve(int connection) {
    std::string request;
    for (;;) {
        pollfd waits[] = {{connection, POLLIN, 0}, {bell_[0], POLLIN, 0}};
        poll(waits, 2, -1);
        char bytes[4096];
        auto size = waits[1].revents ? 0 : read(connection, bytes, sizeof bytes);
        if (size <= 0) return;
        request.append(bytes, size);
        if (!complete(request)) continue;
        if (!answer(connection, request)) return;
        request.clear();
    }
}

bool HttpStub::answer(int connection, const std::string& request) {
    auto text = answer_(request);
    return send(connection, text.data(), text.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(text.size());
}
