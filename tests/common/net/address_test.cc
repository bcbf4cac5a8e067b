// The table of destinations: open ones, closed ones, and the disguises of the closed.
#include "common/net/address.h"

#include <arpa/inet.h>
#include <cppunit/extensions/HelperMacros.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstdint>
#include <string>

namespace {

bool open_to(const std::string& address, std::uint16_t port = 443) {
    sockaddr_storage storage{};
    auto four = reinterpret_cast<sockaddr_in*>(&storage);
    auto six = reinterpret_cast<sockaddr_in6*>(&storage);
    four->sin_port = htons(port);
    bool is_six = address.find(':') != address.npos;
    storage.ss_family = is_six ? AF_INET6 : AF_INET;
    int read = is_six ? inet_pton(AF_INET6, address.c_str(), &six->sin6_addr)
                      : inet_pton(AF_INET, address.c_str(), &four->sin_addr);
    CPPUNIT_ASSERT_EQUAL_MESSAGE(address, 1, read);
    return public_destination(reinterpret_cast<sockaddr&>(storage));
}

class AddressTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AddressTest);
    CPPUNIT_TEST(lets_public_addresses_pass);
    CPPUNIT_TEST(stops_special_ipv4);
    CPPUNIT_TEST(lets_the_neighbours_of_special_ipv4_pass);
    CPPUNIT_TEST(stops_special_ipv6);
    CPPUNIT_TEST(stops_ipv4_in_disguise);
    CPPUNIT_TEST(stops_ports_of_other_services);
    CPPUNIT_TEST(stops_other_families);
    CPPUNIT_TEST_SUITE_END();

    void lets_public_addresses_pass() {
        for (auto address :
             {"8.8.8.8", "1.1.1.1", "223.255.255.254", "2606:4700::1111", "2a00:1450:4001::1",
              "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"}) {
            CPPUNIT_ASSERT_MESSAGE(address, open_to(address));
        }
    }
    void stops_special_ipv4() {
        for (auto address :
             {"0.0.0.0",         "0.1.2.3",         "10.0.0.1",       "10.255.255.255",
              "100.64.0.1",      "100.127.255.255", "127.0.0.1",      "127.255.255.254",
              "169.254.169.254", "172.16.0.1",      "172.31.255.255", "192.0.0.8",
              "192.0.2.1",       "192.88.99.1",     "192.168.1.1",    "198.18.0.1",
              "198.19.255.255",  "198.51.100.1",    "203.0.113.1",    "224.0.0.1",
              "239.255.255.255", "240.0.0.1",       "255.255.255.255"}) {
            CPPUNIT_ASSERT_MESSAGE(address, !open_to(address));
        }
    }
    void lets_the_neighbours_of_special_ipv4_pass() {
        for (auto address :
             {"1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
              "126.255.255.255", "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255",
              "172.32.0.0", "192.0.1.0", "192.0.3.0", "192.167.255.255", "192.169.0.0",
              "198.17.255.255", "198.20.0.0"}) {
            CPPUNIT_ASSERT_MESSAGE(address, open_to(address));
        }
    }
    void stops_special_ipv6() {
        for (auto address : {"::", "::1", "::7f00:1", "100::1", "2001::1", "2001:2::1",
                             "2001:20::1", "2001:db8::1", "3fff::1", "5f00::1", "fc00::1",
                             "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1", "64:ff9b:1::1"}) {
            CPPUNIT_ASSERT_MESSAGE(address, !open_to(address));
        }
    }
    void stops_ipv4_in_disguise() {
        for (auto address : {"::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
                             "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::1",
                             "2002:a00:1::", "::ffff:0:127.0.0.1", "::127.0.0.1"}) {
            CPPUNIT_ASSERT_MESSAGE(address, !open_to(address));
        }
    }
    void stops_ports_of_other_services() {
        for (std::uint16_t port : {80, 443, 2052, 8080, 8443, 25461, 65535}) {
            CPPUNIT_ASSERT_MESSAGE(std::to_string(port), open_to("8.8.8.8", port));
        }
        for (std::uint16_t port : {0, 22, 25, 53, 79, 110, 139, 445, 465, 587, 2375, 3306, 5432,
                                   6379, 9000, 9200, 11211, 27017}) {
            CPPUNIT_ASSERT_MESSAGE(std::to_string(port), !open_to("8.8.8.8", port));
            CPPUNIT_ASSERT_MESSAGE(std::to_string(port), !open_to("2606:4700::1111", port));
        }
    }
    void stops_other_families() {
        sockaddr_un local{};
        local.sun_family = AF_UNIX;
        CPPUNIT_ASSERT(!public_destination(reinterpret_cast<sockaddr&>(local)));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AddressTest);

}  // namespace
