#include "common/process/listener.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <system_error>

#include "common/base/text.h"

namespace {

constexpr const char* kept = "SYNCSTREAM_LISTENER_FD";
constexpr int first_of_systemd = 3;

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

std::optional<std::int64_t> take_number(const char* name) {
    const char* value = std::getenv(name);
    auto number = value ? parse_integer(value) : std::nullopt;
    unsetenv(name);
    return number;
}

std::optional<int> inherited() {
    auto own = take_number(kept);
    auto process = take_number("LISTEN_PID");
    auto count = take_number("LISTEN_FDS");
    unsetenv("LISTEN_FDNAMES");
    if (own) return static_cast<int>(*own);
    if (process != getpid() || !count) return std::nullopt;
    if (*count != 1) throw std::runtime_error("systemd must hand over exactly one socket");
    return first_of_systemd;
}

void prepare(int listener) {
    int listening = 0;
    socklen_t size = sizeof listening;
    if (getsockopt(listener, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size)) fail("listener");
    if (!listening) throw std::runtime_error("the inherited descriptor does not listen");
    int flags = fcntl(listener, F_GETFL);
    if (flags < 0 || fcntl(listener, F_SETFL, flags | O_NONBLOCK)) fail("listener");
    keep_no_longer(listener);
}

int open_at(const std::string& path, int backlog) {
    std::string temporary = path + "." + std::to_string(getpid());
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (temporary.size() >= sizeof address.sun_path)
        throw std::runtime_error("the path of the socket is too long: " + path);
    temporary.copy(address.sun_path, temporary.size());

    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0) fail("socket");
    unlink(temporary.c_str());
    if (bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) ||
        chmod(temporary.c_str(), 0660) || listen(listener, backlog) ||
        std::rename(temporary.c_str(), path.c_str())) {
        int error = errno;
        close(listener);
        unlink(temporary.c_str());
        throw std::system_error(error, std::generic_category(), path);
    }
    return listener;
}

}  // namespace

int listening_socket(const std::string& path, int backlog) {
    auto listener = inherited();
    if (!listener) return open_at(path, backlog);
    prepare(*listener);
    return *listener;
}

void keep_for_exec(int listener) {
    setenv(kept, std::to_string(listener).c_str(), 1);
    fcntl(listener, F_SETFD, 0);
}

void keep_no_longer(int listener) {
    unsetenv(kept);
    fcntl(listener, F_SETFD, FD_CLOEXEC);
}
