// What every request meets before and after its handler, tried on a small area of its own.
#include "common/http/worker.h"

#include <cppunit/extensions/HelperMacros.h>

#include <memory>

#include "common/cache/revocations.h"
#include "tests/support/house.h"

namespace {

struct Pet {
    static constexpr const char* singular = "pet";
    static constexpr const char* plural = "pets";
    Uuid id;
    std::string name;
    std::string story = "long";
    static constexpr auto fields() {
        return std::tuple{Field{"id", &Pet::id}, Field{"name", &Pet::name},
                          Field{"story", &Pet::story, Full{}}};
    }
};

struct NewPet {
    std::string name;
    static constexpr auto fields() {
        return std::tuple{Field{"name", &NewPet::name, Length{1, 5}}};
    }
};

inline constexpr Problem too_many_pets{403, "plan_limit_reached"};

// Counts how often it was really asked.
class Pets {
  public:
    int made = 0;
    bool breaks = false;
    bool full = false;

    Page<Pet> list(const Request&, const FromQuery<Paging>& paging) {
        return {{Pet{Uuid{}, "Rex"}}, paging.value.page, paging.value.limit, 41};
    }
    Created<Pet> create(const Request&, const NewPet& wanted) {
        ++made;
        if (full) throw Failure(too_many_pets, {{"limit", 3}});
        if (breaks) throw std::runtime_error("secret detail");
        return {Pet{Uuid::make(), wanted.name}};
    }
    Pet show(const Request& request) { return Pet{request.uuid("id"), "Rex"}; }
    Text csv(const Request&) { return {"text/csv", "a,b\n"}; }
    void feed(const Request&) {}
    Answer<Pet> adopt(const Request&) {
        return {
            Pet{Uuid::make(), "Rex"}, 201, "", {{"Set-Cookie", "pet=" + std::to_string(++made)}}};
    }
};

Routes routes(Pets& p) {
    return {
        Route{Method::get, "/api/v1/pets", Who::user, call(p, &Pets::list), "List"},
        Route{Method::post, "/api/v1/pets", Who::user, call(p, &Pets::create), "Add"}
            .says("created")
            .once(),
        Route{Method::get, "/api/v1/pets/{id}", Who::user, call(p, &Pets::show), "Show"},
        Route{Method::post, "/api/v1/pets/{id}/feed", Who::anyone, call(p, &Pets::feed), "Feed"},
        Route{Method::post, "/api/v1/pets/adopt", Who::user, call(p, &Pets::adopt), "Adopt"}.once(),
        Route{Method::get, "/api/v1/zoo", Who::admin, call(p, &Pets::csv), "Zoo"},
        Route{Method::get, "/api/v1/shop", Who::reseller, call(p, &Pets::csv), "Shop"},
        Route{Method::get, "/metrics", Who::operators, call(p, &Pets::csv), "Figures"}.unlimited(),
    };
}

constexpr const char* rex = R"({"name":"Rex"})";

class WorkerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WorkerTest);
    CPPUNIT_TEST(wraps_success);
    CPPUNIT_TEST(wraps_failure);
    CPPUNIT_TEST(says_201_with_a_location);
    CPPUNIT_TEST(hides_what_broke);
    CPPUNIT_TEST(wants_a_token);
    CPPUNIT_TEST(lets_each_role_only_where_it_belongs);
    CPPUNIT_TEST(knows_paths_and_methods);
    CPPUNIT_TEST(reads_only_json);
    CPPUNIT_TEST(refuses_broken_query_strings);
    CPPUNIT_TEST(answers_in_the_language_asked_for);
    CPPUNIT_TEST(shows_phones_less);
    CPPUNIT_TEST(says_304_for_what_is_known);
    CPPUNIT_TEST(takes_a_cookie_only_from_an_allowed_page);
    CPPUNIT_TEST(answers_preflights);
    CPPUNIT_TEST(tells_limits_on_every_answer);
    CPPUNIT_TEST(stops_at_the_limit);
    CPPUNIT_TEST(refuses_a_revoked_session);
    CPPUNIT_TEST(asks_the_database_when_redis_is_away);
    CPPUNIT_TEST(gives_the_first_answer_again);
    CPPUNIT_TEST(gives_the_first_cookie_again);
    CPPUNIT_TEST(refuses_a_key_with_another_body);
    CPPUNIT_TEST(keeps_a_failure_that_would_repeat);
    CPPUNIT_TEST(runs_again_what_broke);
    CPPUNIT_TEST(keeps_the_keys_of_people_apart);
    CPPUNIT_TEST(refuses_nonsense_keys);
    CPPUNIT_TEST(keeps_the_operators_door_apart);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override {
        house_ = std::make_unique<House>(std::vector<Statements>{});
        WorkerOptions options;
        options.allowed_origins = {"https://app.example.com"};
        worker_ = std::make_unique<Worker>(house_->worker(routes(pets_), options));
        ana_ = house_->person("ana");
        pets_ = {};
    }
    void tearDown() override {
        worker_.reset();
        house_.reset();
    }

  private:
    Answered list(Headers headers = {}) {
        return ask(*worker_, Method::get, "/api/v1/pets", "", ana_.token, std::move(headers));
    }
    Answered add(const std::string& body, const std::string& key = "") {
        Headers headers;
        if (!key.empty()) headers.emplace_back("idempotency-key", key);
        return ask(*worker_, Method::post, "/api/v1/pets", body, ana_.token, headers);
    }

    void wraps_success() {
        auto answer = ask(*worker_, Method::get, "/api/v1/pets?page=2&limit=20", "", ana_.token);
        CPPUNIT_ASSERT_EQUAL(200, answer.status);
        CPPUNIT_ASSERT(answer.json.find("success")->boolean);
        CPPUNIT_ASSERT_EQUAL(std::string{"Rex"}, answer.text("pets.0.name"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, answer.number("pagination.pages"));
        CPPUNIT_ASSERT_EQUAL(std::string{"0123456789abcdef"}, answer.header("X-Request-Id"));
        CPPUNIT_ASSERT(!answer.header("Server-Timing").empty());
    }

    void wraps_failure() {
        auto answer = add(R"({"name":"Rexxxxx"})");
        CPPUNIT_ASSERT_EQUAL(400, answer.status);
        CPPUNIT_ASSERT(!answer.json.find("success")->boolean);
        CPPUNIT_ASSERT_EQUAL(std::string{"validation_failed"}, answer.code());
        CPPUNIT_ASSERT(answer.json.find("error")->find("fields")->find("name"));
        CPPUNIT_ASSERT_EQUAL(std::string{"0123456789abcdef"}, answer.json.find("request_id")->text);
        pets_.full = true;
        auto full = add(rex);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, full.number("limit"));
        CPPUNIT_ASSERT_EQUAL(std::string{"plan_limit_reached"}, full.code());
    }

    void says_201_with_a_location() {
        auto answer = add(rex);
        CPPUNIT_ASSERT_EQUAL(201, answer.status);
        CPPUNIT_ASSERT_EQUAL("/api/v1/pets/" + answer.text("pet.id"), answer.header("Location"));
    }

    void hides_what_broke() {
        pets_.breaks = true;
        auto answer = add(rex);
        CPPUNIT_ASSERT_EQUAL(500, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"internal_error"}, answer.code());
        CPPUNIT_ASSERT(answer.body.find("secret") == std::string::npos);
    }

    void wants_a_token() {
        for (const std::string token : {"", "x", "a.b.c"}) {
            auto answer = ask(*worker_, Method::get, "/api/v1/pets", "", token);
            CPPUNIT_ASSERT_EQUAL(401, answer.status);
            CPPUNIT_ASSERT_EQUAL(std::string{"unauthenticated"}, answer.code());
        }
        AccessToken old{.user = ana_.id, .session = ana_.session, .role = "user", .plan = "free"};
        old.issued = system_now() - std::chrono::hours{2};
        old.expires = old.issued + std::chrono::hours{1};
        auto expired = ask(*worker_, Method::get, "/api/v1/pets", "", house_->tokens.sign(old));
        CPPUNIT_ASSERT_EQUAL(std::string{"token_expired"}, expired.code());
        CPPUNIT_ASSERT_EQUAL(200,
                             ask(*worker_, Method::post, "/api/v1/pets/1/feed", "", "x").status);
    }

    void lets_each_role_only_where_it_belongs() {
        auto eva = house_->person("eva"), rok = house_->person("rok");
        auto status = [&](const char* path, const Person& who) {
            return ask(*worker_, Method::get, path, "", who.token).status;
        };
        CPPUNIT_ASSERT_EQUAL(403, status("/api/v1/zoo", ana_));
        CPPUNIT_ASSERT_EQUAL(403, status("/api/v1/zoo", rok));
        CPPUNIT_ASSERT_EQUAL(200, status("/api/v1/zoo", eva));
        CPPUNIT_ASSERT_EQUAL(403, status("/api/v1/shop", eva));
        CPPUNIT_ASSERT_EQUAL(200, status("/api/v1/shop", rok));
        CPPUNIT_ASSERT_EQUAL(401, ask(*worker_, Method::get, "/api/v1/zoo").status);
    }

    void knows_paths_and_methods() {
        CPPUNIT_ASSERT_EQUAL(404,
                             ask(*worker_, Method::get, "/api/v1/petz", "", ana_.token).status);
        CPPUNIT_ASSERT_EQUAL(404,
                             ask(*worker_, Method::get, "/api/v1/pets/", "", ana_.token).status);
        CPPUNIT_ASSERT_EQUAL(404,
                             ask(*worker_, Method::get, "/api/v1/pets/7", "", ana_.token).status);
        auto answer = ask(*worker_, Method::remove, "/api/v1/pets", "", ana_.token);
        CPPUNIT_ASSERT_EQUAL(405, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"GET, HEAD, POST"}, answer.header("Allow"));
    }

    void reads_only_json() {
        Request request;
        request.method = Method::post;
        request.path = "/api/v1/pets";
        request.body = rex;
        request.headers = {{"authorization", "Bearer " + ana_.token}};
        for (const char* type : {"text/plain", "application/x-www-form-urlencoded", ""}) {
            auto copy = request;
            copy.content_type = type;
            CPPUNIT_ASSERT_EQUAL(415, worker_->answer(copy).status);
        }
        request.content_type = "Application/JSON; charset=utf-8";
        CPPUNIT_ASSERT_EQUAL(201, worker_->answer(request).status);
        CPPUNIT_ASSERT_EQUAL(std::string{"malformed_json"}, add("{").code());
        CPPUNIT_ASSERT_EQUAL(413, add(std::string(1'100'000, ' ')).status);
    }

    void refuses_broken_query_strings() {
        for (const char* query : {"?page=%zz", "?page=1&page=2", "?x=%00", "?x=%ff", "?page=0",
                                  "?limit=1001", "?page=1.5", "?limit=-1"}) {
            auto answer =
                ask(*worker_, Method::get, "/api/v1/pets" + std::string{query}, "", ana_.token);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(query, 400, answer.status);
        }
    }

    void answers_in_the_language_asked_for() {
        auto french = list({{"accept-language", "fr-FR,fr;q=0.9,en;q=0.8"}});
        CPPUNIT_ASSERT_EQUAL(std::string{"fr"}, french.header("Content-Language"));
        CPPUNIT_ASSERT(french.header("Vary").find("Accept-Language") != std::string::npos);
        auto picked = ask(*worker_, Method::get, "/api/v1/pets?lang=es", "", ana_.token,
                          {{"accept-language", "fr"}});
        CPPUNIT_ASSERT_EQUAL(std::string{"es"}, picked.header("Content-Language"));
        CPPUNIT_ASSERT(picked.message() != french.message());
    }

    void shows_phones_less() {
        auto phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148";
        CPPUNIT_ASSERT(list({{"user-agent", phone}}).text("pets.0.story").empty());
        CPPUNIT_ASSERT(!list().text("pets.0.story").empty());
        auto full = ask(*worker_, Method::get, "/api/v1/pets?view=full", "", ana_.token,
                        {{"user-agent", phone}});
        CPPUNIT_ASSERT(!full.text("pets.0.story").empty());
        auto picked = ask(*worker_, Method::get, "/api/v1/pets?fields=story", "", ana_.token);
        CPPUNIT_ASSERT(picked.text("pets.0.name").empty() && !picked.text("pets.0.story").empty());
    }

    void says_304_for_what_is_known() {
        auto tag = list().header("ETag");
        CPPUNIT_ASSERT_EQUAL(std::string{"W/\""}, tag.substr(0, 3));
        auto again = list({{"if-none-match", "\"other\", " + tag}});
        CPPUNIT_ASSERT_EQUAL(304, again.status);
        CPPUNIT_ASSERT(again.body.empty());
        CPPUNIT_ASSERT_EQUAL(tag, again.header("ETag"));
        CPPUNIT_ASSERT_EQUAL(200, list({{"if-none-match", tag}, {"accept-language", "de"}}).status);
    }

    void takes_a_cookie_only_from_an_allowed_page() {
        Headers cookie{{"cookie", "a=b; auth=" + ana_.token}};
        auto status = [&](Method method, Headers more) {
            more.insert(more.end(), cookie.begin(), cookie.end());
            return ask(*worker_, method, "/api/v1/pets", method == Method::post ? rex : "", "",
                       more)
                .status;
        };
        CPPUNIT_ASSERT_EQUAL(200, status(Method::get, {}));
        CPPUNIT_ASSERT_EQUAL(403, status(Method::post, {}));
        CPPUNIT_ASSERT_EQUAL(403, status(Method::post, {{"origin", "https://evil.example"}}));
        CPPUNIT_ASSERT_EQUAL(403,
                             status(Method::post, {{"origin", "https://app.example.com.evil"}}));
        CPPUNIT_ASSERT_EQUAL(403, status(Method::post, {{"origin", "null"}}));
        CPPUNIT_ASSERT_EQUAL(201, status(Method::post, {{"origin", "https://app.example.com"}}));
        CPPUNIT_ASSERT_EQUAL(401, status(Method::get, {{"authorization", "Bearer x"}}));
    }

    void answers_preflights() {
        auto allowed = ask(*worker_, Method::options, "/api/v1/pets", "", "",
                           {{"origin", "https://app.example.com"}});
        CPPUNIT_ASSERT_EQUAL(200, allowed.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"https://app.example.com"},
                             allowed.header("Access-Control-Allow-Origin"));
        auto foreign = ask(*worker_, Method::options, "/api/v1/pets", "", "",
                           {{"origin", "https://evil.example"}});
        CPPUNIT_ASSERT_EQUAL(std::string{}, foreign.header("Access-Control-Allow-Origin"));
    }

    std::string limited_token(const Person& person, std::int64_t limit) {
        AccessToken token{
            .user = person.id, .session = person.session, .role = "user", .plan = "free"};
        token.rate_limit = limit;
        token.issued = system_now();
        token.expires = token.issued + std::chrono::minutes{15};
        return house_->tokens.sign(token);
    }

    void tells_limits_on_every_answer() {
        auto token = limited_token(ana_, 100);
        auto first = ask(*worker_, Method::get, "/api/v1/pets", "", token);
        CPPUNIT_ASSERT_EQUAL(std::string{"100"}, first.header("X-RateLimit-Limit"));
        CPPUNIT_ASSERT_EQUAL(std::string{"99"}, first.header("X-RateLimit-Remaining"));
        CPPUNIT_ASSERT(parse_rfc3339(first.header("X-RateLimit-Reset")));
        CPPUNIT_ASSERT_EQUAL(std::string{"\"default\";q=100;w=900"},
                             first.header("RateLimit-Policy"));
        CPPUNIT_ASSERT_EQUAL(std::string{"\"default\";r=99;t=900"}, first.header("RateLimit"));
        auto lost = ask(*worker_, Method::get, "/api/v1/nowhere", "", token);
        CPPUNIT_ASSERT_EQUAL(std::string{"98"}, lost.header("X-RateLimit-Remaining"));
    }

    void stops_at_the_limit() {
        auto token = limited_token(ana_, 2);
        for (int i = 0; i < 2; ++i) ask(*worker_, Method::get, "/api/v1/pets", "", token);
        auto refused = ask(*worker_, Method::get, "/api/v1/pets", "", token);
        CPPUNIT_ASSERT_EQUAL(429, refused.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"rate_limited"}, refused.code());
        CPPUNIT_ASSERT_EQUAL(
            "Rate limit exceeded. Please retry after " + refused.header("Retry-After") + " seconds",
            refused.message());
    }

    void refuses_a_revoked_session() {
        Revocations{house_->redis}.session(ana_.session, ana_.id, std::chrono::seconds{60});
        CPPUNIT_ASSERT_EQUAL(401, list().status);
    }

    void asks_the_database_when_redis_is_away() {
        Redis away{"/nonexistent/redis.sock"};
        RateLimit limits{away, std::chrono::seconds{900}, 1};
        Worker worker{house_->db,       limits, away.effort(), house_->tokens, house_->box,
                      house_->messages, {},     routes(pets_)};
        auto status = [&](const std::string& token) {
            return ask(worker, Method::get, "/api/v1/pets", "", token).status;
        };
        CPPUNIT_ASSERT_EQUAL(200, status(ana_.token));
        Person stranger{Uuid::make(), Uuid::make(), {}, {}, {}};
        CPPUNIT_ASSERT_EQUAL(401, status(house_->token(stranger, "user", "free")));
        auto token = limited_token(ana_, 1);
        CPPUNIT_ASSERT_EQUAL(200, status(token));
        CPPUNIT_ASSERT_EQUAL(429, status(token));
    }

    void gives_the_first_answer_again() {
        auto first = add(rex, "order-1");
        auto again = add(rex, "\"order-1\"");
        CPPUNIT_ASSERT_EQUAL(201, again.status);
        CPPUNIT_ASSERT_EQUAL(first.body, again.body);
        CPPUNIT_ASSERT_EQUAL(first.header("Location"), again.header("Location"));
        CPPUNIT_ASSERT_EQUAL(std::string{"true"}, again.header("Idempotent-Replayed"));
        CPPUNIT_ASSERT_EQUAL(std::string{}, first.header("Idempotent-Replayed"));
        house_->redis.ask({{"FLUSHALL"}});
        CPPUNIT_ASSERT_EQUAL(first.body, add(rex, "order-1").body);
        CPPUNIT_ASSERT_EQUAL(1, pets_.made);
    }

    void gives_the_first_cookie_again() {
        auto adopt = [&] {
            return ask(*worker_, Method::post, "/api/v1/pets/adopt", "", ana_.token,
                       {{"idempotency-key", "cookie"}});
        };
        auto first = adopt(), again = adopt();
        CPPUNIT_ASSERT_EQUAL(std::string{"pet=1"}, first.header("Set-Cookie"));
        CPPUNIT_ASSERT_EQUAL(std::string{"true"}, again.header("Idempotent-Replayed"));
        CPPUNIT_ASSERT_EQUAL(std::string{"pet=1"}, again.header("Set-Cookie"));
        CPPUNIT_ASSERT_EQUAL(first.header("Location"), again.header("Location"));
        CPPUNIT_ASSERT_EQUAL(first.body, again.body);
    }

    void refuses_a_key_with_another_body() {
        add(rex, "order-2");
        for (int i = 0; i < 2; ++i) {
            auto other = add(R"({"name":"Tom"})", "order-2");
            CPPUNIT_ASSERT_EQUAL(422, other.status);
            CPPUNIT_ASSERT_EQUAL(std::string{"idempotency_key_reused"}, other.code());
            house_->redis.ask({{"FLUSHALL"}});
        }
    }

    void keeps_a_failure_that_would_repeat() {
        pets_.full = true;
        CPPUNIT_ASSERT_EQUAL(403, add(rex, "order-3").status);
        pets_.full = false;
        auto again = add(rex, "order-3");
        CPPUNIT_ASSERT_EQUAL(403, again.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"true"}, again.header("Idempotent-Replayed"));
    }

    void runs_again_what_broke() {
        pets_.breaks = true;
        CPPUNIT_ASSERT_EQUAL(500, add(rex, "order-4").status);
        pets_.breaks = false;
        CPPUNIT_ASSERT_EQUAL(201, add(rex, "order-4").status);
        CPPUNIT_ASSERT_EQUAL(400, add("{}", "order-5").status);
        CPPUNIT_ASSERT_EQUAL(201, add(rex, "order-5").status);
    }

    void keeps_the_keys_of_people_apart() {
        add(rex, "order-6");
        auto bor = house_->person("bor");
        auto other = ask(*worker_, Method::post, "/api/v1/pets", rex, bor.token,
                         {{"idempotency-key", "order-6"}});
        CPPUNIT_ASSERT_EQUAL(std::string{}, other.header("Idempotent-Replayed"));
        CPPUNIT_ASSERT_EQUAL(2, pets_.made);
    }

    void refuses_nonsense_keys() {
        for (const std::string& key : {std::string(256, 'k'), std::string{"a b"},
                                       std::string{"\x01"}, std::string{"\xc3\xa9"}}) {
            CPPUNIT_ASSERT_EQUAL(400, add(rex, key).status);
        }
        CPPUNIT_ASSERT_EQUAL(201, add(rex, std::string(255, 'k')).status);
    }

    void keeps_the_operators_door_apart() {
        CPPUNIT_ASSERT_EQUAL(404, ask(*worker_, Method::get, "/metrics", "", ana_.token).status);
        Request request;
        request.path = "/metrics";
        request.operator_listener = true;
        CPPUNIT_ASSERT_EQUAL(std::string{"a,b\n"}, worker_->answer(request).body);
        request.path = "/api/v1/pets";
        CPPUNIT_ASSERT_EQUAL(404, worker_->answer(request).status);
    }

    Pets pets_;
    std::unique_ptr<House> house_;
    std::unique_ptr<Worker> worker_;
    Person ana_;
};
CPPUNIT_TEST_SUITE_REGISTRATION(WorkerTest);

}  // namespace
