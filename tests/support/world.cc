#include "tests/support/world.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <stdexcept>

#include "common/base/text.h"

namespace {

// Ports that nobody uses. They are held until all are chosen, so that they differ.
std::vector<int> free_ports(std::size_t count) {
    std::vector<int> sockets, ports;
    while (ports.size() < count) {
        sockaddr_in address{};
        socklen_t size = sizeof address;
        address.sin_family = AF_INET;
        auto generic = reinterpret_cast<sockaddr*>(&address);
        int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (bind(socket, generic, size) != 0 || getsockname(socket, generic, &size) != 0) {
            throw std::runtime_error("no free port");
        }
        sockets.push_back(socket);
        ports.push_back(ntohs(address.sin_port));
    }
    for (int socket : sockets) close(socket);
    return ports;
}

std::string make_folder() {
    char path[] = "/tmp/syncstream-story.XXXXXX";
    if (!mkdtemp(path)) throw std::runtime_error("no folder for a world");
    std::filesystem::permissions(path, std::filesystem::perms{0711});
    return path;
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// `auth-hash`, for the master of a second pool; empty for what is no worker.
std::string pool_of(const Process& process, const std::string& programs) {
    if (!process.command.starts_with(programs)) return {};
    auto second = process.command.find(" --pool hash") != process.command.npos;
    return process.program() + (second ? "-hash" : "");
}

std::string programs_folder() {
    const char* build = std::getenv("BUILD");
    return std::filesystem::canonical(build ? build : "build").string() + "/bin/";
}

}  // namespace

World::World(const Environment& extra) : folder_(make_folder()), ports_(free_ports(5)) {
    start(extra);
    try {
        wait_until_ready();
    } catch (...) {
        stop();
        throw;
    }
}

World::~World() {
    for (const auto& left : stop()) std::cerr << "left running: " << left << '\n';
    std::error_code ignored;
    if (!std::getenv("KEEP_WORLDS")) std::filesystem::remove_all(folder_, ignored);
}

void World::start(const Environment& extra) {
    auto parent = getpid();
    process_ = fork();
    if (process_ < 0) throw std::runtime_error("no process for a world");
    if (process_ > 0) return;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() == parent) run(extra);
    _exit(127);
}

// Becomes ops/dev, in the new process.
void World::run(const Environment& extra) const {
    Environment all{{"SYNCSTREAM_VAR", folder_},
                    {"SYNCSTREAM_HTTPS_PORT", std::to_string(ports_[0])},
                    {"SYNCSTREAM_HTTP_PORT", std::to_string(ports_[1])},
                    {"SYNCSTREAM_METRICS_PORT", std::to_string(ports_[2])},
                    {"SYNCSTREAM_BENCH_PORT", std::to_string(ports_[3])},
                    {"SYNCSTREAM_STRIPE_PORT", std::to_string(ports_[4])},
                    {"SYNCSTREAM_DEMO", "0"}};
    all.insert(extra.begin(), extra.end());
    for (const auto& [name, value] : all) setenv(name.c_str(), value.c_str(), 1);
    int output = open((folder_ + "/said").c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    execl("ops/dev", "ops/dev", nullptr);
}

std::string World::said() const { return read_file(folder_ + "/said"); }

void World::wait_until_ready() {
    auto ready = [&] { return said().find("SyncStream is ready at") != std::string::npos; };
    bool ended = false;
    comes_true([&] { return ready() || (ended = waitpid(process_, nullptr, WNOHANG) == process_); },
               std::chrono::seconds{90});
    if (ended) process_ = 0;
    if (!ready()) throw std::runtime_error("the world did not start: " + said());
}

bool World::mentions_folder(const Process& process) const {
    return process.command.find(folder_) != std::string::npos ||
           process.folder.find(folder_) != std::string::npos;
}

std::vector<std::string> World::stop() {
    if (process_ == 0) return {};
    auto family = descendants(process_);
    kill(process_, SIGTERM);
    auto ended = [&] { return waitpid(process_, nullptr, WNOHANG) == process_; };
    std::vector<std::string> left;
    if (!comes_true(ended, std::chrono::seconds{30})) {
        left.emplace_back("ops/dev");
        kill(process_, SIGKILL);
        waitpid(process_, nullptr, 0);
    }
    process_ = 0;
    for (const auto& process : processes()) {
        bool ours = std::any_of(family.begin(), family.end(), [&](const Process& one) {
            return one.pid == process.pid && one.started == process.started;
        });
        if (!ours && !mentions_folder(process)) continue;
        left.push_back(process.command);
        kill(process.pid, SIGKILL);
    }
    return left;
}

std::string World::sql(const std::string& statement) const {
    auto command = "psql --host '" + folder_ +
                   "/run/postgres' --username postgres --dbname syncstream -XAtq "
                   "--set ON_ERROR_STOP=1 2>&1 <<'END_OF_STATEMENT'\n" +
                   statement + "\nEND_OF_STATEMENT\n";
    std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    std::string answer;
    char part[4096];
    while (auto size = fread(part, 1, sizeof part, pipe.get())) answer.append(part, size);
    if (pclose(pipe.release()) != 0) throw std::runtime_error(statement + ": " + answer);
    while (answer.ends_with('\n')) answer.pop_back();
    return answer;
}

std::vector<std::string> World::pools() const {
    std::vector<std::string> names;
    auto programs = programs_folder();
    for (const auto& process : descendants(process_)) {
        auto name = pool_of(process, programs);
        if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) {
            names.push_back(name);
        }
    }
    return names;
}

pid_t World::master(const std::string& pool) const {
    auto programs = programs_folder();
    auto family = descendants(process_);
    for (const auto& process : family) {
        if (pool_of(process, programs) != pool) continue;
        bool child = std::any_of(family.begin(), family.end(), [&](const Process& one) {
            return one.pid == process.parent && pool_of(one, programs) == pool;
        });
        if (!child) return process.pid;
    }
    throw std::runtime_error("no master of " + pool);
}

std::vector<pid_t> World::children(const std::string& pool) const {
    std::vector<pid_t> pids;
    auto parent = master(pool);
    for (const auto& process : descendants(parent)) {
        if (process.parent == parent) pids.push_back(process.pid);
    }
    return pids;
}

pid_t World::postgres() const {
    std::ifstream lock(folder_ + "/postgres/postmaster.pid");
    pid_t pid = 0;
    lock >> pid;
    return pid;
}

pid_t World::redis(const std::string& name) const {
    for (const auto& process : descendants(process_)) {
        bool server = process.program() == "redis-server";
        if (server && process.command.find(name + ".sock") != std::string::npos) return process.pid;
    }
    throw std::runtime_error("no Redis called " + name);
}

std::string World::new_log() {
    std::string all;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ + "/log")) {
        auto& read = read_[entry.path()];
        auto text = read_file(entry.path()).substr(read);
        auto whole_lines = text.rfind('\n') + 1;
        read += whole_lines;
        all += text.substr(0, whole_lines);
    }
    return all;
}

World& world_with(World::Environment extra) {
    static std::map<World::Environment, std::unique_ptr<World>> worlds;
    extra.insert({{"RATE_LIMIT_MULTIPLIER", "1000000"},
                  {"THROTTLE_MULTIPLIER", "1000000"},
                  {"MAX_REQUESTS", "100000000"}});
    auto& world = worlds[extra];
    if (!world) world = std::make_unique<World>(extra);
    return *world;
}
