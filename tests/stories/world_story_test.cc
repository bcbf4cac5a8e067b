// The service as a whole: it starts, says how it is, and leaves nothing behind.
#include <cppunit/extensions/HelperMacros.h>

#include <filesystem>

#include "tests/support/client.h"
#include "tests/support/expect.h"

namespace {

class StoryWorld : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StoryWorld);
    CPPUNIT_TEST(is_well);
    CPPUNIT_TEST(speaks_ten_languages);
    CPPUNIT_TEST(describes_itself);
    CPPUNIT_TEST(speaks_http2_and_compresses);
    CPPUNIT_TEST(shows_figures_to_operators_only);
    CPPUNIT_TEST(sends_plain_http_to_https);
    CPPUNIT_TEST(leaves_no_process_and_no_socket_behind);
    CPPUNIT_TEST_SUITE_END();

    std::optional<Client> client;

  public:
    void setUp() override {}

    void is_well() {
        Client client{world_with()};
        auto health = client.get("/api/v1/health");
        expect(200, health);
        CPPUNIT_ASSERT_EQUAL(std::string{"ok"}, health.text("status"));
        CPPUNIT_ASSERT_EQUAL(std::string{"ok"}, health.text("checks.database"));
        CPPUNIT_ASSERT_EQUAL(std::string{"ok"}, health.text("checks.redis"));
        expect(200, client.get("/api/v1/health/live"));
    }

    void speaks_ten_languages() {
        Client client{world_with()};
        auto answer = client.get("/api/v1/languages", {{"Accept-Language", "es-ES,es;q=0.9"}});
        expect(200, answer);
        CPPUNIT_ASSERT_EQUAL(std::size_t{10}, answer.data("languages").list.size());
        CPPUNIT_ASSERT_EQUAL(std::string{"es"}, answer.text("current"));
        CPPUNIT_ASSERT_EQUAL(std::string{"es"}, answer.header("Content-Language"));
    }

    void describes_itself() {
        Client client{world_with()};
        auto document = client.get("/api/v1/openapi.json");
        CPPUNIT_ASSERT_EQUAL(200, document.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"3.1.0"}, document.json.find("openapi")->text);
        CPPUNIT_ASSERT(document.json.find("paths")->find("/api/v1/health"));
        auto page = client.get("/api/v1/docs");
        CPPUNIT_ASSERT_EQUAL(200, page.status);
        CPPUNIT_ASSERT(page.header("Content-Type").starts_with("text/html"));
        CPPUNIT_ASSERT(!page.header("Content-Security-Policy").empty());
    }

    void speaks_http2_and_compresses() {
        Client client{world_with()};
        client.http2 = true;
        auto answer = client.get("/api/v1/languages", {{"Accept-Encoding", "gzip"}});
        CPPUNIT_ASSERT_EQUAL(200, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"gzip"}, answer.header("content-encoding"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{10}, answer.data("languages").list.size());
        CPPUNIT_ASSERT(!answer.header("strict-transport-security").empty());
    }

    void shows_figures_to_operators_only() {
        Client client{world_with()};
        CPPUNIT_ASSERT_EQUAL(404, client.get("/metrics").status);
        CPPUNIT_ASSERT(figures(client.world()).find("child_restarts_total") != std::string::npos);
    }

    void sends_plain_http_to_https() {
        auto& world = world_with();
        auto answer = by_hand(world.http_port(),
                              "GET /api/v1/health HTTP/1.1\r\nHost: localhost\r\n"
                              "Connection: close\r\n\r\n");
        CPPUNIT_ASSERT_EQUAL(308, status_of(answer));
        CPPUNIT_ASSERT(answer.find("Location: " + world.url() + "/api/v1/health") !=
                       std::string::npos);
    }

    void leaves_no_process_and_no_socket_behind() {
        World passing{{{"CHILDREN", "1"}, {"HASH_CHILDREN", "1"}}};
        CPPUNIT_ASSERT(!passing.pools().empty());
        auto left = passing.stop();
        CPPUNIT_ASSERT_MESSAGE(left.empty() ? "" : left.front(), left.empty());
        CPPUNIT_ASSERT(!std::filesystem::exists(passing.folder() + "/run"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StoryWorld);

}  // namespace
