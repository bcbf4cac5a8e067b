// Outgoing requests against a server of the test's own.
#include "common/net/client.h"

#include <cppunit/extensions/HelperMacros.h>

#include <cstdlib>
#include <memory>
#include <stdexcept>

#include "common/base/problem.h"
#include "tests/support/http_stub.h"

namespace {

using Reach = HttpClient::Reach;
using std::chrono::milliseconds;

class HttpClientTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HttpClientTest);
    CPPUNIT_TEST(sends_what_it_is_told);
    CPPUNIT_TEST(brings_status_headers_and_body);
    CPPUNIT_TEST(sends_each_method);
    CPPUNIT_TEST(keeps_the_connection_of_a_trusted_neighbour);
    CPPUNIT_TEST(carries_nothing_over_to_the_next_call);
    CPPUNIT_TEST(follows_no_redirect);
    CPPUNIT_TEST(uses_no_proxy);
    CPPUNIT_TEST(gives_up_on_silence);
    CPPUNIT_TEST(gives_up_on_an_answer_that_is_too_large);
    CPPUNIT_TEST(gives_up_where_nobody_listens);
    CPPUNIT_TEST(speaks_only_http);
    CPPUNIT_TEST(refuses_headers_with_line_breaks);
    CPPUNIT_TEST(does_not_reach_our_own_network_for_users);
    CPPUNIT_TEST_SUITE_END();

    std::string heard;
    std::string answer = HttpStub::ok("hello");
    std::unique_ptr<HttpStub> server;
    HttpClient client{Reach::trusted};

  public:
    void setUp() override {
        server = std::make_unique<HttpStub>([this](const std::string& request) {
            heard = request;
            return answer;
        });
    }
    void tearDown() override { server.reset(); }

  private:
    static void assert_unavailable(HttpClient& client, const HttpCall& call) {
        try {
            client.send(call);
        } catch (const Failure& failure) {
            CPPUNIT_ASSERT_EQUAL(std::string{"unavailable"}, std::string{failure.what()});
            return;
        }
        CPPUNIT_FAIL("an answer came: " + call.url);
    }
    bool was_told(const std::string& text) const { return heard.find(text) != heard.npos; }

    void sends_what_it_is_told() {
        client.send({.method = "POST",
                     .url = server->url("/v1/a?b=c"),
                     .headers = {{"Content-Type", "text/plain"}, {"X-Empty", ""}},
                     .body = std::string{"x\0y", 3}});
        CPPUNIT_ASSERT(was_told("POST /v1/a?b=c HTTP/1.1\r\n"));
        CPPUNIT_ASSERT(was_told("Content-Type: text/plain\r\n"));
        CPPUNIT_ASSERT(was_told("X-Empty:\r\n"));
        CPPUNIT_ASSERT(was_told(std::string{"\r\n\r\nx\0y", 7}));
    }
    void brings_status_headers_and_body() {
        answer = "HTTP/1.1 404 Not Found\r\nRetry-After:  7 \r\nContent-Length: 4\r\n\r\nnone";
        auto got = client.send({.url = server->url()});
        CPPUNIT_ASSERT_EQUAL(404, got.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"none"}, got.body);
        CPPUNIT_ASSERT(got.header("retry-after") == "7");
        CPPUNIT_ASSERT(got.header("etag").empty());
    }
    void sends_each_method() {
        for (std::string method : {"GET", "POST", "PUT", "PATCH", "DELETE"}) {
            CPPUNIT_ASSERT_EQUAL(200, client.send({.method = method, .url = server->url()}).status);
            CPPUNIT_ASSERT_EQUAL(method + " / ", heard.substr(0, method.size() + 3));
        }
        answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
        CPPUNIT_ASSERT(client.send({.method = "HEAD", .url = server->url()}).body.empty());
    }
    void keeps_the_connection_of_a_trusted_neighbour() {
        for (int i = 0; i < 5; ++i) client.send({.url = server->url()});
        CPPUNIT_ASSERT_EQUAL(1, server->connections());
    }
    void carries_nothing_over_to_the_next_call() {
        client.send({.method = "POST",
                     .url = server->url(),
                     .headers = {{"Authorization", "Bearer x"}},
                     .body = "old"});
        client.send({.url = server->url()});
        CPPUNIT_ASSERT(was_told("GET / "));
        CPPUNIT_ASSERT(!was_told("Authorization") && !was_told("old"));
    }
    void follows_no_redirect() {
        answer = "HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n";
        CPPUNIT_ASSERT_EQUAL(302, client.send({.url = server->url()}).status);
        CPPUNIT_ASSERT(was_told("GET / "));
    }
    void uses_no_proxy() {
        setenv("http_proxy", "http://127.0.0.1:1", 1);
        auto status = client.send({.url = server->url()}).status;
        unsetenv("http_proxy");
        CPPUNIT_ASSERT_EQUAL(200, status);
    }
    void gives_up_on_silence() {
        answer.clear();
        assert_unavailable(client, {.url = server->url(), .timeout = milliseconds{200}});
        answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel";
        assert_unavailable(client, {.url = server->url(), .timeout = milliseconds{200}});
    }
    void gives_up_on_an_answer_that_is_too_large() {
        answer = HttpStub::ok(std::string(5000, 'x'));
        CPPUNIT_ASSERT_EQUAL(200, client.send({.url = server->url(), .most_bytes = 6000}).status);
        assert_unavailable(client, {.url = server->url(), .most_bytes = 4999});
        answer = "HTTP/1.1 200 OK\r\nX-Long: " + std::string(5000, 'x') + "\r\n\r\n";
        assert_unavailable(client, {.url = server->url(), .most_bytes = 4999});
    }
    void gives_up_where_nobody_listens() {
        assert_unavailable(client, {.url = "http://127.0.0.1:1"});
    }
    void speaks_only_http() {
        for (auto url : {"file:///etc/hostname", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "",
                         "http://", "http://127.0.0.1:99999/", "http://a\r\nb/"}) {
            assert_unavailable(client, {.url = url});
        }
    }
    void refuses_headers_with_line_breaks() {
        for (auto value : {"a\r\nX-Evil: 1", "a\n"}) {
            CPPUNIT_ASSERT_THROW(client.send({.url = server->url(), .headers = {{"X", value}}}),
                                 std::invalid_argument);
        }
        CPPUNIT_ASSERT_EQUAL(0, server->connections());
    }
    void does_not_reach_our_own_network_for_users() {
        HttpClient careful{Reach::public_only};
        auto port = ":" + std::to_string(server->port()) + "/";
        for (auto host : {"127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "017700000001",
                          "0", "[::ffff:127.0.0.1]", "[::1]", "user:word@127.0.0.1"}) {
            assert_unavailable(careful, {.url = std::string{"http://"} + host + port});
        }
        CPPUNIT_ASSERT_EQUAL(0, server->connections());
        CPPUNIT_ASSERT_EQUAL(200, client.send({.url = "http://2130706433" + port}).status);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HttpClientTest);

}  // namespace
