// What is true for every route of the product, read from the route tables themselves: a new route
// is held to it without a test of its own.
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <functional>
#include <set>

#include "common/base/text.h"
#include "tests/areas.h"
#include "tests/support/contract.h"

namespace {

constexpr const char* some_id = "018f0000-0000-7000-8000-000000000001";

// `/a/{id}/b` -> `/a/{}/b`
std::string shape(std::string path) {
    for (auto open = path.find('{'); open != path.npos; open = path.find('{', open + 1)) {
        path.replace(open, path.find('}', open) - open + 1, "{}");
    }
    return path;
}

std::string body_for(const Route& route) {
    if (!route.endpoint.body_schema) return {};
    JsonWriter schema;
    route.endpoint.body_schema(schema);
    return sample_body(parse_json(schema.take()));
}

class RoutesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RoutesTest);
    CPPUNIT_TEST(every_area_is_walked);
    CPPUNIT_TEST(signed_out_is_401);
    CPPUNIT_TEST(the_wrong_role_is_403);
    CPPUNIT_TEST(the_wrong_method_is_405);
    CPPUNIT_TEST(a_broken_body_is_400);
    CPPUNIT_TEST(another_content_type_is_415);
    CPPUNIT_TEST(a_nonsense_id_is_404);
    CPPUNIT_TEST(what_creates_honours_idempotency_keys);
    CPPUNIT_TEST(all_words_are_there_in_every_language);
    CPPUNIT_TEST(summaries_are_phrases);
    CPPUNIT_TEST(no_two_routes_collide);
    CPPUNIT_TEST(paths_are_where_they_belong);
    CPPUNIT_TEST_SUITE_END();

    using Visit = std::function<void(Area&, Worker&, const Route&)>;

    static void each_route(const Visit& visit) {
        for (auto make_area : all_areas()) {
            auto area = make_area();
            WorkerOptions unlimited;
            unlimited.anonymous_limit = 1'000'000'000;
            auto worker = area->house.worker(area->routes, unlimited);
            for (const auto& route : area->routes) {
                if (route.who != Who::operators) visit(*area, worker, route);
            }
        }
    }
    // Of somebody who may ask the route; nobody's when anyone may.
    static std::string token_for(Area& area, const Route& route) {
        if (route.who == Who::anyone) return {};
        return area.house
            .person(route.who == Who::admin      ? "eva"
                    : route.who == Who::reseller ? "rok"
                                                 : "ana")
            .token;
    }
    static std::string told(const Route& route, const Answered& answered) {
        return route.pattern() + " " + std::to_string(answered.status) + " " + answered.body;
    }
    static Answered try_body(Area& area, Worker& worker, const Route& route,
                             const std::string& body) {
        return ask(worker, route.method, fill(route.path, some_id), body, token_for(area, route));
    }

    void every_area_is_walked() {
        std::set<std::string> walked{"jobs", "party"};  // have no routes
        for (auto make_area : all_areas()) walked.insert(make_area()->name);
        for (const auto& entry : std::filesystem::directory_iterator("workers")) {
            if (!std::filesystem::exists(entry.path() / "main.cc")) continue;
            auto name = entry.path().filename().string();
            CPPUNIT_ASSERT_MESSAGE(name + " is missing in tests/areas.cc", walked.count(name));
        }
    }

    void signed_out_is_401() {
        each_route([](Area&, Worker& worker, const Route& route) {
            if (route.who == Who::anyone) return;
            auto answered = ask(worker, route.method, fill(route.path, some_id), body_for(route));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(told(route, answered), 401, answered.status);
            CPPUNIT_ASSERT_EQUAL(std::string{"unauthenticated"}, answered.code());
        });
    }

    void the_wrong_role_is_403() {
        each_route([](Area& area, Worker& worker, const Route& route) {
            if (route.who != Who::reseller && route.who != Who::admin) return;
            auto answered = ask(worker, route.method, fill(route.path, some_id), body_for(route),
                                area.house.person("ana").token);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(told(route, answered), 403, answered.status);
        });
    }

    void the_wrong_method_is_405() {
        each_route([](Area& area, Worker& worker, const Route& route) {
            auto path = fill(route.path, some_id);
            auto answered = ask(worker, Method::other, path, "", token_for(area, route));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(told(route, answered), 405, answered.status);
            auto allowed = answered.header("Allow");
            CPPUNIT_ASSERT_MESSAGE(allowed, allowed.find(name(route.method)) != allowed.npos);
        });
    }

    void a_broken_body_is_400() {
        each_route([](Area& area, Worker& worker, const Route& route) {
            if (!route.endpoint.reads_body || route.any_content) return;
            for (const char* body : {"{", "[]", "{\"a\":1,\"a\":2}", "nonsense"}) {
                auto answered = try_body(area, worker, route, body);
                CPPUNIT_ASSERT_EQUAL_MESSAGE(told(route, answered), 400, answered.status);
            }
        });
    }

    void another_content_type_is_415() {
        each_route([](Area& area, Worker& worker, const Route& route) {
            if (!route.endpoint.reads_body || route.any_content) return;
            Request request;
            request.method = route.method;
            request.path = fill(route.path, some_id);
            request.body = "{}";
            request.content_type = "text/plain";
            request.remote = "203.0.113.7";
            request.headers = {{"idempotency-key", "k"}};
            auto token = token_for(area, route);
            if (!token.empty()) request.headers.emplace_back("authorization", "Bearer " + token);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(route.pattern(), 415, worker.answer(request).status);
        });
    }

    void a_nonsense_id_is_404() {
        each_route([](Area& area, Worker& worker, const Route& route) {
            if (route.path.find("{id}") == route.path.npos) return;
            for (const char* id : {"nonsense", "0", "018f0000-0000-7000-8000-00000000000g",
                                   "018f0000-0000-7000-8000-000000000001"}) {
                auto answered =
                    ask(worker, route.method, fill(route.path, id), body_for(route),
                        token_for(area, route), {{"idempotency-key", Uuid::make().text()}});
                CPPUNIT_ASSERT_EQUAL_MESSAGE(told(route, answered), 404, answered.status);
            }
        });
    }

    void what_creates_honours_idempotency_keys() {
        each_route([](Area&, Worker&, const Route& route) {
            if (!route.endpoint.created) return;
            CPPUNIT_ASSERT_MESSAGE(route.pattern(), route.idempotent);
        });
    }

    void all_words_are_there_in_every_language() {
        each_route([](Area& area, Worker&, const Route& route) {
            std::set<std::string> keys{route.message};
            for (const auto* problem : route.problems) keys.insert(problem->key());
            for (std::size_t language = 0; language < language_count; ++language) {
                for (const auto& key : keys) {
                    CPPUNIT_ASSERT_MESSAGE(
                        route.pattern() + ": " + languages()[language].code + " has no " + key,
                        area.house.messages.has(static_cast<LanguageId>(language), key));
                }
            }
        });
    }

    void summaries_are_phrases() {
        each_route([](Area&, Worker&, const Route& route) {
            auto first = static_cast<unsigned char>(route.summary.empty() ? ' ' : route.summary[0]);
            bool fine = std::isupper(first) && !route.summary.ends_with('.');
            CPPUNIT_ASSERT_MESSAGE(route.pattern() + ": " + route.summary, fine);
        });
    }

    // Neither twice the same, nor one that is never reached because another comes first.
    void no_two_routes_collide() {
        std::set<std::string> known;
        for (auto make_area : all_areas()) {
            auto area = make_area();
            for (const auto& route : area->routes) {
                CPPUNIT_ASSERT_MESSAGE(
                    route.pattern(),
                    known.insert(std::string{name(route.method)} + shape(route.path)).second);
                auto first =
                    std::find_if(area->routes.begin(), area->routes.end(), [&](const Route& one) {
                        std::vector<std::pair<std::string, std::string>> values;
                        return one.method == route.method &&
                               match_path(one.path, fill(route.path, some_id), values);
                    });
                CPPUNIT_ASSERT_EQUAL(route.pattern(), first->pattern());
            }
        }
    }

    void paths_are_where_they_belong() {
        for (auto make_area : all_areas()) {
            auto area = make_area();
            for (const auto& route : area->routes) {
                bool ours = (route.path + "/").starts_with("/api/v1/") &&
                            !route.path.ends_with('/') && lower_ascii(route.path) == route.path;
                CPPUNIT_ASSERT_MESSAGE(route.pattern(), ours == (route.who != Who::operators));
            }
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RoutesTest);

}  // namespace
