// The TCP socket of a party program that serves other hosts' nginx. Unix sockets and those from
// systemd are common/process/listener's.
#pragma once

#include <string>

namespace party {

// `address`: host:port, a numeric host. Non-blocking, close-on-exec; several programs may share the
// address. Throws std::system_error or std::runtime_error.
int listen_at(const std::string& address, int backlog);

}  // namespace party
