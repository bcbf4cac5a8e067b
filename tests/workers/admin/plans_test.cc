#include "workers/admin/plans.h"

#include <cppunit/extensions/HelperMacros.h>

#include "tests/workers/admin/desk.h"

namespace {

using namespace std::string_literals;
using admin::Desk;

class AdminPlansTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AdminPlansTest);
    CPPUNIT_TEST(reads_cents_exactly);
    CPPUNIT_TEST(makes_a_plan_of_the_scenario);
    CPPUNIT_TEST(gives_each_plan_a_code_of_its_own);
    CPPUNIT_TEST(refuses_prices_with_more_than_cents);
    CPPUNIT_TEST(refuses_limits_that_are_none);
    CPPUNIT_TEST(refuses_a_price_at_stripe_that_another_plan_has);
    CPPUNIT_TEST(keeps_features_as_they_came);
    CPPUNIT_TEST(changes_what_is_sent_and_nothing_else);
    CPPUNIT_TEST(retires_but_never_the_ones_that_are_needed);
    CPPUNIT_TEST(notes_what_was_done);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override { desk_.emplace(); }
    void tearDown() override { desk_.reset(); }

    void reads_cents_exactly() {
        CPPUNIT_ASSERT_EQUAL(std::int64_t{799}, admin::cents_of(7.99).value());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, admin::cents_of(0).value());
        CPPUNIT_ASSERT(!admin::cents_of(7.999));
        CPPUNIT_ASSERT(!admin::cents_of(-0.01));
        CPPUNIT_ASSERT(!admin::cents_of(1'000'000.01));
        CPPUNIT_ASSERT(!admin::cents_of(1e300));
        for (std::int64_t cents = 0; cents <= 100'000'000; cents += cents < 100'000 ? 1 : 9973) {
            auto text = std::to_string(cents / 100) + (cents % 100 < 10 ? ".0" : ".") +
                        std::to_string(cents % 100);
            CPPUNIT_ASSERT_EQUAL(cents, admin::cents_of(std::stod(text)).value());
        }
    }

    void makes_a_plan_of_the_scenario() {
        auto answer = create(R"("name":"Black Friday Special","stripe_price_id":"price_bf_2024",
            "price_monthly":7.99,"max_profiles":5,"max_playlists":10,"max_favorites":500,
            "features":{"ads":false,"hd":true})");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 201, answer.status);
        CPPUNIT_ASSERT_EQUAL("black_friday_special"s, answer.text("plan.code"));
        CPPUNIT_ASSERT_EQUAL("Black Friday Special"s, answer.text("plan.name"));
        CPPUNIT_ASSERT(answer.body.find(R"("price_monthly":7.99)") != answer.body.npos);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{100}, answer.number("plan.rate_limit"));
        CPPUNIT_ASSERT(answer.data("plan.active").boolean);
        CPPUNIT_ASSERT(answer.data("plan.features.hd").boolean);
        CPPUNIT_ASSERT_EQUAL("/api/v1/admin/plans/" + answer.text("plan.id"),
                             answer.header("Location"));
        auto french = ask(desk_->worker, Method::get, "/api/v1/admin/plans?lang=fr", "",
                          desk_->house.person("eva").token);
        CPPUNIT_ASSERT(french.body.find("Black Friday Special") != french.body.npos);
        CPPUNIT_ASSERT(french.body.find("Gratuit") != french.body.npos);
    }

    void gives_each_plan_a_code_of_its_own() {
        CPPUNIT_ASSERT_EQUAL(
            "gold"s, create(limits(R"("name":"Gold","price_monthly":1)")).text("plan.code"));
        CPPUNIT_ASSERT_EQUAL(
            "gold_2"s, create(limits(R"("name":"GOLD!","price_monthly":1)")).text("plan.code"));
        CPPUNIT_ASSERT_EQUAL("plan_4k"s,
                             create(limits(R"("name":"4K","price_monthly":1)")).text("plan.code"));
        CPPUNIT_ASSERT_EQUAL(
            "plan"s, create(limits(R"("name":"ذهبي","price_monthly":1)")).text("plan.code"));
        auto longest =
            create(limits(R"("name":")" + std::string(60, 'x') + R"(","price_monthly":1)"));
        CPPUNIT_ASSERT_EQUAL(201, longest.status);
    }

    void refuses_prices_with_more_than_cents() {
        for (const char* price : {"7.999", "-1", "\"7.99\"", "null", "1000000.01", "1e300"}) {
            auto answer = create(limits(R"("name":"Gold","price_monthly":)"s + price));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(price + answer.body, 400, answer.status);
        }
        for (const char* price : {"7.99", "0", "8", "0.1", "19.90", "1000000"}) {
            auto answer = create(limits(R"("name":"Gold","price_monthly":)"s + price));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(price + answer.body, 201, answer.status);
        }
    }

    void refuses_limits_that_are_none() {
        auto with = [&](const std::string& profiles, const std::string& favorites) {
            return create(R"("name":"Gold","price_monthly":1,"max_playlists":1,"max_profiles":)" +
                          profiles + R"(,"max_favorites":)" + favorites)
                .status;
        };
        CPPUNIT_ASSERT_EQUAL(201, with("-1", "-1"));
        CPPUNIT_ASSERT_EQUAL(201, with("1", "0"));
        CPPUNIT_ASSERT_EQUAL(400, with("0", "1"));
        CPPUNIT_ASSERT_EQUAL(400, with("-2", "1"));
        CPPUNIT_ASSERT_EQUAL(400, with("1", "-2"));
        CPPUNIT_ASSERT_EQUAL(400, with("99999999999", "1"));
        CPPUNIT_ASSERT_EQUAL(400, create(limits(R"("name":"  ","price_monthly":1)")).status);
        CPPUNIT_ASSERT_EQUAL(400, create(R"("name":"Gold","price_monthly":1)").status);
    }

    void refuses_a_price_at_stripe_that_another_plan_has() {
        auto answer = create(
            limits(R"("name":"Gold","price_monthly":1,"stripe_price_id":"price_basic_monthly")"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 409, answer.status);
        CPPUNIT_ASSERT_EQUAL("conflict"s, answer.code());
    }

    void keeps_features_as_they_came() {
        auto answer = create(limits(
            R"("name":"Gold","price_monthly":1,"features":{"a":[1,2.5,"x",null],"b":{"c":true}})"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, answer.data("plan.features.a").list.size());
        CPPUNIT_ASSERT(answer.data("plan.features.b.c").boolean);
        for (const char* features : {"[]", "\"x\"", "7"}) {
            CPPUNIT_ASSERT_EQUAL(
                400, create(limits(R"("name":"Gold","price_monthly":1,"features":)"s + features))
                         .status);
        }
    }

    void changes_what_is_sent_and_nothing_else() {
        auto path = "/plans/" + desk_->plan("basic");
        auto answer =
            desk_->ask(Method::patch, path,
                       R"({"price_monthly":5.49,"max_profiles":4,"credit_cost":null,"code":"x"})");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 200, answer.status);
        CPPUNIT_ASSERT(answer.body.find(R"("price_monthly":5.49)") != answer.body.npos);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{4}, answer.number("plan.max_profiles"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, answer.number("plan.max_playlists"));
        CPPUNIT_ASSERT(answer.data("plan.credit_cost").kind == JsonValue::Kind::null);
        CPPUNIT_ASSERT_EQUAL("price_basic_monthly"s, answer.text("plan.stripe_price_id"));
        CPPUNIT_ASSERT_EQUAL("basic"s, answer.text("plan.code"));
        CPPUNIT_ASSERT_EQUAL("Basic"s, answer.text("plan.name"));
        CPPUNIT_ASSERT_EQUAL(
            "Starter"s, desk_->ask(Method::patch, path, R"({"name":"Starter"})").text("plan.name"));
        CPPUNIT_ASSERT_EQUAL(
            409, desk_->ask(Method::patch, path, R"({"stripe_price_id":"price_family_monthly"})")
                     .status);
        CPPUNIT_ASSERT_EQUAL(400,
                             desk_->ask(Method::patch, path, R"({"price_monthly":5.499})").status);
    }

    void retires_but_never_the_ones_that_are_needed() {
        for (const char* code : {"free", "family"}) {
            auto answer = desk_->ask(Method::remove, "/plans/" + desk_->plan(code));
            CPPUNIT_ASSERT_EQUAL(409, answer.status);
            CPPUNIT_ASSERT_EQUAL("conflict"s, answer.code());
        }
        auto& cene = desk_->house.person("cene");
        auto path = "/plans/" + desk_->plan("premium");
        auto answer = desk_->ask(Method::remove, path);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 200, answer.status);
        CPPUNIT_ASSERT(!answer.data("plan.active").boolean);
        CPPUNIT_ASSERT_EQUAL(200, desk_->ask(Method::remove, path).status);
        CPPUNIT_ASSERT_EQUAL("premium"s, desk_->house.db.get<std::string>(admin::plan_of, cene.id));
        CPPUNIT_ASSERT(desk_->get("/plans").body.find("premium") != std::string::npos);
    }

    void notes_what_was_done() {
        auto id = create(limits(R"("name":"Gold","price_monthly":1)")).text("plan.id");
        desk_->ask(Method::patch, "/plans/" + id, R"({"price_monthly":2})");
        desk_->ask(Method::remove, "/plans/" + id);
        auto log = desk_->log_of(id);
        CPPUNIT_ASSERT_EQUAL("plan_retired"s, log.text("audit.0.action"));
        CPPUNIT_ASSERT_EQUAL("plan_changed"s, log.text("audit.1.action"));
        CPPUNIT_ASSERT_EQUAL("plan_created"s, log.text("audit.2.action"));
        CPPUNIT_ASSERT(log.data("audit.2.before").kind == JsonValue::Kind::null);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, log.number("pagination.total"));
    }

  private:
    Answered create(const std::string& members) {
        return desk_->ask(Method::post, "/plans", "{" + members + "}");
    }
    static std::string limits(const std::string& members) {
        return members + R"(,"max_profiles":5,"max_playlists":10,"max_favorites":500)";
    }

    std::optional<Desk> desk_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AdminPlansTest);

}  // namespace
