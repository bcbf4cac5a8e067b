// Plans whose prices are made at Stripe, with a Stripe that answers what the test says.
#include "workers/admin/card_prices.h"

#include <cppunit/extensions/HelperMacros.h>

#include <mutex>

#include "tests/support/http_stub.h"
#include "tests/workers/admin/desk.h"

namespace {

using namespace std::string_literals;
using admin::Desk;

std::string answer(int status, const std::string& body) {
    return "HTTP/1.1 " + std::to_string(status) +
           " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

// What a request says under a name, up to the end of the line.
std::string line_of(const std::string& request, const std::string& name) {
    auto at = request.find(name);
    return at == request.npos ? "" : request.substr(at, request.find("\r\n", at) - at);
}

class AdminCardPricesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AdminCardPricesTest);
    CPPUNIT_TEST(has_a_new_plan_sold_at_stripe);
    CPPUNIT_TEST(takes_a_price_that_people_made);
    CPPUNIT_TEST(asks_nobody_for_what_costs_nothing);
    CPPUNIT_TEST(says_when_stripe_is_away_and_goes_on_with_the_same_key);
    CPPUNIT_TEST(makes_one_plan_of_a_request_that_broke_off);
    CPPUNIT_TEST(says_when_stripe_declines);
    CPPUNIT_TEST(has_another_amount_sold_at_another_price);
    CPPUNIT_TEST(makes_a_product_when_there_is_none_at_stripe);
    CPPUNIT_TEST(leaves_the_price_alone_when_the_amount_stays);
    CPPUNIT_TEST(takes_the_price_from_a_plan_that_becomes_free);
    CPPUNIT_TEST(keeps_nothing_of_a_price_that_came_too_late);
    CPPUNIT_TEST(sells_a_retired_plan_no_more);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override {
        asked_.clear();
        says_ = [](const std::string& request) {
            if (request.starts_with("POST /v1/prices")) return answer(200, R"({"id":"price_new"})");
            return answer(200, R"({"id":"prod_any","product":"prod_old"})");
        };
        stub_.emplace([this](const std::string& request) {
            std::lock_guard lock{mutex_};
            asked_.push_back(request);
            return says_(request);
        });
        desk_.emplace(StripeOptions{.base = stub_->url(""),
                                    .key = Secret{"sk_test_1"},
                                    .version = "2026-10-28.endive",
                                    .attempts = 1});
    }
    void tearDown() override {
        desk_.reset();
        stub_.reset();
    }

  private:
    Answered create(const std::string& members, const std::string& key = "") {
        return desk_->ask(
            Method::post, "/plans",
            "{" + members + R"(,"max_profiles":5,"max_playlists":10,"max_favorites":500})", key);
    }
    Answered change(const char* code, const std::string& body) {
        return desk_->ask(Method::patch, "/plans/" + desk_->plan(code), body);
    }
    bool has(std::size_t request, const std::string& text) {
        return request < asked_.size() && asked_[request].find(text) != std::string::npos;
    }
    std::string errands() { return desk_->house.db.get<std::string>(admin::list_errands); }
    std::string former() { return desk_->house.db.get<std::string>(admin::list_former); }

