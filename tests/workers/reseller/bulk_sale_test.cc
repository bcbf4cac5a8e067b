#include <cppunit/extensions/HelperMacros.h>

#include "tests/workers/reseller/shop.h"

namespace {

using namespace std::string_literals;
using reseller::Shop;

std::string batch(const std::vector<std::string>& clients, const std::string& mode) {
    std::string body = R"({"mode":")" + mode + R"(","clients":[)";
    for (const auto& client : clients) body += (&client == &clients[0] ? "" : ",") + client;
    return body + "]}";
}

class BulkSaleTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(BulkSaleTest);
    CPPUNIT_TEST(creates_all);
    CPPUNIT_TEST(creates_none_when_one_is_faulty);
    CPPUNIT_TEST(creates_none_when_an_address_is_taken);
    CPPUNIT_TEST(creates_none_when_they_are_not_paid);
    CPPUNIT_TEST(creates_those_that_can_be);
    CPPUNIT_TEST(goes_as_far_as_the_credits_do);
    CPPUNIT_TEST(takes_five_hundred_and_no_more);
    CPPUNIT_TEST(gives_the_same_answer_under_its_key);
    CPPUNIT_TEST(waits_no_longer_than_a_request_may_last);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override {
        shop_.emplace();
        rok_ = shop_->reseller("rok", 10'000);
    }
    void tearDown() override { shop_.reset(); }

    void creates_all() {
        auto answer =
            sell({Shop::client("a@example.com"), Shop::client("b@example.com", "family", 2)});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 201, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{499 + 1998}, answer.number("credits_charged"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10'000 - 2497}, answer.number("credits_balance"));
        CPPUNIT_ASSERT_EQUAL("b@example.com"s, answer.text("clients.1.email"));
        CPPUNIT_ASSERT_EQUAL("created"s, answer.text("results.1.status"));
        CPPUNIT_ASSERT_EQUAL(answer.text("clients.1.id"), answer.text("results.1.client_id"));
    }

    void creates_none_when_one_is_faulty() {
        auto answer = sell({Shop::client("a@example.com"), Shop::client("no address"),
                            Shop::client("A@Example.com"), Shop::client("d@example.com", "gold")});
        CPPUNIT_ASSERT_EQUAL(400, answer.status);
        for (const char* field :
             {"clients[1].email", "clients[2].email", "clients[3].plan_stripe_price_id"}) {
            CPPUNIT_ASSERT_MESSAGE(answer.body, answer.body.find(field) != std::string::npos);
        }
        nothing_happened();
    }

    void creates_none_when_an_address_is_taken() {
        shop_->house.person("ana");
        auto answer = sell({Shop::client("a@example.com"), Shop::client("ana@example.com")});
        CPPUNIT_ASSERT_EQUAL(409, answer.status);
        CPPUNIT_ASSERT_EQUAL("email_taken"s, answer.code());
        CPPUNIT_ASSERT(answer.body.find("clients[1].email") != std::string::npos);
        nothing_happened();
    }

    void creates_none_when_they_are_not_paid() {
        auto answer = sell({Shop::client("a@example.com", "premium", 4),
                            Shop::client("b@example.com", "premium", 3)});
        CPPUNIT_ASSERT_EQUAL(402, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{7 * 1499}, answer.number("required"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10'000}, answer.number("balance"));
        nothing_happened();
    }

    void creates_those_that_can_be() {
        shop_->house.person("ana");
        auto answer = sell({Shop::client("ana@example.com"), Shop::client("b@example.com"), "7",
                            Shop::client("b@example.com"), Shop::client("c@example.com")},
                           "partial");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 201, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, answer.number("created"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, answer.number("rejected"));
        CPPUNIT_ASSERT_EQUAL("email_taken"s, answer.text("results.0.error.code"));
        CPPUNIT_ASSERT_EQUAL("created"s, answer.text("results.1.status"));
        CPPUNIT_ASSERT_EQUAL("validation_failed"s, answer.text("results.2.error.code"));
        CPPUNIT_ASSERT_EQUAL("This e-mail address stands twice in the list"s,
                             answer.text("results.3.error.fields.email"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10'000 - 998}, shop_->balance(rok_));
    }

    void goes_as_far_as_the_credits_do() {
        auto answer = sell(
            {Shop::client("a@example.com", "premium", 6), Shop::client("b@example.com", "premium"),
             Shop::client("c@example.com", "family")},
            "partial");
        CPPUNIT_ASSERT_EQUAL("created"s, answer.text("results.0.status"));
        CPPUNIT_ASSERT_EQUAL("insufficient_credits"s, answer.text("results.1.error.code"));
        CPPUNIT_ASSERT_EQUAL("created"s, answer.text("results.2.status"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10'000 - 6 * 1499 - 999}, shop_->balance(rok_));
    }

    void takes_five_hundred_and_no_more() {
        auto rich = shop_->reseller("bor", 1'000'000);
        std::vector<std::string> many;
        for (int i = 0; i < 501; ++i)
            many.push_back(Shop::client("c" + std::to_string(i) + "@example.com"));
        CPPUNIT_ASSERT_EQUAL(
            400, shop_->ask(Method::post, "/clients/bulk", batch(many, "all"), rich, "k").status);
        many.pop_back();
        auto answer = shop_->ask(Method::post, "/clients/bulk", batch(many, "all"), rich, "l");
        CPPUNIT_ASSERT_EQUAL(201, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{500}, answer.number("created"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1'000'000 - 500 * 499}, shop_->balance(rich));
        CPPUNIT_ASSERT_EQUAL(400, sell({}).status);
    }

    void gives_the_same_answer_under_its_key() {
        auto first = sell({Shop::client("a@example.com")});
        auto again = sell({Shop::client("a@example.com")});
        CPPUNIT_ASSERT_EQUAL(first.body, again.body);
        CPPUNIT_ASSERT_EQUAL("true"s, again.header("Idempotent-Replayed"));
    }

    void waits_no_longer_than_a_request_may_last() {
        reseller::HashCrew crew{Passwords{{64, 1}}, 2, std::chrono::milliseconds{0}};
        Secret password{"tempPass123"};
        try {
            crew.hash({&password, &password}, [] {});
            CPPUNIT_FAIL("hashed after the time was up");
        } catch (const Failure& failure) {
            CPPUNIT_ASSERT_EQUAL(503, failure.problem().status);
        }
    }

  private:
    Answered sell(const std::vector<std::string>& clients, const std::string& mode = "all") {
        return shop_->ask(Method::post, "/clients/bulk", batch(clients, mode), rok_, "bulk");
    }
    void nothing_happened() {
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10'000}, shop_->balance(rok_));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, shop_->house.db.get<std::int64_t>(
                                                  reseller::count_clients_of, rok_.id));
    }

    std::optional<Shop> shop_;
    Person rok_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(BulkSaleTest);

}  // namespace
