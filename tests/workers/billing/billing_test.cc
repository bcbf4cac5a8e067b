// Plans and where an account stands, asked as clients ask.
#include "workers/billing/billing.h"

#include <cppunit/extensions/HelperMacros.h>

#include <optional>

#include "tests/support/house.h"
#include "workers/billing/billing_sql.h"

namespace {

constexpr Statement retire_plan{
    "test.retire_plan",
    "update plans set active = false, retired_at = now() where code = 'premium'", false};
constexpr Statement forget_words{"test.forget_words",
                                 "delete from plan_translations where language <> $1", false};
constexpr Statement insert_playlists{
    "test.insert_playlists",
    "insert into playlists (id, user_id, name, type, url) "
    "select gen_random_uuid(), $1, 'p' || n, 'm3u', 'http://a.example' "
    "from generate_series(1, 2) n",
    false};
constexpr Statement insert_favorites{
    "test.insert_favorites",
    "insert into favorites (id, user_id, profile_id, item_id, item_type, item_name) "
    "select gen_random_uuid(), $1, $2, 'i' || n, 'movie', 'x' from generate_series(1, 3) n",
    false};
constexpr Statement delete_user{"test.delete_user", "delete from users where id = $1", false};
constexpr const Statement* own[] = {&retire_plan, &forget_words, &insert_playlists,
                                    &insert_favorites, &delete_user};

const std::string plans = "/api/v1/subscriptions/plans";
const std::string current = "/api/v1/subscriptions/current";

class BillingTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(BillingTest);
    CPPUNIT_TEST(lists_the_plans_cheapest_first);
    CPPUNIT_TEST(shows_a_plan_whole);
    CPPUNIT_TEST(shows_phones_what_they_need);
    CPPUNIT_TEST(names_plans_in_the_language_of_the_client);
    CPPUNIT_TEST(names_plans_in_english_where_the_language_lacks_words);
    CPPUNIT_TEST(lists_no_retired_plan);
    CPPUNIT_TEST(answers_not_modified_to_who_has_the_plans);
    CPPUNIT_TEST(tells_the_standing_of_a_free_account);
    CPPUNIT_TEST(tells_the_standing_of_a_trial);
    CPPUNIT_TEST(tells_the_standing_of_a_subscriber);
    CPPUNIT_TEST(keeps_a_retired_plan_for_who_has_it);
    CPPUNIT_TEST(counts_only_what_is_the_accounts_own);
    CPPUNIT_TEST(asks_the_database_once);
    CPPUNIT_TEST(tells_strangers_no_standing);
    CPPUNIT_TEST(knows_nothing_of_an_erased_account);
    CPPUNIT_TEST_SUITE_END();

    std::optional<House> house;
    std::optional<billing::Billing> area;
    std::optional<Worker> worker;

  public:
    void setUp() override {
        house.emplace(std::vector{Statements{billing::sql::all}, Statements{own}});
        area.emplace(house->db);
        WorkerOptions options;
        options.anonymous_limit = 1'000'000;  // others test from the same address
        worker.emplace(house->worker(billing::routes(*area), options));
    }
    void tearDown() override { house.reset(); }

  private:
    Answered get(const std::string& target, const std::string& person = "", Headers headers = {}) {
        return ask(*worker, Method::get, target, "",
                   person.empty() ? "" : house->person(person).token, std::move(headers));
    }
    std::string codes(const Answered& answered) {
        std::string codes;
        for (const auto& plan : answered.data("plans").list) codes += plan.find("code")->text + " ";
        return codes;
    }

