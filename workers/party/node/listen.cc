#include "workers/party/node/listen.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>
#include <stdexcept>
#include <system_error>

namespace party {

namespace {

struct Free {
    void operator()(addrinfo* found) const { freeaddrinfo(found); }
};

[[noreturn]] void fail(const std::string& address) {
    throw std::system_error(errno, std::generic_category(), "cannot listen at " + address);
}

}  // namespace

int listen_at(const std::string& address, int backlog) {
    auto colon = address.rfind(':');
    auto host = address.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    addrinfo hints{}, *list = nullptr;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV;
    hints.ai_socktype = SOCK_STREAM;
    if (colon == address.npos ||
        getaddrinfo(host.c_str(), address.substr(colon + 1).c_str(), &hints, &list) != 0) {
        throw std::runtime_error("PARTY_LISTEN is no host:port: " + address);
    }
    std::unique_ptr<addrinfo, Free> found{list};
    int listener =
        socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, found->ai_protocol);
    int on = 1;
    if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        setsockopt(listener, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0 ||
        bind(listener, found->ai_addr, found->ai_addrlen) != 0 || listen(listener, backlog) != 0) {
        fail(address);
    }
    return listener;
}

}  // namespace party
