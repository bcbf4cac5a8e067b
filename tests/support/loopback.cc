#include "tests/support/loopback.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace {

// Waits until the descriptor has something to read; false when the bell rings first.
bool comes(int descriptor, int bell) {
    pollfd waits[] = {{descriptor, POLLIN, 0}, {bell, POLLIN, 0}};
    poll(waits, 2, -1);
    return !waits[1].revents;
}

}  // namespace

std::string Conversation::hear() {
    char bytes[4096];
    auto size = comes(connection_, bell_) ? read(connection_, bytes, sizeof bytes) : 0;
    return size > 0 ? std::string(bytes, size) : std::string{};
}

bool Conversation::say(const std::string& text) {
    return send(connection_, text.data(), text.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(text.size());
}

Loopback::Loopback(Serve serve) : serve_(std::move(serve)) {
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

Loopback::~Loopback() {
    if (write(bell_[1], "", 1) == 1) thread_.join();
    close(bell_[0]);
    close(bell_[1]);
    close(listener_);
}

void Loopback::run() {
    while (comes(listener_, bell_[0])) {
        int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        ++connections_;
        Conversation conversation{connection, bell_[0]};
        serve_(conversation);
        close(connection);
    }
}
