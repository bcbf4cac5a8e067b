// Who may come in: counting, revocation, entitlements, and what happens without Redis.
#include "common/cache/rate_limit.h"

#include <cppunit/extensions/HelperMacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/cache/redis.h"
#include "common/cache/revocations.h"
#include "tests/support/redis_server.h"

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds window{900};

class RateLimitTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RateLimitTest);
    CPPUNIT_TEST(counts_down_and_refuses);
    CPPUNIT_TEST(counts_by_cost);
    CPPUNIT_TEST(counts_each_visitor_alone);
    CPPUNIT_TEST(does_not_push_the_window);
    CPPUNIT_TEST(opens_again_after_the_window);
    CPPUNIT_TEST(repairs_a_counter_without_an_end);
    CPPUNIT_TEST(lets_the_unlimited_in);
    CPPUNIT_TEST(asks_once_for_everything);
    CPPUNIT_TEST(tells_a_revoked_session_and_does_not_count_it);
    CPPUNIT_TEST(tells_tokens_from_before_a_revocation);
    CPPUNIT_TEST(puts_an_entitlement_over_the_token);
    CPPUNIT_TEST(brings_a_remembered_answer_even_when_limited);
    CPPUNIT_TEST(admits_exactly_the_limit_to_eight_processes);
    CPPUNIT_TEST_SUITE_END();

    Redis redis{shared_redis(), seconds{2}};
    RateLimit limit{redis, window, 4};
    Revocations revocations{redis};
    Visit visit{.who = "", .user = Uuid::make(), .session = Uuid::make(), .issued = system_now()};

  public:
    void setUp() override { visit.who = "u:" + visit.user->text(); }

  private:
    std::string key() const { return "rl:{" + visit.who + "}"; }

    void counts_down_and_refuses() {
        visit.limit = 3;
        for (std::int64_t left : {2, 1, 0}) {
            auto verdict = limit.admit(visit);
            CPPUNIT_ASSERT(verdict.redis_answered && !verdict.limited && !verdict.revoked);
            CPPUNIT_ASSERT_EQUAL(left, verdict.remaining);
            CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, verdict.limit);
            CPPUNIT_ASSERT(verdict.reset > milliseconds{0} && verdict.reset <= window);
        }
        auto verdict = limit.admit(visit);
        CPPUNIT_ASSERT(verdict.limited && verdict.remaining == 0 && verdict.reset <= window);
    }
    void counts_by_cost() {
        visit.limit = 10;
        visit.cost = 7;
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, limit.admit(visit).remaining);
        auto refused = limit.admit(visit);
        CPPUNIT_ASSERT(refused.limited && refused.remaining == 3);
        visit.cost = 3;
        CPPUNIT_ASSERT(!limit.admit(visit).limited);
    }
    void counts_each_visitor_alone() {
        visit.limit = 1;
        auto other = visit;
        other.who = "ip:" + visit.user->text();
        CPPUNIT_ASSERT(!limit.admit(visit).limited && !limit.admit(other).limited);
        CPPUNIT_ASSERT(limit.admit(visit).limited && limit.admit(other).limited);
    }
    void does_not_push_the_window() {
        visit.limit = 2;
        limit.admit(visit);
        redis.ask({{"PEXPIRE", key(), "5000"}});
        CPPUNIT_ASSERT(limit.admit(visit).reset <= milliseconds{5000});
        CPPUNIT_ASSERT(limit.admit(visit).limited &&
                       limit.admit(visit).reset <= milliseconds{5000});
    }
    void opens_again_after_the_window() {
        visit.limit = 1;
        limit.admit(visit);
        CPPUNIT_ASSERT(limit.admit(visit).limited);
        redis.ask({{"PEXPIREAT", key(), "1"}});
        CPPUNIT_ASSERT(!limit.admit(visit).limited);
    }
    void repairs_a_counter_without_an_end() {
        visit.limit = 5;
        redis.ask({{"SET", key(), "999"}});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{4}, limit.admit(visit).remaining);
        CPPUNIT_ASSERT(redis.ask({{"PTTL", key()}})->front().integer > 0);
    }
    void lets_the_unlimited_in() {
        visit.limit = -1;
        auto verdict = limit.admit(visit);
        CPPUNIT_ASSERT(verdict.redis_answered && !verdict.limited && verdict.limit == -1);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, redis.ask({{"EXISTS", key()}})->front().integer);
    }
    void asks_once_for_everything() {
        limit.admit(visit);
        auto trips = redis.effort().trips;
        visit.remembered = "idem:" + visit.user->text();
        limit.admit(visit);
        CPPUNIT_ASSERT_EQUAL(trips + 1, redis.effort().trips);
    }
    void tells_a_revoked_session_and_does_not_count_it() {
        CPPUNIT_ASSERT(revocations.session(*visit.session, *visit.user, seconds{60}));
        auto verdict = limit.admit(visit);
        CPPUNIT_ASSERT(verdict.redis_answered && verdict.revoked && !verdict.limited);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, redis.ask({{"EXISTS", key()}})->front().integer);
        visit.session = Uuid::make();
        CPPUNIT_ASSERT(!limit.admit(visit).revoked);
    }
    void tells_tokens_from_before_a_revocation() {
        auto moment = visit.issued;
        CPPUNIT_ASSERT(revocations.user(*visit.user, moment, seconds{60}));
        CPPUNIT_ASSERT(!limit.admit(visit).revoked);
        visit.issued = moment - std::chrono::microseconds{1};
        CPPUNIT_ASSERT(limit.admit(visit).revoked);
        visit.issued = moment + std::chrono::microseconds{1};
        CPPUNIT_ASSERT(!limit.admit(visit).revoked);
    }
    void puts_an_entitlement_over_the_token() {
        CPPUNIT_ASSERT(revocations.entitlement(*visit.user, 500, seconds{60}));
        auto verdict = limit.admit(visit);
        CPPUNIT_ASSERT(verdict.limit == 500 && verdict.remaining == 499);
        CPPUNIT_ASSERT(revocations.entitlement(*visit.user, 1, seconds{60}));
        verdict = limit.admit(visit);
        CPPUNIT_ASSERT(verdict.limited && verdict.limit == 1 && verdict.remaining == 0);
        CPPUNIT_ASSERT(revocations.entitlement(*visit.user, -1, seconds{60}));
        CPPUNIT_ASSERT(!limit.admit(visit).limited);
    }
    void brings_a_remembered_answer_even_when_limited() {
        visit.limit = 1;
        visit.remembered = "idem:" + visit.user->text();
        CPPUNIT_ASSERT(!limit.admit(visit).answer);
        CPPUNIT_ASSERT(limit.remember(visit.remembered, "201 done", seconds{60}));
        auto verdict = limit.admit(visit);
        CPPUNIT_ASSERT(verdict.limited && verdict.answer == "201 done");
        visit.limit = -1;
        CPPUNIT_ASSERT(limit.admit(visit).answer == "201 done");
        CPPUNIT_ASSERT(revocations.session(*visit.session, *visit.user, seconds{60}));
        CPPUNIT_ASSERT(!limit.admit(visit).answer);
    }

    // How many of a hundred visits one process gets through; 255 for any trouble.
    [[noreturn]] static void visit_a_hundred_times(const std::string& address, const Visit& visit) {
        Redis redis{address, seconds{10}};
        RateLimit limit{redis, window, 8};
        int admitted = 0;
        for (int i = 0; i < 100; ++i) {
            auto verdict = limit.admit(visit);
            if (!verdict.redis_answered) _exit(255);
            admitted += !verdict.limited;
        }
        _exit(admitted);
    }
    void admits_exactly_the_limit_to_eight_processes() {
        visit.limit = 137;
        auto address = shared_redis();
        for (int i = 0; i < 8; ++i) {
            if (fork() == 0) visit_a_hundred_times(address, visit);
        }
        int admitted = 0;
        for (int i = 0; i < 8; ++i) {
            int status = 0;
            CPPUNIT_ASSERT(wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) <= 100);
            admitted += WEXITSTATUS(status);
        }
        CPPUNIT_ASSERT_EQUAL(137, admitted);
    }
};

class LocalRateLimitTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LocalRateLimitTest);
    CPPUNIT_TEST(admits_the_share_of_a_process);
    CPPUNIT_TEST(opens_again_after_the_window);
    CPPUNIT_TEST(lets_the_unlimited_in);
    CPPUNIT_TEST(takes_over_when_redis_refuses_to_write);
    CPPUNIT_TEST(says_that_nothing_was_stored);
    CPPUNIT_TEST(stays_small_under_many_visitors);
    CPPUNIT_TEST_SUITE_END();

    Instant now = from_unix(1'800'000'000);
    Redis nowhere{"/nowhere/redis.sock"};
    RateLimit limit{nowhere, window, 4, [this] { return now; }};
    Visit visit{.who = "ip:192.0.2.1", .limit = 10};

    int admitted_of(int visits) {
        int admitted = 0;
        for (int i = 0; i < visits; ++i) admitted += !limit.admit(visit).limited;
        return admitted;
    }
    void admits_the_share_of_a_process() {
        auto first = limit.admit(visit);
        CPPUNIT_ASSERT(!first.redis_answered && !first.revoked);
        CPPUNIT_ASSERT(first.remaining == 2 && first.reset == window);
        CPPUNIT_ASSERT_EQUAL(2, admitted_of(20));
        visit.who = "ip:192.0.2.2";
        CPPUNIT_ASSERT_EQUAL(3, admitted_of(20));
    }
    void opens_again_after_the_window() {
        admitted_of(20);
        now += window - seconds{1};
        CPPUNIT_ASSERT_EQUAL(0, admitted_of(20));
        now += seconds{1};
        CPPUNIT_ASSERT_EQUAL(3, admitted_of(20));
    }
    void lets_the_unlimited_in() {
        visit.limit = -1;
        CPPUNIT_ASSERT_EQUAL(50, admitted_of(50));
    }
    void takes_over_when_redis_refuses_to_write() {
        RedisServer server;
        Redis full{server.address(), seconds{2}};
        RateLimit limit{full, window, 4};
        CPPUNIT_ASSERT(limit.admit(visit).redis_answered);
        full.ask({{"CONFIG", "SET", "maxmemory", "1"}});
        CPPUNIT_ASSERT(!limit.admit(visit).redis_answered);
        CPPUNIT_ASSERT(!limit.remember("a", "b", seconds{1}));
    }
    void says_that_nothing_was_stored() {
        Revocations revocations{nowhere};
        CPPUNIT_ASSERT(!revocations.session(Uuid::make(), Uuid::make(), seconds{1}));
        CPPUNIT_ASSERT(!revocations.user(Uuid::make(), now, seconds{1}));
        CPPUNIT_ASSERT(!revocations.entitlement(Uuid::make(), 1, seconds{1}));
        CPPUNIT_ASSERT(!limit.remember("a", "b", seconds{1}));
    }
    // The first visitor's count is gone once ten thousand others have come, so it is counted anew.
    void stays_small_under_many_visitors() {
        auto first = visit;
        CPPUNIT_ASSERT_EQUAL(3, admitted_of(4));
        for (int i = 0; i < 10'000; ++i) {
            visit.who = "ip:" + std::to_string(i);
            limit.admit(visit);
        }
        visit = first;
        CPPUNIT_ASSERT_EQUAL(3, admitted_of(4));
    }
};

class NormalisedIpTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(NormalisedIpTest);
    CPPUNIT_TEST(keeps_ipv4);
    CPPUNIT_TEST(counts_ipv6_by_the_64);
    CPPUNIT_TEST(unwraps_mapped_ipv4);
    CPPUNIT_TEST(knows_what_is_no_address);
    CPPUNIT_TEST_SUITE_END();

    void keeps_ipv4() { CPPUNIT_ASSERT_EQUAL(std::string{"192.0.2.7"}, normalise_ip("192.0.2.7")); }
    void counts_ipv6_by_the_64() {
        for (auto text : {"2001:db8:1:2::1", "2001:DB8:1:2:ffff:ffff:ffff:ffff",
                          "2001:0db8:0001:0002:0:0:0:0"}) {
            CPPUNIT_ASSERT_EQUAL(std::string{"2001:db8:1:2::/64"}, normalise_ip(text));
        }
        CPPUNIT_ASSERT_EQUAL(std::string{"2001:db8:1:3::/64"}, normalise_ip("2001:db8:1:3::1"));
        CPPUNIT_ASSERT_EQUAL(std::string{"::/64"}, normalise_ip("::1"));
    }
    void unwraps_mapped_ipv4() {
        CPPUNIT_ASSERT_EQUAL(std::string{"192.0.2.7"}, normalise_ip("::ffff:192.0.2.7"));
        CPPUNIT_ASSERT_EQUAL(std::string{"192.0.2.7"}, normalise_ip("::FFFF:c000:207"));
    }
    void knows_what_is_no_address() {
        for (auto text : {"", "192.0.2", "192.0.2.7:80", "[::1]", "fe80::1%eth0", "a\nb"}) {
            CPPUNIT_ASSERT_EQUAL(std::string{"unknown"}, normalise_ip(text));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RateLimitTest);
CPPUNIT_TEST_SUITE_REGISTRATION(LocalRateLimitTest);
CPPUNIT_TEST_SUITE_REGISTRATION(NormalisedIpTest);

}  // namespace
