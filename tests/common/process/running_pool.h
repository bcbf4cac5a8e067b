// A pool of prefork_program in a folder of its own, for prefork_test: runs it, speaks to it as
// nginx would, and reads its log. A test derives from it as its fixture.
#pragma once

#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

namespace prefork_test {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

inline sockaddr_un address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    return address;
}

// prefork_program stands beside the test program, or where PREFORK_PROGRAM says.
inline fs::path program() {
    const char* given = std::getenv("PREFORK_PROGRAM");
    return given ? fs::path(given)
                 : fs::read_symlink("/proc/self/exe").parent_path() / "prefork_program";
}

class RunningPool : public CppUnit::TestFixture {
  public:
    void setUp() override {
        std::string pattern = fs::temp_directory_path() / "prefork-XXXXXX";
        folder_ = mkdtemp(pattern.data());
        CPPUNIT_ASSERT_MESSAGE("build prefork_program first", fs::exists(program()));
        release("1");
        put("version", "1");
    }

    void tearDown() override {
        if (master_ > 0) kill(-master_, SIGKILL);
        if (master_ > 0 && !ended_) waitpid(master_, nullptr, 0);
        master_ = 0;
        ended_ = false;
        fs::remove_all(folder_);
    }

  protected:
    void start(const std::vector<std::string>& words = {}) {
        launch(words);
        eventually([&] { return logged("pool_ready"); });
    }

    void launch(
        std::vector<std::string> words, const std::function<void()>& prepare = [] {}) {
        words.insert(words.begin(), {folder_ / "current/program", folder_});
        std::vector<char*> arguments;
        for (auto& word : words) arguments.push_back(word.data());
        arguments.push_back(nullptr);
        master_ = fork();
        CPPUNIT_ASSERT(master_ >= 0);
        if (master_ > 0) return;
        setpgid(0, 0);
        dup2(open((folder_ / "log").c_str(), O_CREAT | O_APPEND | O_WRONLY, 0600), STDERR_FILENO);
        prepare();
        execv(arguments[0], arguments.data());
        _exit(127);
    }

    // Installs the program as on a server: in a folder of its own, to which `current` then leads.
    // The one before is taken away, as if it were old.
    void release(const std::string& version) const {
        fs::create_directory(folder_ / version);
        fs::copy(program(), folder_ / version / "program");
        fs::create_symlink(version, folder_ / "current.new");
        auto before = fs::exists(folder_ / "current") ? fs::canonical(folder_ / "current") : "";
        fs::rename(folder_ / "current.new", folder_ / "current");
        if (!before.empty()) fs::remove_all(before);
    }

    // The exit status of the master, which has been told to end.
    int end() {
        int status = 0;
        eventually(
            [&] { return ended_ = ended_ || waitpid(master_, &status, WNOHANG) == master_; });
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }

    int reach() const {
        int connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        timeval patience{60, 0};
        setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        auto address = address_of(folder_ / socket_);
        if (connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0)
            return connection;
        close(connection);
        return -1;
    }

    // Nothing when the connection broke before the answer was whole. Waits for the socket.
    std::string ask(const std::string& question) const {
        int connection = -1;
        waited([&] { return (connection = reach()) >= 0; });
        std::string line = question + "\n", reply;
        if (send(connection, line.data(), line.size(), MSG_NOSIGNAL) < 0) line.clear();
        for (char c; read(connection, &c, 1) == 1;) reply += c;
        close(connection);
        if (!reply.ends_with('\n')) return "";
        reply.pop_back();
        return reply;
    }

    // How many of the processes that the master started live: zombies are not counted.
    int alive() const {
        int count = 0;
        std::string pid = std::to_string(master_);
        std::ifstream children("/proc/" + pid + "/task/" + pid + "/children");
        for (std::string child; children >> child;) {
            std::ifstream stat("/proc/" + child + "/stat");
            std::string id, name, state;
            if (stat >> id >> name >> state && state != "Z") ++count;
        }
        return count;
    }

    bool logged(const std::string& text, int times = 1) const {
        std::ifstream file(folder_ / "log");
        std::string log{std::istreambuf_iterator<char>(file), {}};
        for (std::size_t at = 0; times > 0; --times, ++at)
            if ((at = log.find(text, at)) == log.npos) return false;
        return true;
    }

    void put(const std::string& name, const std::string& content) const {
        std::ofstream(folder_ / (name + ".new")) << content << '\n';
        fs::rename(folder_ / (name + ".new"), folder_ / name);
    }

    static bool waited(const std::function<bool()>& condition) {
        auto deadline = std::chrono::steady_clock::now() + 60s;
        while (!condition()) {
            if (std::chrono::steady_clock::now() > deadline) return false;
            std::this_thread::sleep_for(5ms);
        }
        return true;
    }
    static void eventually(const std::function<bool()>& condition) {
        CPPUNIT_ASSERT_MESSAGE("waited in vain", waited(condition));
    }

    fs::path folder_;
    std::string socket_ = "socket";
    pid_t master_ = 0;
    bool ended_ = false;
};

}  // namespace prefork_test
