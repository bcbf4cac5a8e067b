// Personal events, as far as those who publish them see: nothing is waited for, nothing is kept for
// nobody. What becomes of them is in tests/workers/party/redis/people_test.cc.
#include "common/cache/personal.h"

#include <cppunit/extensions/HelperMacros.h>

#include "tests/support/redis_server.h"

namespace {

class PersonalTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PersonalTest);
    CPPUNIT_TEST(is_silent_while_nobody_listens);
    CPPUNIT_TEST(keeps_events_in_their_order);
    CPPUNIT_TEST(keeps_about_two_hundred_events);
    CPPUNIT_TEST(begins_anew_when_the_versions_are_lost);
    CPPUNIT_TEST(does_not_wait);
    CPPUNIT_TEST(says_that_redis_is_away);
    CPPUNIT_TEST_SUITE_END();

    Redis redis{shared_redis(), std::chrono::seconds{2}};
    Personal personal{redis};
    Uuid user = Uuid::make();

    std::string key(const std::string& kind) const { return "u:{" + user.text() + "}:" + kind; }
    RedisReply one(const RedisCommand& command) { return redis.ask({command})->front(); }
    void come() { one({"SET", key("live"), "1", "EX", "600"}); }
    void publish(int times) {
        for (int i = 0; i < times; ++i) {
            CPPUNIT_ASSERT(
                personal.publish(user, "progress", R"({"n":)" + std::to_string(i) + "}"));
        }
    }
    std::string version() { return one({"HGET", key("m"), "ver"}).text; }

    void is_silent_while_nobody_listens() {
        publish(1);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, one({"EXISTS", key("m"), key("s")}).integer);
    }
    void keeps_events_in_their_order() {
        come();
        publish(3);
        auto entries = one({"XRANGE", key("s"), "-", "+"}).list;
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, entries.size());
        CPPUNIT_ASSERT_EQUAL(std::string{"3-0"}, entries[2].list[0].text);
        const auto& fields = entries[2].list[1].list;
        CPPUNIT_ASSERT(fields[1].text == "progress" && fields[3].text == R"({"n":2})");
        for (auto kind : {"m", "s"}) {
            auto ttl = one({"TTL", key(kind)}).integer;
            CPPUNIT_ASSERT(ttl > 500 && ttl <= 600);
        }
    }
    void keeps_about_two_hundred_events() {
        come();
        publish(1000);
        CPPUNIT_ASSERT_EQUAL(std::string{"1000"}, version());
        auto kept = one({"XLEN", key("s")}).integer;
        CPPUNIT_ASSERT(kept >= 200 && kept < 400);
    }
    void begins_anew_when_the_versions_are_lost() {
        come();
        publish(5);
        auto epoch = one({"HGET", key("m"), "epoch"}).text;
        one({"DEL", key("m")});
        publish(2);
        CPPUNIT_ASSERT_EQUAL(std::string{"2"}, version());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, one({"XLEN", key("s")}).integer);
        CPPUNIT_ASSERT(one({"HGET", key("m"), "epoch"}).text != epoch);
    }
    void does_not_wait() {
        publish(1);
        auto trips = redis.effort().trips;
        publish(50);
        CPPUNIT_ASSERT_EQUAL(trips, redis.effort().trips);
    }
    void says_that_redis_is_away() {
        Redis nowhere{"/nowhere/redis.sock"};
        CPPUNIT_ASSERT(!Personal{nowhere}.publish(user, "progress", "{}"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PersonalTest);

}  // namespace
