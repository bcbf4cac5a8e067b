#include "common/process/prefork.h"

#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <set>
#include <thread>

#include "common/process/metrics.h"

namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

sockaddr_un address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    return address;
}

// prefork_program stands beside the test program, or where PREFORK_PROGRAM says.
fs::path program() {
    const char* given = std::getenv("PREFORK_PROGRAM");
    return given ? fs::path(given)
                 : fs::read_symlink("/proc/self/exe").parent_path() / "prefork_program";
}

// Each test runs prefork_program in a folder of its own and speaks to it as nginx would.
class PreforkTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PreforkTest);
    CPPUNIT_TEST(replaces_a_killed_child);
    CPPUNIT_TEST(kills_a_stuck_child_and_names_its_work);
    CPPUNIT_TEST(kills_a_child_whose_peer_sends_nothing);
    CPPUNIT_TEST(finishes_a_request_in_flight_before_it_ends);
    CPPUNIT_TEST(kills_a_request_that_outlasts_the_shutdown);
    CPPUNIT_TEST(replaces_a_child_after_its_requests);
    CPPUNIT_TEST(loses_no_request_in_reloads_under_load);
    CPPUNIT_TEST(goes_on_when_the_check_fails);
    CPPUNIT_TEST(keeps_the_old_generation_until_the_new_one_is_ready);
    CPPUNIT_TEST(never_gives_up_on_children_that_die_young);
    CPPUNIT_TEST(leaves_no_children_when_the_master_is_killed);
    CPPUNIT_TEST(takes_a_listener_from_systemd);
    CPPUNIT_TEST(tells_systemd_how_it_stands);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override {
        std::string pattern = fs::temp_directory_path() / "prefork-XXXXXX";
        folder_ = mkdtemp(pattern.data());
        CPPUNIT_ASSERT_MESSAGE("build prefork_program first", fs::exists(program()));
        fs::copy(program(), folder_ / "program");
        put("version", "1");
    }

    void tearDown() override {
        if (master_ > 0) kill(-master_, SIGKILL);
        if (master_ > 0 && !ended_) waitpid(master_, nullptr, 0);
        master_ = 0;
        ended_ = false;
        fs::remove_all(folder_);
    }

    void replaces_a_killed_child() {
        start({"children=1"});
        auto first = ask("pid");
        kill(std::stoi(first), SIGKILL);
        eventually([&] { return logged("child_died") && logged("pid=" + first + " signal=9"); });
        CPPUNIT_ASSERT(ask("pid") != first);
        auto page = render_prometheus(folder_);
        CPPUNIT_ASSERT(page.find("syncstream_child_restarts_total{area=\"test\"} 1\n") !=
                       page.npos);
        CPPUNIT_ASSERT(page.find("syncstream_children_alive{area=\"test\"} 1\n") != page.npos);
    }

    void kills_a_stuck_child_and_names_its_work() {
        start({"request_timeout=1"});
        CPPUNIT_ASSERT_EQUAL(std::string(), ask("hang"));
        eventually([&] { return logged("child_killed"); });
        CPPUNIT_ASSERT(logged("while=working"));
        CPPUNIT_ASSERT(logged("request_id=request-hang route=\"GET /hang\""));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), ask("version"));
    }

    void kills_a_child_whose_peer_sends_nothing() {
        start({"children=1"});
        int silent = reach();
        eventually([&] { return logged("child_killed") && logged("while=accepting"); });
        close(silent);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), ask("version"));
    }

    void finishes_a_request_in_flight_before_it_ends() {
        start();
        std::string reply;
        std::thread client([&] { reply = ask("gate"); });
        bool begun = waited([&] { return fs::exists(folder_ / "begun"); });
        kill(master_, SIGTERM);
        // The idle child leaves; the one at work stays, and with it the master.
        bool one_stays = waited([&] { return alive() == 1; });
        put("open", "");
        client.join();
        CPPUNIT_ASSERT(begun && one_stays);
        CPPUNIT_ASSERT_EQUAL(std::string("through the gate"), reply);
        CPPUNIT_ASSERT_EQUAL(0, end());
        CPPUNIT_ASSERT(!logged("child_died"));
    }

    void kills_a_request_that_outlasts_the_shutdown() {
        start({"shutdown_timeout=1"});
        std::string reply;
        std::thread client([&] { reply = ask("gate"); });
        bool begun = waited([&] { return fs::exists(folder_ / "begun"); });
        kill(master_, SIGTERM);
        bool ended = waited([&] { return logged("children_killed_leaving"); });
        put("open", "");
        client.join();
        CPPUNIT_ASSERT(begun && ended);
        CPPUNIT_ASSERT_EQUAL(std::string(), reply);
        CPPUNIT_ASSERT_EQUAL(1, end());
    }

    void replaces_a_child_after_its_requests() {
        start({"children=1", "max_requests=5"});
        std::set<std::string> pids;
        for (int i = 0; i < 16; ++i) pids.insert(ask("pid"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(4), pids.size());
        CPPUNIT_ASSERT(pids.count("") == 0);
        CPPUNIT_ASSERT(!logged("child_died"));
    }

    void loses_no_request_in_reloads_under_load() {
        start({"children=4", "max_requests=100000000"});
        std::atomic<bool> enough = false;
        std::atomic<int> asked = 0, lost = 0;
        std::vector<std::thread> clients;
        for (int i = 0; i < 8; ++i)
            clients.emplace_back([&] {
                for (; !enough; ++asked) lost += ask("version").empty();
            });
        std::string after;
        for (auto version : {"2", "3", "4"}) {
            put("version", version);
            // A new release: the running file is gone, another has its name.
            fs::copy(program(), folder_ / "upload");
            fs::rename(folder_ / "upload", folder_ / "program");
            kill(master_, SIGHUP);
            if (!waited([&] {
                    return logged(std::string("replaces=4"), *version - '1') && alive() == 4;
                }))
                break;
            after = ask("version");
        }
        enough = true;
        for (auto& client : clients) client.join();
        CPPUNIT_ASSERT_EQUAL(std::string("4"), after);
        CPPUNIT_ASSERT(asked > 0);
        CPPUNIT_ASSERT_EQUAL(0, lost.load());
        CPPUNIT_ASSERT(!logged("child_died") && !logged("killed_leaving"));
        kill(master_, SIGTERM);
        CPPUNIT_ASSERT_EQUAL(0, end());
    }

    void goes_on_when_the_check_fails() {
        start();
        put("refuse", "");
        put("version", "2");
        kill(master_, SIGHUP);
        eventually([&] { return logged("reload_failed step=check status=1"); });
        CPPUNIT_ASSERT_EQUAL(std::string("1"), ask("version"));
        fs::remove(folder_ / "refuse");
        kill(master_, SIGHUP);
        eventually([&] { return ask("version") == "2"; });
    }

    void keeps_the_old_generation_until_the_new_one_is_ready() {
        start();
        put("broken", "");
        put("version", "2");
        kill(master_, SIGHUP);
        eventually([&] { return logged("child_failed pool=test what=\"told to be broken\"", 2); });
        CPPUNIT_ASSERT_EQUAL(std::string("1"), ask("version"));
        fs::remove(folder_ / "broken");
        eventually([&] { return logged("replaces=2") && ask("version") == "2"; });
    }

    void never_gives_up_on_children_that_die_young() {
        put("broken", "");
        launch({"children=1"});
        eventually([&] { return logged("young_deaths=4"); });
        fs::remove(folder_ / "broken");
        CPPUNIT_ASSERT_EQUAL(std::string("1"), ask("version"));
    }

    void leaves_no_children_when_the_master_is_killed() {
        start();
        kill(master_, SIGKILL);
        end();
        eventually([&] {
            int connection = reach();
            if (connection >= 0) close(connection);
            return connection < 0;  // nobody holds the listener any more
        });
    }

    void takes_a_listener_from_systemd() {
        auto path = folder_ / "given";
        int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        auto address = address_of(path);
        CPPUNIT_ASSERT_EQUAL(0,
                             bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address));
        CPPUNIT_ASSERT_EQUAL(0, listen(listener, 16));
        socket_ = "given";
        launch({}, [listener] {
            dup2(listener, 3);
            if (listener == 3) fcntl(3, F_SETFD, 0);
            setenv("LISTEN_FDS", "1", 1);
            setenv("LISTEN_PID", std::to_string(getpid()).c_str(), 1);
        });
        close(listener);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), ask("version"));
        CPPUNIT_ASSERT(!fs::exists(folder_ / "socket"));
        put("version", "2");
        kill(master_, SIGHUP);
        eventually([&] { return ask("version") == "2"; });
        socket_ = "socket";
    }

    void tells_systemd_how_it_stands() {
        int ear = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        auto address = address_of(folder_ / "notify");
        CPPUNIT_ASSERT_EQUAL(0, bind(ear, reinterpret_cast<sockaddr*>(&address), sizeof address));
        launch({}, [this] {
            setenv("NOTIFY_SOCKET", (folder_ / "notify").c_str(), 1);
            setenv("WATCHDOG_USEC", "200000", 1);
        });
        std::string heard;
        auto hears = [&](const std::string& wanted) {
            char text[256];
            for (ssize_t size; (size = recv(ear, text, sizeof text, MSG_DONTWAIT)) > 0;)
                heard.append(text, static_cast<std::size_t>(size)).append("\n");
            auto at = heard.find(wanted);
            if (at != heard.npos) heard.erase(0, at + wanted.size());
            return at != heard.npos;
        };
        eventually([&] { return hears("READY=1"); });
        eventually([&] { return hears("WATCHDOG=1"); });
        kill(master_, SIGHUP);
        eventually([&] { return hears("RELOADING=1"); });
        eventually([&] { return hears("READY=1"); });
        kill(master_, SIGTERM);
        eventually([&] { return hears("STOPPING=1"); });
        close(ear);
        CPPUNIT_ASSERT_EQUAL(0, end());
    }

  private:
    void start(const std::vector<std::string>& words = {}) {
        launch(words);
        eventually([&] { return logged("pool_ready"); });
    }

    void launch(
        std::vector<std::string> words, const std::function<void()>& prepare = [] {}) {
        words.insert(words.begin(), {folder_ / "program", folder_});
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

    // The exit status of the master, which has been told to end.
    int end() {
        int status = 0;
        eventually(
            [&] { return ended_ = ended_ || waitpid(master_, &status, WNOHANG) == master_; });
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }

    int reach() const {
        int connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
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

CPPUNIT_TEST_SUITE_REGISTRATION(PreforkTest);

}  // namespace
