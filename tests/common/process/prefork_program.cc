// A small pool for prefork_test: a master whose children answer one line with one line. It is a
// program of its own because a reload executes it anew.
//
//     prefork_program <folder> [children=2] [max_requests=1000000] [request_timeout=20]
//                     [shutdown_timeout=10] [--check]
//
// The folder holds its socket (`socket`) and what a test tells it by files: `version` (read at the
// start, like settings), `refuse` (the check fails), `broken` (children die at their start).
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>

#include "common/process/metrics.h"
#include "common/process/prefork.h"

namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

struct Pool {
    fs::path folder;
    std::string version;

    // `hang` never ends; `gate` begins a file and waits for another.
    std::string answer(const std::string& asked) const {
        if (asked == "pid") return std::to_string(getpid());
        if (asked == "version") return version;
        if (asked == "gate") {
            std::ofstream(folder / "begun").close();
            while (!fs::exists(folder / "open")) std::this_thread::sleep_for(5ms);
            return "through the gate";
        }
        while (asked == "hang") std::this_thread::sleep_for(1s);
        return "what?";
    }

    void serve(Child& child, int connection) const {
        std::string asked;
        for (char c; read(connection, &c, 1) == 1 && c != '\n';) asked += c;
        child.working("request-" + asked, "GET /" + asked);
        auto reply = answer(asked) + "\n";
        // Whoever asked may have left.
        [[maybe_unused]] auto written = write(connection, reply.data(), reply.size());
        close(connection);
    }

    void live(Child& child) const {
        if (fs::exists(folder / "broken")) throw std::runtime_error("told to be broken");
        child.ready();
        while (child.wait()) {
            child.accepting();
            int connection = accept(child.listener(), nullptr, nullptr);
            if (connection >= 0) serve(child, connection);
            child.idle();
        }
    }
};

std::string first_line(const fs::path& path) {
    std::string line;
    std::ifstream file(path);
    std::getline(file, line);
    return line;
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::string> command(argv, argv + argc);
    Pool pool{command.at(1), first_line(fs::path(command.at(1)) / "version")};
    if (command.back() == "--check") return fs::exists(pool.folder / "refuse") ? 1 : 0;

    std::map<std::string, int> given{{"children", 2},
                                     {"max_requests", 1000000},
                                     {"request_timeout", 20},
                                     {"shutdown_timeout", 10}};
    for (const auto& word : command)
        if (auto equals = word.find('='); equals != word.npos)
            given[word.substr(0, equals)] = std::stoi(word.substr(equals + 1));

    Metrics metrics(pool.folder, "test", {}, given["children"]);
    PreforkOptions options{.name = "test",
                           .command = command,
                           .children = given["children"],
                           .max_requests = given["max_requests"],
                           .request_timeout = std::chrono::seconds{given["request_timeout"]},
                           .shutdown_timeout = std::chrono::seconds{given["shutdown_timeout"]}};
    int listener = listening_socket(pool.folder / "socket", 512);
    return prefork(options, listener, &metrics, [&](Child& child) { pool.live(child); });
}
