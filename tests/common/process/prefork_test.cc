#include "common/process/prefork.h"

#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <set>

#include "common/process/metrics.h"
#include "tests/common/process/running_pool.h"

namespace {

using namespace prefork_test;

class PreforkTest : public RunningPool {
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
        eventually([&] { return logged("signal=9"); });
        CPPUNIT_ASSERT_EQUAL(std::string("1"), ask("version"));
    }

    void kills_a_child_whose_peer_sends_nothing() {
        start({"children=1"});
        int silent = reach();
        eventually([&] { return logged("child_killed") && logged("while=accepting"); });
        eventually([&] { return logged("signal=9"); });
        close(silent);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), ask("version"));
    }

    void finishes_a_request_in_flight_before_it_ends() {
        start();
        std::string reply;
        std::jthread client([&] { reply = ask("gate"); });
        bool begun = waited([&] { return fs::exists(folder_ / "begun"); });
        kill(master_, SIGTERM);
        // The idle child leaves; the one at work stays, and with it the master.
        bool one_stays = waited([&] { return alive() == 1; });
        // A connection that waits by now is left to those who come after.
        int late = reach();
        put("open", "");
        client.join();
        CPPUNIT_ASSERT(begun && one_stays && late >= 0);
        CPPUNIT_ASSERT_EQUAL(std::string("through the gate"), reply);
        CPPUNIT_ASSERT_EQUAL(0, end());
        CPPUNIT_ASSERT(!logged("child_died") && !logged("child_killed"));
        close(late);
    }

    void kills_a_request_that_outlasts_the_shutdown() {
        start({"shutdown_timeout=1"});
        std::string reply;
        std::jthread client([&] { reply = ask("gate"); });
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
        start({"children=4"});
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
            release(version);
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
};

CPPUNIT_TEST_SUITE_REGISTRATION(PreforkTest);

}  // namespace
