#include <cppunit/extensions/HelperMacros.h>

#include "tests/workers/reseller/shop.h"

namespace {

using namespace std::string_literals;
using reseller::Shop;

class BooksTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(BooksTest);
    CPPUNIT_TEST(tells_the_figures_of_the_business);
    CPPUNIT_TEST(lists_transactions_newest_first);
    CPPUNIT_TEST(filters_by_type_and_time);
    CPPUNIT_TEST(gives_a_file);
    CPPUNIT_TEST(shows_nobody_elses);
    CPPUNIT_TEST(lists_what_can_be_bought);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override {
        shop_.emplace();
        rok_ = shop_->reseller("rok", 10'000);
    }
    void tearDown() override { shop_.reset(); }

    void tells_the_figures_of_the_business() {
        auto one = shop_->added(rok_, "a@example.com"), two = shop_->added(rok_, "b@example.com");
        auto three = shop_->added(rok_, "c@example.com", "family");
        shop_->ask(Method::patch, one, R"({"status":"suspended"})", rok_);
        shop_->house.db.run(reseller::let_time_pass, Shop::id_in(two), 40);
        shop_->house.db.run(reseller::let_time_pass, Shop::id_in(three), 25);
        auto answer = shop_->get("/dashboard", rok_);
        std::pair<const char*, std::int64_t> figures[] = {
            {"credits_balance", 10'000 - 1997}, {"total_clients", 3},   {"active_clients", 1},
            {"suspended_clients", 1},           {"expired_clients", 1}, {"credits_spent_30d", 1997},
            {"clients_created_30d", 3},         {"expiring_7d", 1}};
        for (const auto& [name, figure] : figures) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, figure, answer.number(name));
        }
    }

    void lists_transactions_newest_first() {
        auto path = shop_->added(rok_, "a@example.com");
        shop_->ask(Method::post, path + "/renew", R"({"months":1})", rok_);
        auto answer = shop_->get("/transactions?limit=2", rok_);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, answer.number("pagination.total"));
        CPPUNIT_ASSERT_EQUAL("client_renewed"s, answer.text("transactions.0.type"));
        CPPUNIT_ASSERT_EQUAL("a@example.com"s, answer.text("transactions.0.client_email"));
        CPPUNIT_ASSERT_EQUAL("client_created"s, answer.text("transactions.1.type"));
        auto last = shop_->get("/transactions?limit=2&page=2", rok_);
        CPPUNIT_ASSERT_EQUAL("admin_grant"s, last.text("transactions.0.type"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10'000}, last.number("transactions.0.amount"));
        CPPUNIT_ASSERT_EQUAL(200, shop_->get("/transactions?page=1&limit=1000", rok_).status);
        CPPUNIT_ASSERT_EQUAL(400, shop_->get("/transactions?limit=1001", rok_).status);
    }

    void filters_by_type_and_time() {
        shop_->added(rok_, "a@example.com");
        auto total = [&](const std::string& query) {
            return shop_->get("/transactions?" + query, rok_).number("pagination.total");
        };
        auto today = rfc3339(system_now()).substr(0, 10);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, total("type=client_created"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, total("type=refund"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, total("from=" + today + "&to=" + today));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, total("to=2024-01-31"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, total("from=2024-01-31T00:00:00Z"));
        for (const char* query : {"type=gift", "from=yesterday", "to=2024-13-01", "format=xml"}) {
            CPPUNIT_ASSERT_EQUAL(400, shop_->get("/transactions?"s + query, rok_).status);
        }
    }

    void gives_a_file() {
        Ledger{shop_->house.db}.move({.user = rok_.id,
                                      .amount = -1,
                                      .why = Move::adjustment,
                                      .description = "=1+1, \"quoted\""});
        auto answer = shop_->get("/transactions?format=csv", rok_);
        CPPUNIT_ASSERT_EQUAL(200, answer.status);
        auto first = answer.body.find("\r\n");
        CPPUNIT_ASSERT_EQUAL(
            "created_at,type,amount,balance_after,client_email,description,client_id,id"s,
            answer.body.substr(0, first));
        CPPUNIT_ASSERT_MESSAGE(
            answer.body, answer.body.find(",adjustment,-1,9999,,\"'=1+1, \"\"quoted\"\"\",,") !=
                             std::string::npos);
    }

    void shows_nobody_elses() {
        auto rina = shop_->reseller("bor", 5);
        shop_->added(rok_, "a@example.com");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             shop_->get("/transactions", rina).number("pagination.total"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0},
                             shop_->get("/dashboard", rina).number("total_clients"));
    }

    void lists_what_can_be_bought() {
        auto answer = shop_->get("/credits/packages", rok_);
        CPPUNIT_ASSERT_EQUAL("credits_5000"s, answer.text("packages.0.code"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5000}, answer.number("packages.0.credits"));
    }

  private:
    std::optional<Shop> shop_;
    Person rok_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(BooksTest);

}  // namespace
