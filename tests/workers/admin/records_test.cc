#include <cppunit/extensions/HelperMacros.h>

#include "common/base/problem.h"
#include "tests/workers/admin/desk.h"

namespace {

using namespace std::string_literals;
using admin::Desk;

class RecordsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RecordsTest);
    CPPUNIT_TEST(tells_who_pays_twice);
    CPPUNIT_TEST(tells_the_figures_of_the_service);
    CPPUNIT_TEST(lists_events_by_status);
    CPPUNIT_TEST(has_an_event_applied_again);
    CPPUNIT_TEST(replays_nothing_that_is_not_there);
    CPPUNIT_TEST(keeps_the_log_from_change);
    CPPUNIT_TEST(pages_through_the_log);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override {
        desk_.emplace();
        desk_->house.person("eva");
    }
    void tearDown() override { desk_.reset(); }

    void tells_who_pays_twice() {
        auto bor = desk_->house.person("bor").id;
        desk_->house.db.run(admin::pay_by_card, bor, "premium");
        auto once = desk_->get(desk_->path("bor"));
        CPPUNIT_ASSERT(once.data("warnings").list.empty());
        desk_->house.db.run(admin::pay_again, bor);
        auto twice = desk_->get(desk_->path("bor"));
        CPPUNIT_ASSERT_EQUAL("several_subscriptions"s, twice.text("warnings.0"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, desk_->get("/stats").number("double_subscriptions"));
    }

    void tells_the_figures_of_the_service() {
        auto before = desk_->get("/stats");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(before.body, 200, before.status);
        auto ana = desk_->house.person("ana").id, rok = desk_->house.person("rok").id;
        auto bor = desk_->house.person("bor").id;
        desk_->house.person("cene");
        Ledger{desk_->house.db}.move({.user = rok, .amount = 700, .why = Move::admin_grant});
        desk_->house.db.run(admin::pay_by_card, bor, "premium");
        event("evt_1", "failed");
        event("evt_2", "pending");
        auto after = desk_->get("/stats");
        std::pair<const char*, std::int64_t> grown[] = {{"total_users", 4},
                                                        {"active_subscriptions", 2},
                                                        {"trialing", 1},
                                                        {"resellers", 1},
                                                        {"credits_outstanding", 700},
                                                        {"new_users_30d", 4},
                                                        {"webhook_failures_24h", 1},
                                                        {"webhooks_waiting", 1},
                                                        {"churn_30d", 0}};
        for (const auto& [name, by] : grown) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, by, after.number(name) - before.number(name));
        }
        CPPUNIT_ASSERT_DOUBLES_EQUAL(14.99, after.data("mrr").real - before.data("mrr").real,
                                     0.001);
        desk_->ask(Method::patch, "/users/" + ana.text(), R"({"status":"suspended"})");
        CPPUNIT_ASSERT_EQUAL(before.number("suspended_users") + 1,
                             desk_->get("/stats").number("suspended_users"));
    }

    void lists_events_by_status() {
        event("evt_1", "failed");
        event("evt_2", "done");
        auto failed = desk_->get("/webhooks?status=failed");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(failed.body, 200, failed.status);
        CPPUNIT_ASSERT_EQUAL("evt_1"s, failed.text("webhooks.0.id"));
        CPPUNIT_ASSERT_EQUAL("it broke"s, failed.text("webhooks.0.last_error"));
        CPPUNIT_ASSERT_EQUAL("evt_2"s, desk_->get("/webhooks?limit=1").text("webhooks.0.id"));
        CPPUNIT_ASSERT_EQUAL(400, desk_->get("/webhooks?status=lost").status);
    }

    void has_an_event_applied_again() {
        event("evt_1", "failed");
        auto answer = desk_->ask(Method::post, "/webhooks/evt_1/replay");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 200, answer.status);
        CPPUNIT_ASSERT_EQUAL("pending"s, answer.text("webhook.status"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, answer.number("webhook.attempts"));
        auto log = desk_->log_of("evt_1");
        CPPUNIT_ASSERT_EQUAL("webhook_replayed"s, log.text("audit.0.action"));
        CPPUNIT_ASSERT_EQUAL("failed"s, log.text("audit.0.before.status"));
    }

    void replays_nothing_that_is_not_there() {
        CPPUNIT_ASSERT_EQUAL(404, desk_->ask(Method::post, "/webhooks/evt_9/replay").status);
        desk_->house.db.run(admin::insert_event, "unreadable_1", "unreadable", "failed");
        auto answer = desk_->ask(Method::post, "/webhooks/unreadable_1/replay");
        CPPUNIT_ASSERT_EQUAL(422, answer.status);
        CPPUNIT_ASSERT_EQUAL("event_unreadable"s, answer.code());
    }

    void keeps_the_log_from_change() {
        desk_->ask(Method::patch, desk_->path("ana"), R"({"full_name":"Ana Novak"})");
        auto& db = desk_->house.db;
        for (const auto* statement : {&admin::change_log, &admin::empty_log}) {
            db.begin();
            CPPUNIT_ASSERT_THROW(db.run(*statement), std::exception);
            db.rollback();
        }
        CPPUNIT_ASSERT(db.get<std::int64_t>(admin::count_deeds) > 0);
    }

    void pages_through_the_log() {
        auto path = desk_->path("ana");
        auto target = desk_->house.person("ana").id.text();
        for (const char* name : {"One", "Two", "Three"}) {
            desk_->ask(Method::patch, path, R"({"full_name":")"s + name + "\"}");
        }
        auto page = desk_->get("/audit?limit=2&page=2&target_id=" + target);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, page.number("pagination.total"));
        CPPUNIT_ASSERT_EQUAL("One"s, page.text("audit.0.after.full_name"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0},
                             desk_->get("/audit?action=plan_created&target_id=" + target)
                                 .number("pagination.total"));
        CPPUNIT_ASSERT_EQUAL(400, desk_->get("/audit?limit=0").status);
    }

  private:
    void event(const char* id, const char* state) {
        desk_->house.db.run(admin::insert_event, id, "invoice.paid", state);
    }

    std::optional<Desk> desk_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(RecordsTest);

}  // namespace
