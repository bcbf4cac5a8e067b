// How often somebody may ask: scenario 13, with the limits that hold in production. Each client
// comes from an address of its own, as all of one household would be counted as one.
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>

#include "tests/support/account.h"
#include "tests/support/expect.h"

namespace {

World& strict() {
    return world_with({{"RATE_LIMIT_MULTIPLIER", "1"}, {"THROTTLE_MULTIPLIER", "1"}});
}

// A client that comes from where nobody was before.
Client newcomer() {
    static int last = 1;
    return Client{strict(), "127.0.1." + std::to_string(++last)};
}

std::int64_t header_number(const Answered& answered, const std::string& name) {
    return parse_integer(answered.header(name)).value_or(-1);
}

class StoryLimits : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StoryLimits);
    CPPUNIT_TEST(a_user_has_a_hundred_requests);
    CPPUNIT_TEST(a_premium_user_has_five_hundred);
    CPPUNIT_TEST(an_address_has_a_hundred_requests);
    CPPUNIT_TEST(parallel_requests_do_not_slip_through);
    CPPUNIT_TEST(health_is_never_counted);
    CPPUNIT_TEST(users_of_one_address_are_counted_apart);
    CPPUNIT_TEST(guessing_a_password_is_slowed_down);
    CPPUNIT_TEST(guessing_goes_on_from_another_address_no_faster);
    CPPUNIT_TEST_SUITE_END();

    // Asks until it is refused; how often it was admitted.
    static int spend(Client& client, const std::string& path, Answered& refused) {
        for (int admitted = 0; admitted < 600; ++admitted) {
            auto answer = client.get(path);
            if (answer.status == 429) {
                refused = answer;
                return admitted;
            }
            CPPUNIT_ASSERT_EQUAL(200, answer.status);
        }
        return 600;
    }

    static void check_refusal(const Answered& refused, std::int64_t limit) {
        expect_refusal(429, "rate_limited", refused);
        auto wait = header_number(refused, "Retry-After");
        CPPUNIT_ASSERT(wait > 0 && wait <= 900);
        CPPUNIT_ASSERT_EQUAL(
            "Rate limit exceeded. Please retry after " + std::to_string(wait) + " seconds",
            refused.message());
        CPPUNIT_ASSERT_EQUAL(limit, header_number(refused, "X-RateLimit-Limit"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, header_number(refused, "X-RateLimit-Remaining"));
        CPPUNIT_ASSERT_EQUAL("\"default\";q=" + std::to_string(limit) + ";w=900",
                             refused.header("RateLimit-Policy"));
        CPPUNIT_ASSERT(refused.header("RateLimit").starts_with("\"default\";r=0;t="));
    }

    void a_user_has_a_hundred_requests() {
        auto john = newcomer();
        sign_up(john);
        for (int i = 1; i < 50; ++i) expect(200, john.get("/api/v1/profiles"));
        auto fiftieth = john.get("/api/v1/profiles");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{100}, header_number(fiftieth, "X-RateLimit-Limit"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{50}, header_number(fiftieth, "X-RateLimit-Remaining"));
        auto reset = fiftieth.header("X-RateLimit-Reset");
        CPPUNIT_ASSERT_MESSAGE(reset, reset.size() == 24 && reset[10] == 'T' && reset[19] == '.' &&
                                          reset.ends_with('Z'));
        Answered refused;
        CPPUNIT_ASSERT_EQUAL(50, spend(john, "/api/v1/favorites", refused));
        check_refusal(refused, 100);
        expect_refusal(429, "rate_limited", john.post("/api/v1/profiles", R"({"name": "X"})"));
    }

    void a_premium_user_has_five_hundred() {
        auto john = newcomer();
        auto account = sign_up(john);
        subscribe(john, account, "premium");
        Answered refused;
        CPPUNIT_ASSERT_EQUAL(500, spend(john, "/api/v1/profiles", refused));
        check_refusal(refused, 500);
    }

    void an_address_has_a_hundred_requests() {
        auto guest = newcomer();
        Answered refused;
        CPPUNIT_ASSERT_EQUAL(100, spend(guest, "/api/v1/languages", refused));
        check_refusal(refused, 100);
        expect(200, newcomer().get("/api/v1/languages"));
    }

    void parallel_requests_do_not_slip_through() {
        auto john = newcomer();
        sign_up(john);
        std::vector<Question> questions(130, Question{"GET", "/api/v1/profiles"});
        auto answers = john.ask_at_once(questions);
        auto admitted = std::count_if(answers.begin(), answers.end(),
                                      [](const Answered& one) { return one.status == 200; });
        auto refused = std::count_if(answers.begin(), answers.end(),
                                     [](const Answered& one) { return one.status == 429; });
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{100}, admitted);
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{30}, refused);
    }

    void health_is_never_counted() {
        auto probe = newcomer();
        std::vector<Question> questions(150, Question{"GET", "/api/v1/health"});
        for (const auto& answer : probe.ask_at_once(questions)) {
            CPPUNIT_ASSERT_EQUAL(200, answer.status);
            CPPUNIT_ASSERT(answer.header("X-RateLimit-Limit").empty());
        }
    }

    void users_of_one_address_are_counted_apart() {
        auto john = newcomer();
        sign_up(john);
        Answered refused;
        CPPUNIT_ASSERT_EQUAL(100, spend(john, "/api/v1/profiles", refused));
        sign_up(john, "Sarah");
        expect(200, john.get("/api/v1/profiles"));
    }

    // The answers to many wrong passwords, one after the other.
    static std::vector<Answered> guess(Client& client, const Account& account, int times) {
        std::vector<Answered> answers;
        client.token.clear();
        for (int i = 0; i < times; ++i) {
            answers.push_back(client.post(
                "/api/v1/auth/login",
                object({{"email", account.email}, {"password", "guess-" + std::to_string(i)}})));
        }
        return answers;
    }

    void guessing_a_password_is_slowed_down() {
        auto john = newcomer();
        auto account = sign_up(john);
        auto answers = guess(john, account, 14);
        expect_refusal(401, "invalid_credentials", answers.front());
        expect_refusal(429, "too_many_attempts", answers.back());
        auto right = john.post("/api/v1/auth/login",
                               object({{"email", account.email}, {"password", account.password}}));
        expect_refusal(429, "too_many_attempts", right);
    }

    void guessing_goes_on_from_another_address_no_faster() {
        auto john = newcomer();
        auto account = sign_up(john);
        guess(john, account, 14);
        auto stranger = newcomer();
        expect_refusal(429, "too_many_attempts", guess(stranger, account, 1).front());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StoryLimits);

}  // namespace
