#include "common/net/address.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>

namespace {

// IPv4 stands in its IPv6 form, ::ffff:a.b.c.d.
using Address = std::array<std::uint8_t, 16>;

struct Network {
    const char* address;
    int bits;
};

// IANA's registries of special-purpose addresses, and multicast.
constexpr Network closed_four[] = {
    {"0.0.0.0", 8},      {"10.0.0.0", 8},     {"100.64.0.0", 10}, {"127.0.0.0", 8},
    {"169.254.0.0", 16}, {"172.16.0.0", 12},  {"192.0.0.0", 24},  {"192.0.2.0", 24},
    {"192.88.99.0", 24}, {"192.168.0.0", 16}, {"198.18.0.0", 15}, {"198.51.100.0", 24},
    {"203.0.113.0", 24}, {"224.0.0.0", 4},    {"240.0.0.0", 4},
};
// Of IPv6 only the global unicast addresses are open, and of these not what IETF protocols
// (Teredo, ORCHID, benchmarks) and documentation use.
constexpr Network open_six{"2000::", 3};
constexpr Network closed_six[] = {{"2001::", 23}, {"2001:db8::", 32}, {"3fff::", 20}};
constexpr Network mapped_four{"::ffff:0:0", 96};

struct Wrapping {
    Network network;
    std::size_t at;  // where the four bytes of IPv4 stand
};
constexpr Wrapping wrappings[] = {
    {{"64:ff9b::", 96}, 12},  // NAT64
    {{"2002::", 16}, 2},      // 6to4
};

// Services that speak other protocols than the web's, where a request could do harm.
constexpr std::uint16_t closed_ports[] = {445,  465,  587,  2375,  3306, 5432,
                                          6379, 9000, 9200, 11211, 27017};

Address mapped(const std::uint8_t* four) {
    Address address{};
    address[10] = address[11] = 0xff;
    std::copy(four, four + 4, address.begin() + 12);
    return address;
}

std::optional<Address> address_of(const sockaddr& socket) {
    Address address;
    if (socket.sa_family == AF_INET) {
        sockaddr_in four;
        std::memcpy(&four, &socket, sizeof four);
        return mapped(reinterpret_cast<const std::uint8_t*>(&four.sin_addr));
    }
    if (socket.sa_family != AF_INET6) return std::nullopt;
    sockaddr_in6 six;
    std::memcpy(&six, &socket, sizeof six);
    std::copy(six.sin6_addr.s6_addr, six.sin6_addr.s6_addr + 16, address.begin());
    return address;
}

// Both families keep the port in the same place.
std::uint16_t port_of(const sockaddr& socket) {
    sockaddr_in four;
    std::memcpy(&four, &socket, sizeof four);
    return ntohs(four.sin_port);
}

bool within(const Address& address, const Address& network, int bits) {
    for (int i = 0; bits > 0; ++i, bits -= 8) {
        auto mask = static_cast<std::uint8_t>(bits >= 8 ? 0xff : 0xff << (8 - bits));
        if ((address[i] ^ network[i]) & mask) return false;
    }
    return true;
}

bool within(const Address& address, const Network& network) {
    Address start{};
    if (inet_pton(AF_INET6, network.address, start.data()) == 1) {
        return within(address, start, network.bits);
    }
    std::uint8_t four[4] = {};
    inet_pton(AF_INET, network.address, four);
    return within(address, mapped(four), 96 + network.bits);
}

Address unwrapped(const Address& address) {
    for (const auto& wrapping : wrappings) {
        if (within(address, wrapping.network)) return mapped(address.data() + wrapping.at);
    }
    return address;
}

bool closed(const Address& address) {
    auto covers = [&](const Network& network) { return within(address, network); };
    if (covers(mapped_four)) {
        return std::any_of(std::begin(closed_four), std::end(closed_four), covers);
    }
    return !covers(open_six) || std::any_of(std::begin(closed_six), std::end(closed_six), covers);
}

bool closed_port(std::uint16_t port) {
    return port < 80 || (port >= 110 && port <= 139) ||
           std::find(std::begin(closed_ports), std::end(closed_ports), port) !=
               std::end(closed_ports);
}

bool ours(const Address& address) {
    ifaddrs* list = nullptr;
    if (getifaddrs(&list) != 0) return true;
    std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owned{list, freeifaddrs};
    for (auto at = list; at; at = at->ifa_next) {
        if (at->ifa_addr && address_of(*at->ifa_addr) == address) return true;
    }
    return false;
}

}  // namespace

bool public_destination(const sockaddr& socket) {
    auto address = address_of(socket);
    if (!address || closed_port(port_of(socket))) return false;
    auto real = unwrapped(*address);
    return !closed(real) && !ours(real);
}