    void has_a_new_plan_sold_at_stripe() {
        auto made = create(R"("name":" Gold ","description":"All & more","price_monthly":7.99)");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(made.body, 201, made.status);
        CPPUNIT_ASSERT_EQUAL("price_new"s, made.text("plan.stripe_price_id"));
        auto id = made.text("plan.id");
        CPPUNIT_ASSERT(has(0, "POST /v1/products HTTP/1.1"));
        CPPUNIT_ASSERT(has(0, "id=plan_" + id + "&name=Gold&metadata[plan_id]=" + id +
                                  "&description=All%20%26%20more"));
        CPPUNIT_ASSERT(has(0, "Idempotency-Key: product:" + id));
        CPPUNIT_ASSERT(has(1, "POST /v1/prices HTTP/1.1"));
        CPPUNIT_ASSERT(has(1, "product=plan_" + id +
                                  "&currency=usd&unit_amount=799&"
                                  "recurring[interval]=month"));
        CPPUNIT_ASSERT(has(1, "Idempotency-Key: price:" + id + ":799:first"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, asked_.size());
    }
    void takes_a_price_that_people_made() {
        auto made = create(R"("name":"Gold","price_monthly":7.99,"stripe_price_id":"price_hand")");
        CPPUNIT_ASSERT_EQUAL("price_hand"s, made.text("plan.stripe_price_id"));
        auto changed = change("gold", R"({"price_monthly":8.99,"stripe_price_id":"price_other"})");
        CPPUNIT_ASSERT_EQUAL("price_other"s, changed.text("plan.stripe_price_id"));
        CPPUNIT_ASSERT_EQUAL("price_hand 799"s, former());
        CPPUNIT_ASSERT(asked_.empty());
        CPPUNIT_ASSERT_EQUAL(""s, errands());
    }
    void asks_nobody_for_what_costs_nothing() {
        auto made = create(R"("name":"Gift","price_monthly":0)");
        CPPUNIT_ASSERT_EQUAL(201, made.status);
        CPPUNIT_ASSERT(made.data("plan.stripe_price_id").kind == JsonValue::Kind::null);
        CPPUNIT_ASSERT(asked_.empty());
    }
    void says_when_stripe_is_away_and_goes_on_with_the_same_key() {
        auto well = says_;
        says_ = [&](const std::string& request) {
            bool price = request.starts_with("POST /v1/prices");
            return price ? answer(500, "{}") : well(request);
        };
        auto body = R"("name":"Gold","price_monthly":7.99)";
        auto away = create(body, "gold-1");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(away.body, 503, away.status);
        CPPUNIT_ASSERT_EQUAL("unavailable"s, away.code());
        CPPUNIT_ASSERT(away.message().find("Stripe") != std::string::npos);
        CPPUNIT_ASSERT(!away.header("Retry-After").empty());
        CPPUNIT_ASSERT(desk_->get("/plans").body.find("Gold") == std::string::npos);
        says_ = well;
        auto made = create(body, "gold-1");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(made.body, 201, made.status);
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, asked_.size());
        for (std::size_t i : {0, 1}) {
            CPPUNIT_ASSERT_EQUAL(line_of(asked_[i], "Idempotency-Key"),
                                 line_of(asked_[i + 2], "Idempotency-Key"));
        }
        auto again = create(body, "gold-1");
        CPPUNIT_ASSERT_EQUAL(made.body, again.body);
        CPPUNIT_ASSERT_EQUAL("true"s, again.header("Idempotent-Replayed"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, asked_.size());
    }
    // The plan was written, and then the answer to the client was lost.
    void makes_one_plan_of_a_request_that_broke_off() {
        auto body = R"("name":"Gold","price_monthly":7.99)";
        auto made = create(body, "gold-1");
        desk_->house.db.run(admin::break_off);
        desk_->house.redis.ask({{"FLUSHDB"}});
        auto again = create(body, "gold-1");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(again.body, 201, again.status);
        CPPUNIT_ASSERT_EQUAL(made.text("plan.id"), again.text("plan.id"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, asked_.size());
    }
    void says_when_stripe_declines() {
        says_ = [](const std::string&) {
            return answer(400, R"({"error":{"code":"parameter_invalid_integer"}})");
        };
        auto refused = create(R"("name":"Gold","price_monthly":7.99)");
        CPPUNIT_ASSERT_EQUAL(422, refused.status);
        CPPUNIT_ASSERT_EQUAL("payment_refused"s, refused.code());
    }
    void has_another_amount_sold_at_another_price() {
        auto changed = change("basic", R"({"price_monthly":5.99,"name":"Starter"})");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(changed.body, 200, changed.status);
        CPPUNIT_ASSERT_EQUAL("price_new"s, changed.text("plan.stripe_price_id"));
        CPPUNIT_ASSERT(has(0, "GET /v1/prices/price_basic_monthly"));
        CPPUNIT_ASSERT(has(1, "product=prod_old&currency=usd&unit_amount=599"));
        CPPUNIT_ASSERT(has(1, ":599:price_basic_monthly"));
        CPPUNIT_ASSERT_EQUAL("POST /v1/prices/price_basic_monthly active=false"s, errands());
        CPPUNIT_ASSERT_EQUAL("price_basic_monthly 499"s, former());
    }
    void makes_a_product_when_there_is_none_at_stripe() {
        auto well = says_;
        says_ = [&](const std::string& request) {
            if (request.starts_with("GET")) {
                return answer(404, R"({"error":{"code":"resource_missing","param":"price"}})");
            }
            if (request.starts_with("POST /v1/products")) {
                return answer(400, R"({"error":{"code":"resource_already_exists"}})");
            }
            return well(request);
        };
        auto changed = change("basic", R"({"price_monthly":5.99})");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(changed.body, 200, changed.status);
        CPPUNIT_ASSERT(has(2, "product=plan_" + desk_->plan("basic") + "&"));
    }
    void leaves_the_price_alone_when_the_amount_stays() {
        auto changed = change("basic", R"({"price_monthly":4.99,"max_profiles":4})");
        CPPUNIT_ASSERT_EQUAL("price_basic_monthly"s, changed.text("plan.stripe_price_id"));
        // Somebody took the price away: it is not sold by card, whatever it costs.
        change("basic", R"({"stripe_price_id":null})");
        changed = change("basic", R"({"price_monthly":6.99})");
        CPPUNIT_ASSERT(changed.data("plan.stripe_price_id").kind == JsonValue::Kind::null);
        CPPUNIT_ASSERT(asked_.empty());
    }
    void takes_the_price_from_a_plan_that_becomes_free() {
        auto changed = change("basic", R"({"price_monthly":0})");
        CPPUNIT_ASSERT(changed.data("plan.stripe_price_id").kind == JsonValue::Kind::null);
        CPPUNIT_ASSERT_EQUAL("POST /v1/prices/price_basic_monthly active=false"s, errands());
        auto back = change("basic", R"({"price_monthly":1})");
        CPPUNIT_ASSERT_EQUAL("price_new"s, back.text("plan.stripe_price_id"));
    }
    void keeps_nothing_of_a_price_that_came_too_late() {
        auto well = says_;
        says_ = [&](const std::string& request) {
            if (request.starts_with("POST /v1/prices")) {
                desk_->house.db.run(admin::reprice, "price_quicker");
            }
            return well(request);
        };
        auto changed = change("basic", R"({"price_monthly":5.99})");
        CPPUNIT_ASSERT_EQUAL(409, changed.status);
        CPPUNIT_ASSERT_EQUAL("POST /v1/prices/price_new active=false"s, errands());
    }
    void sells_a_retired_plan_no_more() {
        desk_->ask(Method::remove, "/plans/" + desk_->plan("basic"));
        CPPUNIT_ASSERT_EQUAL("POST /v1/prices/price_basic_monthly active=false"s, errands());
    }

    std::optional<Desk> desk_;
    std::optional<HttpStub> stub_;
    std::vector<std::string> asked_;
    std::function<std::string(const std::string&)> says_;
    std::mutex mutex_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AdminCardPricesTest);

}  // namespace
