// What an account's devices hear when its plan changes, and what it is told for good.
#include "common/accounts/entitlements.h"

#include <cppunit/extensions/HelperMacros.h>

#include <optional>

#include "common/accounts/entitlements_sql.h"
#include "common/accounts/notifications.h"
#include "common/accounts/notifications_sql.h"
#include "tests/support/house.h"
#include "tests/support/listener.h"

namespace {

constexpr std::int64_t multiplier = 3;

class EntitlementsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EntitlementsTest);
    CPPUNIT_TEST(tells_what_counts_now);
    CPPUNIT_TEST(says_nothing_of_nobody);
    CPPUNIT_TEST(names_another_plan_once_it_is_another);
    CPPUNIT_TEST_SUITE_END();

    std::optional<House> house;
    std::optional<Entitlements> entitlements;

  public:
    void setUp() override {
        house.emplace(std::vector<Statements>{entitlements::sql::all, notifications::sql::all});
        entitlements.emplace(house->db, Revocations{house->redis}, multiplier,
                             std::chrono::seconds{60});
    }
    void tearDown() override {
        entitlements.reset();
        house.reset();
    }

    void tells_what_counts_now() {
        auto cene = house->person("cene");
        Listener tv{house->redis, cene.id.text()};
        entitlements->changed(cene.id);
        auto heard = tv.heard();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, heard.size());
        CPPUNIT_ASSERT_EQUAL(std::string{"account:updated"}, heard[0].type);
        CPPUNIT_ASSERT_EQUAL(std::string{"premium"}, heard[0].of("plan").text);
        CPPUNIT_ASSERT_EQUAL(std::string{"active"}, heard[0].of("status").text);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10}, heard[0].of("maxProfiles").integer);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{-1}, heard[0].of("maxFavorites").integer);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1500}, heard[0].of("rateLimit").integer);
        auto limit = house->redis.ask({{"GET", "ent:" + cene.id.text()}});
        CPPUNIT_ASSERT_EQUAL(std::string{"1500"}, limit->front().text);
    }

    void says_nothing_of_nobody() {
        auto nobody = Uuid::make();
        Listener tv{house->redis, nobody.text()};
        entitlements->changed(nobody);
        CPPUNIT_ASSERT(tv.heard().empty());
    }

    void names_another_plan_once_it_is_another() {
        auto cene = house->person("cene");
        Notifications notifications{house->db, house->redis, house->messages};
        auto count = [&] {
            return house->db.get<std::int64_t>(notifications::sql::count_notifications, cene.id,
                                               std::optional<bool>{});
        };
        notifications.compare_plan(cene.id, "premium");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, count());
        notifications.compare_plan(cene.id, "free");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, count());
        auto told = house->db.list<Notification>(notifications::sql::list_notifications, cene.id,
                                                 std::optional<bool>{}, 10, 0);
        CPPUNIT_ASSERT_EQUAL(std::string{"Your plan is now Premium"}, told.at(0).body);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EntitlementsTest);

}  // namespace
