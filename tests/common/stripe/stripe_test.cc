// Calls to a Stripe that answers what the test says: how they are spelled, and what is tried again.
#include "common/stripe/stripe.h"

#include <cppunit/extensions/HelperMacros.h>

#include <optional>

#include "common/base/problem.h"
#include "tests/support/http_stub.h"

using namespace std::chrono_literals;

namespace {

std::string answer(int status, const std::string& body = "{}", const std::string& header = "") {
    return "HTTP/1.1 " + std::to_string(status) + " X\r\n" + header +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

class StripeCalls : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StripeCalls);
    CPPUNIT_TEST(spell_forms_as_stripe_reads_them);
    CPPUNIT_TEST(carry_key_version_and_idempotency_key);
    CPPUNIT_TEST(try_again_while_the_outcome_is_unknown);
    CPPUNIT_TEST(do_what_stripe_advises_about_trying_again);
    CPPUNIT_TEST(report_a_refusal_at_once);
    CPPUNIT_TEST(give_up_decently);
    CPPUNIT_TEST(ask_nobody_without_a_key);
    CPPUNIT_TEST(know_real_money_by_the_key);
    CPPUNIT_TEST_SUITE_END();

    std::vector<std::string> asked, answers;
    std::optional<HttpStub> stub;
    int waits = 0;

  public:
    void setUp() override {
        asked.clear();
        answers.clear();
        waits = 0;
        stub.emplace([this](const std::string& request) {
            asked.push_back(request);
            return asked.size() > answers.size() ? answer(200) : answers[asked.size() - 1];
        });
    }
    void tearDown() override { stub.reset(); }

  private:
    Stripe stripe(const std::string& key = "sk_test_1", const std::string& base = "") {
        StripeOptions options{
            .base = base.empty() ? stub->url("/") : base, .key = Secret{key}, .version = "v1"};
        options.wait = [this](auto) { ++waits; };
        return Stripe{options};
    }
    static bool has(const std::string& text, const std::string& part) {
        return text.find(part) != std::string::npos;
    }
    template <class Call>
    static const Problem* failure_of(Call call) {
        try {
            call();
        } catch (const Failure& failure) {
            CPPUNIT_ASSERT(failure.retry_after());
            return &failure.problem();
        }
        return nullptr;
    }

    void spell_forms_as_stripe_reads_them() {
        CPPUNIT_ASSERT_EQUAL(std::string{"items[0][price]=price_1&email=john%2B1%40example.com&"
                                         "name=John%20Doe%21%2A%28%29%27&x="},
                             encode_form({{"items[0][price]", "price_1"},
                                          {"email", "john+1@example.com"},
                                          {"name", "John Doe!*()'"},
                                          {"x", ""}}));
    }
    void carry_key_version_and_idempotency_key() {
        auto client = stripe();
        client.post("/v1/refunds", {{"a", "b"}}, "key-1");
        client.get("/v1/events", {{"limit", "5"}});
        for (const char* part :
             {"POST /v1/refunds HTTP/1.1", "Authorization: Bearer sk_test_1", "Stripe-Version: v1",
              "Idempotency-Key: key-1", "Content-Type: application/x-www-form-urlencoded",
              "\r\n\r\na=b"}) {
            CPPUNIT_ASSERT_MESSAGE(part, has(asked[0], part));
        }
        CPPUNIT_ASSERT(has(asked[1], "GET /v1/events?limit=5 HTTP/1.1"));
        CPPUNIT_ASSERT(!has(asked[1], "Idempotency-Key"));
    }
    void try_again_while_the_outcome_is_unknown() {
        for (const auto& unknown : {answer(409), answer(429), answer(500), answer(503),
                                    answer(200, "no json"), std::string{}}) {
            asked.clear();
            answers = {unknown, answer(200, R"({"id":"x"})")};
            auto client = stripe();
            CPPUNIT_ASSERT_EQUAL(std::string{"x"},
                                 client.post("/v1/x", {}, "same").find("id")->text);
            CPPUNIT_ASSERT_EQUAL(std::size_t{2}, asked.size());
            CPPUNIT_ASSERT_EQUAL(asked[0], asked[1]);
        }
        CPPUNIT_ASSERT_EQUAL(6, waits);
    }
    void do_what_stripe_advises_about_trying_again() {
        answers = {answer(500, "{}", "Stripe-Should-Retry: false\r\n")};
        auto client = stripe();
        CPPUNIT_ASSERT(failure_of([&] { client.post("/v1/x", {}, "k"); }) == &unavailable);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, asked.size());
    }
    void report_a_refusal_at_once() {
        for (int status : {400, 401, 402, 403, 404}) {
            asked.clear();
            answers = {answer(status, R"({"error":{"code":"why"}})")};
            auto client = stripe();
            try {
                client.post("/v1/x", {}, "k");
                CPPUNIT_FAIL("no refusal");
            } catch (const StripeRefusal& refusal) {
                CPPUNIT_ASSERT_EQUAL(status, refusal.status());
                CPPUNIT_ASSERT_EQUAL(std::string{"why"}, refusal.code());
            }
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, asked.size());
        }
    }
    void give_up_decently() {
        answers = {answer(500), answer(500), answer(500), answer(500)};
        auto client = stripe();
        CPPUNIT_ASSERT(failure_of([&] { client.get("/v1/x"); }) == &unavailable);
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, asked.size());
        auto away = stripe("sk_test_1", "http://127.0.0.1:1");
        CPPUNIT_ASSERT(failure_of([&] { away.get("/v1/x"); }) == &unavailable);
    }
    void ask_nobody_without_a_key() {
        auto client = stripe("");
        CPPUNIT_ASSERT(!client.configured());
        CPPUNIT_ASSERT(failure_of([&] { client.get("/v1/x"); }) == &unavailable);
        CPPUNIT_ASSERT(asked.empty());
    }
    void know_real_money_by_the_key() {
        CPPUNIT_ASSERT(stripe("sk_live_1").mode() == true && stripe("rk_live_1").mode() == true);
        CPPUNIT_ASSERT(stripe("sk_test_1").mode() == false);
        CPPUNIT_ASSERT(!stripe("").mode());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(StripeCalls);

}  // namespace
