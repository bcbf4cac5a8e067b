#include "tests/support/redis_server.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <thread>

namespace {

[[noreturn]] void become_redis(const std::string& folder, const std::string& socket) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int silent = open("/dev/null", O_RDWR);
    dup2(silent, 1);
    dup2(silent, 2);
    execlp("redis-server", "redis-server", "--port", "0", "--unixsocket", socket.c_str(), "--dir",
           folder.c_str(), "--save", "", "--appendonly", "no", nullptr);
    _exit(127);
}

bool listening(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    int connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool good = connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    close(connection);
    return good;
}

}  // namespace

RedisServer::RedisServer() {
    char folder[] = "/tmp/redis-test-XXXXXX";
    if (!mkdtemp(folder)) throw std::runtime_error("no temporary folder");
    folder_ = folder;
    start();
}

RedisServer::~RedisServer() {
    if (process_) kill();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

void RedisServer::start() {
    process_ = fork();
    if (process_ == 0) become_redis(folder_, address());
    for (int i = 0; i < 1000; ++i) {
        if (listening(address())) return;
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    throw std::runtime_error("redis-server does not start");
}

void RedisServer::kill() {
    ::kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    process_ = 0;
}

void RedisServer::freeze() {
    ::kill(process_, SIGSTOP);
    waitpid(process_, nullptr, WUNTRACED);
}

void RedisServer::unfreeze() { ::kill(process_, SIGCONT); }

std::string shared_redis() {
    if (auto given = std::getenv("TEST_REDIS")) return given;
    static RedisServer server;
    return server.address();
}
