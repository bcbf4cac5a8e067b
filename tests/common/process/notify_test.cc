#include "common/process/notify.h"

#include <cppunit/extensions/HelperMacros.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <filesystem>
#include <string>

namespace {

// A socket that listens as systemd does.
struct Ear {
    explicit Ear(const std::string& name) : descriptor(socket(AF_UNIX, SOCK_DGRAM, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        name.copy(address.sun_path, name.size());
        if (name[0] == '@') address.sun_path[0] = '\0';
        auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
        CPPUNIT_ASSERT_EQUAL(0, bind(descriptor, reinterpret_cast<sockaddr*>(&address), length));
        setenv("NOTIFY_SOCKET", name.c_str(), 1);
    }
    ~Ear() {
        unsetenv("NOTIFY_SOCKET");
        close(descriptor);
    }
    std::string hear() const {
        std::string text(4096, '\0');
        auto length = recv(descriptor, text.data(), text.size(), MSG_DONTWAIT);
        text.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
        return text;
    }
    int descriptor;
};

class NotifyTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(NotifyTest);
    CPPUNIT_TEST(reaches_a_socket_with_a_path);
    CPPUNIT_TEST(reaches_an_abstract_socket);
    CPPUNIT_TEST(is_silent_where_nobody_listens);
    CPPUNIT_TEST(reads_the_interval_meant_for_this_process);
    CPPUNIT_TEST_SUITE_END();

  public:
    void reaches_a_socket_with_a_path() {
        std::string path =
            std::filesystem::temp_directory_path() / ("notify-" + std::to_string(getpid()));
        std::filesystem::remove(path);
        {
            Ear ear(path);
            CPPUNIT_ASSERT(notify_systemd("READY=1\nSTATUS=good"));
            CPPUNIT_ASSERT_EQUAL(std::string("READY=1\nSTATUS=good"), ear.hear());
            CPPUNIT_ASSERT(notify_reloading());
            CPPUNIT_ASSERT(ear.hear().starts_with("RELOADING=1\nMONOTONIC_USEC="));
        }
        std::filesystem::remove(path);
    }

    void reaches_an_abstract_socket() {
        Ear ear("@notify-" + std::to_string(getpid()));
        CPPUNIT_ASSERT(notify_systemd("STOPPING=1"));
        CPPUNIT_ASSERT_EQUAL(std::string("STOPPING=1"), ear.hear());
    }

    void is_silent_where_nobody_listens() {
        unsetenv("NOTIFY_SOCKET");
        CPPUNIT_ASSERT(!notify_systemd("READY=1"));
        setenv("NOTIFY_SOCKET", ("/" + std::string(200, 'x')).c_str(), 1);
        CPPUNIT_ASSERT(!notify_systemd("READY=1"));
        unsetenv("NOTIFY_SOCKET");
    }

    void reads_the_interval_meant_for_this_process() {
        CPPUNIT_ASSERT(!watchdog_interval());
        setenv("WATCHDOG_USEC", "10000000", 1);
        CPPUNIT_ASSERT(watchdog_interval() == std::chrono::seconds{5});
        setenv("WATCHDOG_PID", "1", 1);
        CPPUNIT_ASSERT(!watchdog_interval());
        unsetenv("WATCHDOG_PID");
        unsetenv("WATCHDOG_USEC");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(NotifyTest);

}  // namespace
