#include "common/process/notify.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

#include "common/base/text.h"

using namespace std::chrono;

bool notify_systemd(std::string_view message) {
    const char* given = std::getenv("NOTIFY_SOCKET");
    std::string_view name = given ? given : "";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (name.empty() || name.size() >= sizeof address.sun_path) return false;
    name.copy(address.sun_path, name.size());
    // An abstract name is written with an @ in the place of its leading NUL byte.
    if (name[0] == '@') address.sun_path[0] = '\0';
    auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());

    int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return false;
    auto sent = sendto(descriptor, message.data(), message.size(), MSG_NOSIGNAL,
                       reinterpret_cast<const sockaddr*>(&address), length);
    close(descriptor);
    return sent == static_cast<ssize_t>(message.size());
}

bool notify_reloading() {
    // systemd tells this reload from earlier ones by the time, which it wants beside the word.
    auto now = duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count();
    return notify_systemd("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(now));
}

std::optional<microseconds> watchdog_interval() {
    const char* given = std::getenv("WATCHDOG_USEC");
    const char* process = std::getenv("WATCHDOG_PID");
    auto limit = given ? parse_integer(given) : std::nullopt;
    if (!limit || *limit <= 0) return std::nullopt;
    if (process && parse_integer(process) != getpid()) return std::nullopt;
    return microseconds{*limit / 2};
}
