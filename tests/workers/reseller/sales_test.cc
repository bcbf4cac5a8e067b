#include <cppunit/extensions/HelperMacros.h>

#include "tests/workers/reseller/shop.h"

namespace {

using namespace std::string_literals;
using reseller::Shop;

class SalesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SalesTest);
    CPPUNIT_TEST(charges_what_a_client_costs);
    CPPUNIT_TEST(charges_each_month);
    CPPUNIT_TEST(opens_a_plain_account_whoever_asks_for_more);
    CPPUNIT_TEST(names_the_plan_in_the_language_of_the_client);
    CPPUNIT_TEST(wants_a_key);
    CPPUNIT_TEST(makes_one_client_of_one_key);
    CPPUNIT_TEST(refuses_what_is_not_paid);
    CPPUNIT_TEST(takes_nothing_for_an_address_that_is_taken);
    CPPUNIT_TEST(takes_nothing_for_a_faulty_client);
    CPPUNIT_TEST(sells_only_what_is_on_sale);
    CPPUNIT_TEST(is_for_resellers);
    CPPUNIT_TEST(renews_from_the_end_or_from_now);
    CPPUNIT_TEST(renews_a_plan_that_is_not_sold_any_more);
    CPPUNIT_TEST(charges_the_difference_for_what_is_left);
    CPPUNIT_TEST(gives_nothing_back_for_a_cheaper_plan);
    CPPUNIT_TEST(keeps_to_its_own_clients);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override {
        shop_.emplace();
        rok_ = shop_->reseller("rok", 10'000);
    }
    void tearDown() override { shop_.reset(); }

    void charges_what_a_client_costs() {
        auto answer = shop_->add(rok_, "Customer1@Gmail.com");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 201, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{499}, answer.number("credits_charged"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{9501}, answer.number("credits_balance"));
        CPPUNIT_ASSERT_EQUAL("customer1@gmail.com"s, answer.text("client.email"));
        CPPUNIT_ASSERT_EQUAL("active"s, answer.text("client.status"));
        CPPUNIT_ASSERT_EQUAL("basic"s, answer.text("client.plan"));
        CPPUNIT_ASSERT_EQUAL("/api/v1/reseller/clients/" + answer.text("client.id"),
                             answer.header("Location"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{9501}, shop_->balance(rok_));
        CPPUNIT_ASSERT_EQUAL("basic"s, plan_of(answer.text("client.id")));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, letters("client_welcome", "customer1@gmail.com"));
        auto entry = shop_->get("/transactions?limit=1", rok_);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{-499}, entry.number("transactions.0.amount"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{9501}, entry.number("transactions.0.balance_after"));
        CPPUNIT_ASSERT_EQUAL("client_created"s, entry.text("transactions.0.type"));
    }

    void charges_each_month() {
        auto answer = shop_->add(rok_, "c@example.com", "family", 3);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2997}, answer.number("credits_charged"));
        auto end = parse_rfc3339(answer.text("client.current_period_end")).value();
        CPPUNIT_ASSERT(end > system_now() + std::chrono::hours{24 * 88});
        CPPUNIT_ASSERT(end < system_now() + std::chrono::hours{24 * 93});
    }

    void opens_a_plain_account_whoever_asks_for_more() {
        auto body = R"({"email":"c@example.com","password":"tempPass123","full_name":"C",
            "plan_stripe_price_id":"price_basic_monthly","role":"admin","credits_balance":5000,
            "parent_reseller_id":null,"trial_ends_at":"2030-01-01T00:00:00Z"})";
        auto answer = shop_->ask(Method::post, "/clients", body, rok_, "k");
        CPPUNIT_ASSERT_EQUAL(201, answer.status);
        CPPUNIT_ASSERT_EQUAL("user active true true true"s,
                             shop_->house.db.get<std::string>(reseller::stranger, "c@example.com"));
    }

    void names_the_plan_in_the_language_of_the_client() {
        std::pair<const char*, const char*> names[] = {{"en", "Family"}, {"de", "Familie"}};
        for (auto [language, name] : names) {
            auto address = std::string{language} + "@example.com";
            auto body = R"({"email":")" + address + R"(","language":")" + language +
                        R"(","password":"tempPass123","full_name":"C",)"
                        R"("plan_stripe_price_id":"price_family_monthly"})";
            auto answer = shop_->ask(Method::post, "/clients", body, rok_, address);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 201, answer.status);
            CPPUNIT_ASSERT_EQUAL(std::string{name}, shop_->house.db.get<std::string>(
                                                        reseller::plan_in_letter, address));
        }
    }

    void wants_a_key() {
        auto answer = shop_->ask(Method::post, "/clients", Shop::client("c@example.com"), rok_);
        CPPUNIT_ASSERT_EQUAL(400, answer.status);
        CPPUNIT_ASSERT_EQUAL("missing_idempotency_key"s, answer.code());
    }

    void makes_one_client_of_one_key() {
        auto ask = [&](const std::string& email) {
            return shop_->ask(Method::post, "/clients", Shop::client(email), rok_, "client-12345");
        };
        auto first = ask("c@example.com"), again = ask("c@example.com");
        CPPUNIT_ASSERT_EQUAL(201, again.status);
        CPPUNIT_ASSERT_EQUAL(first.body, again.body);
        CPPUNIT_ASSERT_EQUAL("true"s, again.header("Idempotent-Replayed"));
        CPPUNIT_ASSERT_EQUAL("idempotency_key_reused"s, ask("d@example.com").code());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{9501}, shop_->balance(rok_));
    }

    void refuses_what_is_not_paid() {
        auto rina = shop_->reseller("bor", 1000);
        auto answer = shop_->add(rina, "c@example.com", "premium");
        CPPUNIT_ASSERT_EQUAL(402, answer.status);
        CPPUNIT_ASSERT_EQUAL("insufficient_credits"s, answer.code());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1499}, answer.number("required"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1000}, answer.number("balance"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, clients_of(rina));
    }

    void takes_nothing_for_an_address_that_is_taken() {
        auto ana = shop_->house.person("ana");
        auto answer = shop_->add(rok_, "ANA@example.com");
        CPPUNIT_ASSERT_EQUAL(409, answer.status);
        CPPUNIT_ASSERT_EQUAL("email_taken"s, answer.code());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10'000}, shop_->balance(rok_));
    }

    void takes_nothing_for_a_faulty_client() {
        for (const std::string& body :
             {R"({"email":"c@example.com"})"s, Shop::client("no address"),
              Shop::client("c@example.com", "basic", 0), Shop::client("c@example.com", "basic", 25),
              R"({"email":"c@example.com","password":"password1","full_name":"C",
                  "plan_stripe_price_id":"price_basic_monthly"})"s,
              R"({"email":"c@example.com","password":"tempPass123","full_name":"  ",
                  "plan_stripe_price_id":"price_basic_monthly","months":1.5})"s}) {
            auto answer = shop_->ask(Method::post, "/clients", body, rok_, "k");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 400, answer.status);
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10'000}, shop_->balance(rok_));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, clients_of(rok_));
    }

    void sells_only_what_is_on_sale() {
        shop_->house.db.run(reseller::retire_plan, "family");
        for (const char* plan : {"family", "free", "nonsense"}) {
            auto answer = shop_->add(rok_, "c@example.com", plan);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 400, answer.status);
            CPPUNIT_ASSERT(answer.body.find("plan_stripe_price_id") != std::string::npos);
        }
    }

    void is_for_resellers() {
        auto eva = shop_->house.person("eva"), ana = shop_->house.person("ana");
        for (const auto& person : {eva, ana}) {
            auto answer =
                shop_->ask(Method::post, "/clients", Shop::client("c@example.com"), person, "k");
            CPPUNIT_ASSERT_EQUAL(403, answer.status);
            CPPUNIT_ASSERT_EQUAL(403, shop_->get("/dashboard", person).status);
        }
    }

    void renews_from_the_end_or_from_now() {
        auto path = shop_->added(rok_, "c@example.com");
        auto before = end_of(path);
        auto renewed = shop_->ask(Method::post, path + "/renew", R"({"months":2})", rok_);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(renewed.body, 200, renewed.status);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{998}, renewed.number("credits_charged"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{8503}, renewed.number("credits_balance"));
        CPPUNIT_ASSERT(end_of(path) > before + std::chrono::hours{24 * 58});
        shop_->house.db.run(reseller::let_time_pass, Shop::id_in(path), 200);
        CPPUNIT_ASSERT_EQUAL("expired"s, shop_->get(path, rok_).text("client.status"));
        CPPUNIT_ASSERT_EQUAL("free"s, plan_of(Shop::id_in(path).text()));
        shop_->ask(Method::post, path + "/renew", R"({"months":1})", rok_);
        CPPUNIT_ASSERT_EQUAL("active"s, shop_->get(path, rok_).text("client.status"));
        CPPUNIT_ASSERT(end_of(path) > system_now() + std::chrono::hours{24 * 27});
        CPPUNIT_ASSERT(end_of(path) < system_now() + std::chrono::hours{24 * 32});
        CPPUNIT_ASSERT_EQUAL(
            402, shop_->ask(Method::post, path + "/renew", R"({"months":24})", rok_).status);
        CPPUNIT_ASSERT_EQUAL(
            400, shop_->ask(Method::post, path + "/renew", R"({"months":-1})", rok_).status);
    }

    void renews_a_plan_that_is_not_sold_any_more() {
        auto path = shop_->added(rok_, "c@example.com");
        shop_->house.db.run(reseller::retire_plan, "basic");
        CPPUNIT_ASSERT_EQUAL(
            200, shop_->ask(Method::post, path + "/renew", R"({"months":1})", rok_).status);
        shop_->house.db.run(reseller::price_plan, "basic", std::nullopt);
        auto refused = shop_->ask(Method::post, path + "/renew", R"({"months":1})", rok_);
        CPPUNIT_ASSERT_EQUAL(422, refused.status);
        CPPUNIT_ASSERT_EQUAL("plan_not_sold"s, refused.code());
    }

    void charges_the_difference_for_what_is_left() {
        auto path = shop_->added(rok_, "c@example.com", "basic", 3);
        auto changed = change(path, "family");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(changed.body, 200, changed.status);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1500}, changed.number("credits_charged"));
        CPPUNIT_ASSERT_EQUAL("family"s, changed.text("client.plan"));
        CPPUNIT_ASSERT_EQUAL("family"s, plan_of(Shop::id_in(path).text()));
        CPPUNIT_ASSERT_EQUAL(409, change(path, "family").status);
        // Of three months one and a half are over: two have not ended.
        shop_->house.db.run(reseller::let_time_pass, Shop::id_in(path), 45);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1000}, change(path, "premium").number("credits_charged"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10'000 - 1497 - 1500 - 1000}, shop_->balance(rok_));
    }

    void gives_nothing_back_for_a_cheaper_plan() {
        auto path = shop_->added(rok_, "c@example.com", "premium", 2);
        auto end = end_of(path);
        auto changed = change(path, "basic");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, changed.number("credits_charged"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10'000 - 2998}, changed.number("credits_balance"));
        CPPUNIT_ASSERT(end == end_of(path));
        shop_->house.db.run(reseller::let_time_pass, Shop::id_in(path), 100);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, change(path, "premium").number("credits_charged"));
        CPPUNIT_ASSERT_EQUAL("free"s, plan_of(Shop::id_in(path).text()));
    }

    void keeps_to_its_own_clients() {
        auto rina = shop_->reseller("bor", 10'000);
        auto path = shop_->added(rok_, "c@example.com");
        CPPUNIT_ASSERT_EQUAL(404, shop_->get(path, rina).status);
        CPPUNIT_ASSERT_EQUAL(
            404, shop_->ask(Method::post, path + "/renew", R"({"months":1})", rina).status);
        CPPUNIT_ASSERT_EQUAL(
            404, shop_->ask(Method::patch, path, R"({"status":"suspended"})", rina).status);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0},
                             shop_->get("/clients", rina).number("pagination.total"));
        auto stranger = "/clients/" + shop_->house.person("ana").id.text();
        CPPUNIT_ASSERT_EQUAL(404, shop_->get(stranger, rok_).status);
        CPPUNIT_ASSERT_EQUAL(404, shop_->get("/clients/nonsense", rok_).status);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10'000}, shop_->balance(rina));
    }

  private:
    Answered change(const std::string& path, const std::string& plan) {
        return shop_->ask(Method::post, path + "/change-plan",
                          R"({"plan_stripe_price_id":"price_)" + plan + R"(_monthly"})", rok_);
    }
    Instant end_of(const std::string& path) {
        auto answer = shop_->get(path, rok_);
        return parse_rfc3339(answer.text("client.current_period_end")).value();
    }
    std::string plan_of(const std::string& id) {
        return shop_->house.db.get<std::string>(reseller::plan_of, Uuid::parse(id).value());
    }
    std::int64_t clients_of(const Person& person) {
        return shop_->house.db.get<std::int64_t>(reseller::count_clients_of, person.id);
    }
    std::int64_t letters(const char* name, const char* recipient) {
        return shop_->house.db.get<std::int64_t>(reseller::count_letters, name, recipient);
    }

    std::optional<Shop> shop_;
    Person rok_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SalesTest);

}  // namespace
