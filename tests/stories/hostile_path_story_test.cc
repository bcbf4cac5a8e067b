// Hostile addresses and requests written by hand: paths that mean something else than they say,
// headers that smuggle, clients that never finish. Whoever plays by the rules is served all the
// while.
#include <cppunit/extensions/HelperMacros.h>

#include <memory>

#include "tests/support/account.h"
#include "tests/support/expect.h"
#include "tests/support/unharmed.h"

namespace {

using namespace std::string_literals;

class StoryHostilePath : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StoryHostilePath);
    CPPUNIT_TEST(detours_do_not_reach_what_is_closed);
    CPPUNIT_TEST(only_the_exact_path_is_a_route);
    CPPUNIT_TEST(the_root_tells_where_to_go_on);
    CPPUNIT_TEST(an_escaped_slash_is_part_of_an_id);
    CPPUNIT_TEST(paths_that_are_no_text_are_refused);
    CPPUNIT_TEST(queries_that_are_no_query_are_refused);
    CPPUNIT_TEST(unknown_methods_are_refused);
    CPPUNIT_TEST(old_protocols_do_no_harm);
    CPPUNIT_TEST(requests_that_smuggle_are_refused);
    CPPUNIT_TEST(headers_of_proxies_and_programs_mean_nothing);
    CPPUNIT_TEST(control_characters_in_headers_do_no_harm);
    CPPUNIT_TEST(long_headers_and_addresses_are_refused);
    CPPUNIT_TEST(doubled_headers_are_not_believed);
    CPPUNIT_TEST(answers_do_not_carry_headers_of_the_attacker);
    CPPUNIT_TEST(clients_that_never_finish_disturb_nobody);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override { unharmed_.emplace(world_with()); }
    void tearDown() override { unharmed_->check(); }

  private:
    static std::string ask(const std::string& target, const std::string& headers = "",
                           const std::string& method = "GET", const std::string& body = "") {
        return by_hand(
            world_with().plain_port(),
            method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" +
                headers +
                (body.empty() ? "" : "Content-Length: " + std::to_string(body.size()) + "\r\n") +
                "\r\n" + body);
    }
    static void expect_status(std::initializer_list<int> allowed, const std::string& answer,
                              const std::string& what) {
        bool fine = std::find(allowed.begin(), allowed.end(), status_of(answer)) != allowed.end();
        CPPUNIT_ASSERT_MESSAGE(what + " -> " + answer.substr(0, 600), fine);
    }
    static void expect_envelope(const std::string& answer) {
        CPPUNIT_ASSERT_MESSAGE(answer, answer.find("\"success\":false") != answer.npos);
    }
    static std::string login_body() {
        return R"({"email":"nobody@example.com","password":"wrong-password"})";
    }

    void detours_do_not_reach_what_is_closed() {
        for (const char* target :
             {"/metrics", "/%6detrics", "//metrics", "/./metrics", "/api/v1/../../metrics",
              "/api/v1/%2e%2e/%2e%2e/metrics", "/api/v1/..%2f..%2fmetrics", "/metrics/",
              "/metrics;a", "/METRICS", "/.problem/503", "/.git/config", "/nginx.conf",
              "/api/v1/docs/../../../etc/passwd", "/api/v1/docs/%2e%2e/%2e%2e/openapi.json",
              "/api/v1/docs../nginx.conf", "/api/v1/docs//etc/passwd", "/api/v1/admin"}) {
            expect_status({400, 404}, ask(target), target);
        }
        for (const char* target :
             {"/api/v1/profiles", "/api/v1//profiles", "/api/v1/./profiles", "/api/v1/%70rofiles",
              "/api/v1/health/../profiles", "/api/v1/health/%2e%2e/profiles",
              "http://localhost/api/v1/profiles"}) {
            expect_status({401}, ask(target), target);
        }
        // nginx and the workers read these differently; then there is nothing.
        for (const char* target :
             {"/api/v1/health/..%2fprofiles", "/api/v1%2fprofiles", "/api%2fv1%2fprofiles",
              "/api/v1/health%2f..%2fprofiles", "/api/v1/progress/..%2f..%2fadmin%2fusers",
              "/api/v1/progress/..%2f..%2f..%2fmetrics", "/api/v1/x%2f..%2f..%2f..%2fmetrics"}) {
            expect_status({404}, ask(target), target);
        }
    }

    void only_the_exact_path_is_a_route() {
        for (const char* target :
             {"/api/v1/health/", "/API/v1/health", "/api/V1/health", "/api/v1/Health",
              "/api/v1/health;x=1", "/api/v1/health%20", "/api/v1/health.json", "/api/v1/healthy",
              "/api/v1/health%2Flive/", "/api/v1/", "/api", "/api/v2/health",
              "/api/v1/health%3Fa=1", "/api/v1/health%23", "/api/v1/languages%5C"}) {
            auto answer = ask(target);
            expect_status({404}, answer, target);
            expect_envelope(answer);
        }
    }

    void the_root_tells_where_to_go_on() {
        for (const char* target : {"/api/v1", "/api/v1?a=b", "/api/./v1"}) {
            auto answer = ask(target);
            expect_status({200}, answer, target);
            CPPUNIT_ASSERT_MESSAGE(answer, answer.find("\"/api/v1/docs\"") != answer.npos);
        }
        for (const char* target : {"/api", "/api/", "/api/v1/", "/api/v1x", "/api/v1/progress/",
                                   "/api/v1/docs/", "/api/v1/playlists/"}) {
            auto answer = ask(target);
            expect_status({404}, answer, target);
            expect_envelope(answer);
        }
    }

    void an_escaped_slash_is_part_of_an_id() {
        Client client{world_with()};
        sign_up(client);
        auto put = [&](const std::string& item) {
            auto body = object({{"item_id", item}});
            body.insert(body.size() - 1, ",\"progress_seconds\":7");
            expect(200, client.put("/api/v1/progress", body));
        };
        for (const std::string item :
             {"a/b", "http://host:80/live/1.ts", "a//b", "b/../c", "50%2F", "x?y#z", "Łódź/ü"}) {
            put(item);
            auto path = "/api/v1/progress/" + percent_encode(item);
            auto found = client.get(path);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(found.body, item, found.text("progress.item_id"));
            expect(200, client.remove(path));
            expect_refusal(404, "not_found", client.get(path));
        }
        // What is deleted is what was named, and nothing that a detour leads to.
        put("keep");
        expect_refusal(404, "not_found", client.remove("/api/v1/progress/x%2F..%2Fkeep"));
        expect_refusal(404, "not_found", client.remove("/api/v1/progress/x/keep"));
        expect(200, client.get("/api/v1/progress/keep"));
    }

    void paths_that_are_no_text_are_refused() {
        for (const std::string target :
             {"/api/v1/progress/%ff%fe", "/api/v1/progress/%c0%af", "/api/v1/health%0a",
              "/api/v1/health%0d%0aX:1", "/api/v1/progress/%ed%a0%80", "/api/v1/health%7f"}) {
            expect_status({400, 401, 404}, ask(target), target);
        }
        for (const std::string& target :
             {"/api/v1/health%00"s, "/api/v1/health%0"s, "/api/v1/health%zz"s, "/api/v1/he\0alth"s,
              "/../../etc/passwd"s, "api/v1/health"s}) {
            expect_status({400, 404}, ask(target), target);
        }
    }

    void queries_that_are_no_query_are_refused() {
        for (const std::string query :
             {"a=%", "a=%zz", "a=%00", "a=%ff", "lang=fr&lang=en", "a=1&%61=2"}) {
            auto answer = ask("/api/v1/languages?" + query);
            expect_status({400}, answer, query);
            expect_envelope(answer);
        }
        std::string many;
        for (int i = 0; i < 65; ++i) many += "p" + std::to_string(i) + "=1&";
        expect_status({400}, ask("/api/v1/languages?" + many), "65 parameters");
        for (const char* query : {"", "&&&", "=", "a", "a==b", "lang=", "lang=xx", "?", "a=/../"}) {
            expect_status({200}, ask("/api/v1/languages?"s + query), query);
        }
    }

    void unknown_methods_are_refused() {
        for (const char* method : {"FOO", "PROPFIND", "PUT", "PATCH", "DELETE"}) {
            auto answer = ask("/api/v1/languages", "", method);
            expect_status({405}, answer, method);
            CPPUNIT_ASSERT_MESSAGE(answer, answer.find("\r\nAllow: ") != answer.npos);
            expect_envelope(answer);
        }
        for (const char* method : {"TRACE", "CONNECT", "get", "G\tT", "GET GET", ""}) {
            expect_status({400, 405}, ask("/api/v1/languages", "", method), method);
        }
        Client client{world_with()};
        auto head = client.ask({"HEAD", "/api/v1/languages"});
        CPPUNIT_ASSERT_EQUAL(200, head.status);
        CPPUNIT_ASSERT(head.body.empty() && !head.header("ETag").empty());
        auto options = client.ask({"OPTIONS", "/api/v1/languages"});
        CPPUNIT_ASSERT(options.status == 200 || options.status == 204);
        CPPUNIT_ASSERT(options.header("Access-Control-Allow-Origin").empty());
    }

    void old_protocols_do_no_harm() {
        auto port = world_with().plain_port();
        auto oldest = by_hand(port, "GET /api/v1/health\r\n");
        CPPUNIT_ASSERT_MESSAGE(oldest, oldest.find("\"status\":\"ok\"") != oldest.npos ||
                                           status_of(oldest) == 400 || oldest.empty());
        expect_status({200}, by_hand(port, "GET /api/v1/health HTTP/1.0\r\n\r\n"), "HTTP/1.0");
        for (const char* version : {"HTTP/1.2", "HTTP/2.0", "HTTP/9.9", "http/1.1", "HTTP/1."}) {
            by_hand(port, "GET /api/v1/health "s + version +
                              "\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        }
        expect_status({400}, by_hand(port, "GET /api/v1/health HTTP/1.1\r\n\r\n"), "no Host");
        by_hand(port, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s + std::string(200, '\0'));
        by_hand(port, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    }

    void requests_that_smuggle_are_refused() {
        const std::string smuggled = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
        for (const std::string headers :
             {"Content-Length: 2\r\nContent-Length: 3\r\n", "Content-Length: -1\r\n",
              "Content-Length: 2, 2\r\n", "Content-Length: 0x2\r\n", "Content-Length: +2\r\n",
              "Content-Length: 99999999999999999999\r\n",
              "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
              "Transfer-Encoding : chunked\r\n", "Transfer-Encoding: xchunked\r\n",
              "Host: elsewhere\r\n", "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n"}) {
            auto answer = by_hand(world_with().plain_port(),
                                  "POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\n"
                                  "Connection: close\r\nContent-Type: application/json\r\n" +
                                      headers + "\r\n" + smuggled);
            expect_status({400, 401, 413, 501}, answer, headers);
            CPPUNIT_ASSERT_MESSAGE(answer, answer.find("syncstream_") == answer.npos);
        }
        auto json = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n"s;
        expect_status(
            {401},
            ask("/api/v1/auth/login", json + "\r\n3a\r\n" + login_body() + "\r\n0\r\n", "POST"),
            "an honest chunked body");
        for (const char* chunks : {"zz\r\n", "ffffffffffffffff1\r\n", "-1\r\n"}) {
            expect_status({400, 413, 0}, ask("/api/v1/auth/login", json + "\r\n" + chunks, "POST"),
                          chunks);
        }
    }

    void headers_of_proxies_and_programs_mean_nothing() {
        for (const std::string header :
             {"Proxy: http://127.0.0.1:1/", "X-Forwarded-For: 10.0.0.1", "X-Real-IP: 10.0.0.1",
              "Forwarded: for=10.0.0.1", "Remote-User: admin", "X-User-Id: 1", "X_User_Id: 1",
              "Listener: operator", "X-Original-URL: /metrics", "X-Rewrite-URL: /metrics",
              "X-HTTP-Method-Override: DELETE", "Content-Location: /metrics", "Script-Name: /x",
              "Redirect-Status: 200", "FCGI-Role: AUTHORIZER", "Document-URI: /metrics"}) {
            expect_status({401}, ask("/api/v1/profiles", header + "\r\n"), header);
            expect_status({404}, ask("/metrics", header + "\r\n"), header);
        }
    }

    void control_characters_in_headers_do_no_harm() {
        for (const std::string& value : {"a\x01z"s, "a\x1b[31mz"s, "a\x7fz"s, "a\xff\xfez"s,
                                         "\xc3\xa9"s, "a\tb"s, "\t"s, "%0d%0aX: 1"s}) {
            for (const char* name : {"User-Agent", "Accept-Language", "X-Request-Id", "Cookie",
                                     "If-None-Match", "Origin", "X-Anything"}) {
                expect_status({200}, ask("/api/v1/languages", name + ": "s + value + "\r\n"),
                              name + value);
            }
            expect_status({401}, ask("/api/v1/profiles", "Authorization: Bearer " + value + "\r\n"),
                          "Authorization " + value);
        }
        for (const std::string& header :
             {"X: a\0b\r\n"s, "X\0Y: 1\r\n"s, " X: 1\r\n"s, "X : 1\r\n"s, "X\r\n"s}) {
            auto answer = ask("/api/v1/languages", header);
            expect_status({200, 400}, answer, header);
        }
    }

    void long_headers_and_addresses_are_refused() {
        auto long_text = std::string(40'000, 'a');
        expect_status({414}, ask("/api/v1/languages?a=" + long_text), "a long query");
        for (const char* name :
             {"Authorization: Bearer ", "Cookie: auth=", "X: ", "User-Agent: "}) {
            auto answer = ask("/api/v1/languages", name + long_text + "\r\n");
            expect_status({400, 431}, answer, name);
        }
        std::string many;
        for (int i = 0; i < 5'000; ++i) many += "X-" + std::to_string(i) + ": 1\r\n";
        expect_status({400, 431}, ask("/api/v1/languages", many), "many headers");
        auto token = std::string(7'000, 'a');
        expect_status({401}, ask("/api/v1/profiles", "Authorization: Bearer " + token + "\r\n"),
                      "a long token");
        auto ranges = "Accept-Language: ";
        std::string all;
        for (int i = 0; i < 1'000; ++i) all += "xx-a,";
        expect_status({200}, ask("/api/v1/languages", ranges + all + "fr\r\n"), "many languages");
    }

    void doubled_headers_are_not_believed() {
        Client owner{world_with()};
        auto account = sign_up(owner);
        auto good = "Authorization: Bearer " + account.access + "\r\n";
        expect_status({200}, ask("/api/v1/profiles", good), "one token");
        expect_status({400}, ask("/api/v1/profiles", good + good), "two tokens");
        expect_status(
            {401},
            ask("/api/v1/profiles", "Cookie: auth=x\r\nCookie: auth=" + account.access + "x\r\n"),
            "two cookies");
        auto json = good + "Content-Type: application/json\r\n";
        auto answer = ask("/api/v1/profiles", json + "Idempotency-Key: a\r\nIdempotency-Key: b\r\n",
                          "POST", R"({"name":"Twice"})");
        expect_status({201, 400}, answer, "two keys");
    }

    void answers_do_not_carry_headers_of_the_attacker() {
        for (const std::string header :
             {"X-Request-Id: a%0d%0aSet-Cookie: evil=1", "Origin: https://evil.example",
              "Host: evil.example", "If-None-Match: a\"\tSet-Cookie: evil=1"}) {
            auto answer =
                by_hand(world_with().plain_port(),
                        "GET /api/v1/languages?lang=%0d%0aSet-Cookie:%20evil=1 HTTP/1.1\r\n"s +
                            (header.starts_with("Host") ? "" : "Host: localhost\r\n") + header +
                            "\r\nConnection: close\r\n\r\n");
            auto head = answer.substr(0, answer.find("\r\n\r\n"));
            CPPUNIT_ASSERT_MESSAGE(head, head.find("evil") == head.npos);
        }
        auto redirect = by_hand(world_with().http_port(),
                                "GET /%0d%0aSet-Cookie:%20evil=1 HTTP/1.1\r\nHost: localhost\r\n"
                                "Connection: close\r\n\r\n");
        CPPUNIT_ASSERT_MESSAGE(redirect, redirect.find("\r\nSet-Cookie") == redirect.npos);
    }

    void clients_that_never_finish_disturb_nobody() {
        auto port = world_with().plain_port();
        std::vector<std::unique_ptr<Wire>> slow;
        for (int i = 0; i < 60; ++i) {
            auto& wire = slow.emplace_back(std::make_unique<Wire>(port));
            wire->send(i % 3 == 0   ? "GET /api/v1/langu"
                       : i % 3 == 1 ? "POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\n"
                                      "Content-Type: application/json\r\n"
                                      "Content-Length: 5000\r\n\r\n{\"email\": "
                                    : "GET /api/v1/languages HTTP/1.1\r\nHost: localhost\r\n");
        }
        Client client{world_with()};
        sign_up(client);
        std::vector<Question> questions(60, Question{"GET", "/api/v1/profiles"});
        for (const auto& answer : client.ask_at_once(questions)) expect(200, answer);
        // Those who vanish in the middle do no harm either.
        slow.clear();
        for (int i = 0; i < 30; ++i) {
            Wire gone{port};
            gone.send("GET /api/v1/languages HTTP/1.1\r\nHost: localhost\r\n\r\n");
        }
        expect(200, client.get("/api/v1/profiles"));
    }

    std::optional<Unharmed> unharmed_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(StoryHostilePath);

}  // namespace