    void lists_the_plans_cheapest_first() {
        auto answered = get(plans);
        CPPUNIT_ASSERT_EQUAL(200, answered.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"free basic family premium "}, codes(answered));
    }
    void shows_a_plan_whole() {
        auto answered = get(plans);
        CPPUNIT_ASSERT_EQUAL(std::string{"01938000-0000-7000-8000-000000000002"},
                             answered.text("plans.1.id"));
        CPPUNIT_ASSERT_EQUAL(std::string{"Basic"}, answered.text("plans.1.name"));
        CPPUNIT_ASSERT(!answered.text("plans.1.description").empty());
        CPPUNIT_ASSERT_EQUAL(std::string{"price_basic_monthly"},
                             answered.text("plans.1.stripe_price_id"));
        CPPUNIT_ASSERT_EQUAL(4.99, answered.data("plans.1.price_monthly").real);
        CPPUNIT_ASSERT(answered.body.find(R"("price_monthly":0.00)") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::string{"usd"}, answered.text("plans.1.currency"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{499}, answered.number("plans.1.credit_cost"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, answered.number("plans.1.max_profiles"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, answered.number("plans.1.max_playlists"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{200}, answered.number("plans.1.max_favorites"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{-1}, answered.number("plans.3.max_favorites"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{100}, answered.number("plans.1.rate_limit"));
        CPPUNIT_ASSERT(answered.data("plans.1.features.hd").boolean);
        for (const char* absent : {"plans.0.stripe_price_id", "plans.0.credit_cost"}) {
            CPPUNIT_ASSERT(answered.data(absent).kind == JsonValue::Kind::null);
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{13}, answered.data("plans.0").members.size());
    }
    void shows_phones_what_they_need() {
        auto answered = get(plans, "", {{"user-agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 17)"}});
        CPPUNIT_ASSERT_EQUAL(std::size_t{11}, answered.data("plans.0").members.size());
        CPPUNIT_ASSERT(!answered.data("plans.0").find("credit_cost"));
    }
    void names_plans_in_the_language_of_the_client() {
        CPPUNIT_ASSERT_EQUAL(std::string{"Famille"}, get(plans + "?lang=fr").text("plans.2.name"));
        CPPUNIT_ASSERT_EQUAL(std::string{"عائلي"},
                             get(plans, "", {{"accept-language", "ar-EG"}}).text("plans.2.name"));
        CPPUNIT_ASSERT_EQUAL(std::string{"Darmowy"},
                             get(current + "?lang=pl", "bor").text("plan.name"));
    }
    void names_plans_in_english_where_the_language_lacks_words() {
        house->db.run(forget_words, "en");
        CPPUNIT_ASSERT_EQUAL(std::string{"Family"}, get(plans + "?lang=fr").text("plans.2.name"));
        house->db.run(forget_words, "xx");
        CPPUNIT_ASSERT_EQUAL(std::string{"family"}, get(plans).text("plans.2.name"));
        CPPUNIT_ASSERT_EQUAL(std::string{}, get(plans).text("plans.2.description"));
    }
    void lists_no_retired_plan() {
        house->db.run(retire_plan);
        CPPUNIT_ASSERT_EQUAL(std::string{"free basic family "}, codes(get(plans)));
    }
    void answers_not_modified_to_who_has_the_plans() {
        auto tag = get(plans).header("ETag");
        CPPUNIT_ASSERT(!tag.empty());
        CPPUNIT_ASSERT_EQUAL(304, get(plans, "", {{"if-none-match", tag}}).status);
        CPPUNIT_ASSERT_EQUAL(200, get(plans + "?lang=fr", "", {{"if-none-match", tag}}).status);
    }
    void tells_the_standing_of_a_free_account() {
        auto answered = get(current, "bor");
        CPPUNIT_ASSERT_EQUAL(200, answered.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"free"}, answered.text("plan.code"));
        CPPUNIT_ASSERT_EQUAL(std::string{"free"}, answered.text("subscription.status"));
        for (const char* absent : {"id", "source", "current_period_end", "grace_until"}) {
            const auto& value = answered.data(std::string{"subscription."} + absent);
            CPPUNIT_ASSERT(value.kind == JsonValue::Kind::null);
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{50}, answered.number("limits.max_favorites"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, answered.number("usage.profiles"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, answered.number("usage.playlists"));
    }
    void tells_the_standing_of_a_trial() {
        auto answered = get(current, "ana");
        CPPUNIT_ASSERT_EQUAL(std::string{"family"}, answered.text("plan.code"));
        CPPUNIT_ASSERT_EQUAL(std::string{"trialing"}, answered.text("subscription.status"));
        CPPUNIT_ASSERT(parse_rfc3339(answered.text("subscription.trial_ends_at")) > system_now());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{6}, answered.number("limits.max_profiles"));
    }
    void tells_the_standing_of_a_subscriber() {
        auto answered = get(current, "cene");
        CPPUNIT_ASSERT_EQUAL(std::string{"premium"}, answered.text("plan.code"));
        CPPUNIT_ASSERT_EQUAL(std::string{"active"}, answered.text("subscription.status"));
        CPPUNIT_ASSERT_EQUAL(std::string{"manual"}, answered.text("subscription.source"));
        CPPUNIT_ASSERT(Uuid::parse(answered.text("subscription.id")));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{-1}, answered.number("limits.max_favorites"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{500}, answered.number("limits.rate_limit"));
    }
    void keeps_a_retired_plan_for_who_has_it() {
        house->db.run(retire_plan);
        CPPUNIT_ASSERT_EQUAL(std::string{"premium"}, get(current, "cene").text("plan.code"));
    }
    void counts_only_what_is_the_accounts_own() {
        const auto& ana = house->person("ana");
        house->db.run(insert_playlists, ana.id);
        house->db.run(insert_favorites, ana.id, ana.profile);
        auto hers = get(current, "ana");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, hers.number("usage.playlists"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, hers.number("usage.favorites"));
        auto his = get(current, "bor");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, his.number("usage.playlists"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, his.number("usage.favorites"));
    }
    void asks_the_database_once() {
        const auto& token = house->person("ana").token;
        for (const auto& target : {plans, current}) {
            Request request;
            Observation seen;
            request.path = target;
            request.headers = {{"authorization", "Bearer " + token}};
            CPPUNIT_ASSERT_EQUAL(200, worker->answer(request, seen).status);
            CPPUNIT_ASSERT(seen.database.trips == 1);
        }
    }
    void tells_strangers_no_standing() {
        CPPUNIT_ASSERT_EQUAL(401, get(current).status);
        CPPUNIT_ASSERT_EQUAL(200, get(plans).status);
    }
    void knows_nothing_of_an_erased_account() {
        auto token = house->person("ana").token;
        house->db.run(delete_user, house->person("ana").id);
        CPPUNIT_ASSERT_EQUAL(404, ask(*worker, Method::get, current, "", token).status);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(BillingTest);

}  // namespace
