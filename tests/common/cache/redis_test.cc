// The connection to Redis: what is asked, and what happens when Redis dies, forgets or hangs.
#include "common/cache/redis.h"

#include <cppunit/extensions/HelperMacros.h>

#include <memory>

#include "tests/support/redis_server.h"

namespace {

using Kind = RedisReply::Kind;

const Script doubled{"return redis.call('INCRBY', KEYS[1], ARGV[1] * 2)"};

class RedisTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RedisTest);
    CPPUNIT_TEST(answers_every_kind);
    CPPUNIT_TEST(takes_any_bytes);
    CPPUNIT_TEST(asks_many_things_in_one_trip);
    CPPUNIT_TEST(reports_a_refused_command_as_a_reply);
    CPPUNIT_TEST(runs_scripts);
    CPPUNIT_TEST(runs_scripts_that_redis_forgot);
    CPPUNIT_TEST(survives_a_restart);
    CPPUNIT_TEST(is_nothing_when_redis_is_away);
    CPPUNIT_TEST(leaves_a_dead_redis_alone_after_three_failures);
    CPPUNIT_TEST(gives_up_on_a_redis_that_hangs);
    CPPUNIT_TEST(keeps_its_timeout_after_a_restart);
    CPPUNIT_TEST(never_takes_a_late_answer_for_its_own);
    CPPUNIT_TEST(tells_without_a_trip);
    CPPUNIT_TEST(never_takes_an_answer_to_what_was_told);
    CPPUNIT_TEST(counts_what_was_told_in_vain);
    CPPUNIT_TEST(tells_thousands_without_asking);
    CPPUNIT_TEST(tells_scripts_that_redis_forgot_the_next_time);
    CPPUNIT_TEST(survives_a_restart_after_telling);
    CPPUNIT_TEST_SUITE_END();

    // CppUnit makes all fixtures before the first test: servers live from setUp to tearDown.
    std::unique_ptr<RedisServer> server_;
    std::unique_ptr<Redis> redis_;

  public:
    void setUp() override {
        server_ = std::make_unique<RedisServer>();
        redis_ = std::make_unique<Redis>(server_->address());
    }
    void tearDown() override {
        redis_.reset();
        server_.reset();
    }

  private:
    RedisReply one(const RedisCommand& command) {
        auto replies = redis_->ask({command});
        CPPUNIT_ASSERT(replies);
        return replies->front();
    }
    RedisReply run(const Script& script, const std::string& argument) {
        return one(Redis::call(script, {"count"}, {argument}));
    }

    void answers_every_kind() {
        CPPUNIT_ASSERT(one({"GET", "a"}).kind == Kind::nil);
        CPPUNIT_ASSERT_EQUAL(std::string{"OK"}, one({"SET", "a", "x"}).text);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{-1}, one({"PTTL", "a"}).integer);
        auto list = one({"MGET", "a", "b"});
        CPPUNIT_ASSERT(list.kind == Kind::list && list.list.size() == 2);
        CPPUNIT_ASSERT(list.list[0].text == "x" && list.list[1].kind == Kind::nil);
    }
    void takes_any_bytes() {
        std::string odd{"%s \0\r\n$5\r\n", 10};
        one({"SET", odd, odd});
        CPPUNIT_ASSERT_EQUAL(odd, one({"GET", odd}).text);
        one({"SET", "empty", ""});
        CPPUNIT_ASSERT(one({"GET", "empty"}).kind == Kind::text);
    }
    void asks_many_things_in_one_trip() {
        auto replies = redis_->ask({{"INCR", "n"}, {"INCR", "n"}, {"GET", "n"}});
        CPPUNIT_ASSERT(replies->size() == 3 && replies->at(2).text == "2");
        CPPUNIT_ASSERT_EQUAL(1, redis_->effort().trips);
        CPPUNIT_ASSERT(redis_->ask({})->empty());
    }
    void reports_a_refused_command_as_a_reply() {
        auto replies = redis_->ask({{"SET", "a", "x"}, {"INCR", "a"}, {"NONSENSE"}, {"GET", "a"}});
        CPPUNIT_ASSERT(replies->at(1).kind == Kind::error && replies->at(2).kind == Kind::error);
        CPPUNIT_ASSERT_EQUAL(std::string{"x"}, replies->at(3).text);
    }
    void runs_scripts() {
        CPPUNIT_ASSERT_EQUAL(std::int64_t{6}, run(doubled, "3").integer);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{14}, run(doubled, "4").integer);
        CPPUNIT_ASSERT(run({"this is not Lua"}, "1").kind == Kind::error);
    }
    void runs_scripts_that_redis_forgot() {
        run(doubled, "1");
        one({"SCRIPT", "FLUSH"});
        auto replies = redis_->ask({{"SET", "other", "1"},
                                    Redis::call(doubled, {"count"}, {"1"}),
                                    {"GET", "other"},
                                    Redis::call(doubled, {"count"}, {"1"})});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{4}, replies->at(1).integer);
        CPPUNIT_ASSERT_EQUAL(std::string{"1"}, replies->at(2).text);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{6}, replies->at(3).integer);
        CPPUNIT_ASSERT(run(doubled, "1").integer == 8);
    }
    void survives_a_restart() {
        run(doubled, "1");
        server_->kill();
        server_->start();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, run(doubled, "1").integer);
        CPPUNIT_ASSERT(redis_->up());
    }
    void is_nothing_when_redis_is_away() {
        CPPUNIT_ASSERT(redis_->up());
        server_->kill();
        CPPUNIT_ASSERT(!redis_->up());
        CPPUNIT_ASSERT(!redis_->ask({{"PING"}}));
        CPPUNIT_ASSERT(!Redis{"/nowhere/redis.sock"}.up());
        CPPUNIT_ASSERT(!Redis{"127.0.0.1:1"}.up());
        CPPUNIT_ASSERT(!Redis{""}.up());
        server_->start();
        CPPUNIT_ASSERT(redis_->up());
    }
    void leaves_a_dead_redis_alone_after_three_failures() {
        server_->kill();
        for (int i = 0; i < 3; ++i) CPPUNIT_ASSERT(!redis_->up());
        auto trips = redis_->effort().trips;
        CPPUNIT_ASSERT(!redis_->up());
        CPPUNIT_ASSERT_EQUAL(trips, redis_->effort().trips);
    }
    void gives_up_on_a_redis_that_hangs() {
        CPPUNIT_ASSERT(redis_->up());
        server_->freeze();
        CPPUNIT_ASSERT(!redis_->up());
        server_->unfreeze();
        CPPUNIT_ASSERT(redis_->up());
    }
    void keeps_its_timeout_after_a_restart() {
        CPPUNIT_ASSERT(redis_->up());
        server_->kill();
        server_->start();
        CPPUNIT_ASSERT(redis_->up());
        CPPUNIT_ASSERT(!redis_->ask({{"BLPOP", "nothing", "0"}}));
    }
    void never_takes_a_late_answer_for_its_own() {
        Redis other{server_->address()};
        CPPUNIT_ASSERT(!redis_->ask({{"BLPOP", "list", "0"}}));
        other.ask({{"RPUSH", "list", "late"}});
        CPPUNIT_ASSERT_EQUAL(std::string{"PONG"}, one({"PING"}).text);
    }
    bool tell(const Script& script, const std::string& argument) {
        return redis_->tell({Redis::call(script, {"count"}, {argument})});
    }
    void tells_without_a_trip() {
        CPPUNIT_ASSERT(redis_->tell({{"SET", "a", "1"}, {"INCR", "a"}}));
        CPPUNIT_ASSERT(tell(doubled, "3"));
        CPPUNIT_ASSERT_EQUAL(0, redis_->effort().trips);
        auto replies = redis_->ask({{"GET", "a"}, {"GET", "count"}});
        CPPUNIT_ASSERT(replies->at(0).text == "2" && replies->at(1).text == "6");
        CPPUNIT_ASSERT_EQUAL(1, redis_->effort().trips);
    }
    void never_takes_an_answer_to_what_was_told() {
        for (int i = 0; i < 20; ++i) {
            redis_->tell({{"SET", "a", std::to_string(i)}});
            CPPUNIT_ASSERT_EQUAL(std::string{"PONG"}, one({"PING"}).text);
            tell(doubled, "1");
            CPPUNIT_ASSERT_EQUAL(std::int64_t{i * 4 + 4}, run(doubled, "1").integer);
        }
    }
    void counts_what_was_told_in_vain() {
        CPPUNIT_ASSERT(redis_->tell({{"NONSENSE"}, {"SET", "a", "x"}, {"INCR", "a"}}));
        CPPUNIT_ASSERT(redis_->up());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, redis_->untold());
        CPPUNIT_ASSERT(!Redis{"/nowhere/redis.sock"}.tell({{"PING"}}));
    }
    void tells_thousands_without_asking() {
        for (int i = 0; i < 5000; ++i) CPPUNIT_ASSERT(redis_->tell({{"INCR", "n"}}));
        CPPUNIT_ASSERT_EQUAL(std::string{"5000"}, one({"GET", "n"}).text);
    }
    void tells_scripts_that_redis_forgot_the_next_time() {
        CPPUNIT_ASSERT(tell(doubled, "1"));
        one({"SCRIPT", "FLUSH"});
        CPPUNIT_ASSERT(tell(doubled, "1"));
        CPPUNIT_ASSERT_EQUAL(std::string{"2"}, one({"GET", "count"}).text);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, redis_->untold());
        CPPUNIT_ASSERT(tell(doubled, "1"));
        CPPUNIT_ASSERT_EQUAL(std::string{"4"}, one({"GET", "count"}).text);
    }
    void survives_a_restart_after_telling() {
        CPPUNIT_ASSERT(redis_->up() && redis_->tell({{"SET", "a", "1"}}));
        server_->kill();
        server_->start();
        CPPUNIT_ASSERT(redis_->up());
        redis_->tell({{"SET", "a", "2"}});
        CPPUNIT_ASSERT_EQUAL(std::string{"2"}, one({"GET", "a"}).text);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RedisTest);

}  // namespace
