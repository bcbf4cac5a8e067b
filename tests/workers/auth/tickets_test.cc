// Tickets for the watch party's socket: what the party worker finds, how long, and for whom.
#include <cppunit/extensions/HelperMacros.h>

#include <optional>

#include "common/crypto/digest.h"
#include "tests/workers/auth/front_door.h"

namespace {

class AuthTickets : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AuthTickets);
    CPPUNIT_TEST(says_what_the_token_says);
    CPPUNIT_TEST(is_kept_for_half_a_minute);
    CPPUNIT_TEST(is_another_each_time);
    CPPUNIT_TEST(is_for_who_is_signed_in);
    CPPUNIT_TEST_SUITE_END();

    std::optional<FrontDoor> door;

    Answered issue(const std::string& token) { return door->post("../ws/ticket", "{}", token); }
    static std::string key(const std::string& ticket) { return "ws:ticket:" + hex(sha256(ticket)); }
    RedisReply one(const RedisCommand& command) {
        return door->house.redis.ask({command})->front();
    }

  public:
    void setUp() override { door.emplace(); }
    void tearDown() override { door.reset(); }

    void says_what_the_token_says() {
        auto ida = door->newcomer("ida");
        auto answer = issue(ida.access);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 200, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{30}, answer.number("expires_in"));
        CPPUNIT_ASSERT_EQUAL(std::string{"no-store"}, answer.header("Cache-Control"));
        auto kept = parse_json(one({"GETDEL", key(answer.text("ticket"))}).text);
        auto token = door->house.tokens.read(ida.access, door->now);
        CPPUNIT_ASSERT_EQUAL(ida.id, kept.find("user")->text);
        CPPUNIT_ASSERT_EQUAL(token.session.text(), kept.find("session")->text);
        CPPUNIT_ASSERT_EQUAL(token.issued.time_since_epoch().count(), kept.find("issued")->integer);
        CPPUNIT_ASSERT_EQUAL(token.expires.time_since_epoch().count() / 1'000'000,
                             kept.find("expires")->integer);
        CPPUNIT_ASSERT_EQUAL(std::string{"user"}, kept.find("role")->text);
        CPPUNIT_ASSERT_EQUAL(std::string{"family"}, kept.find("plan")->text);
        CPPUNIT_ASSERT_EQUAL(std::string{"en"}, kept.find("language")->text);
        CPPUNIT_ASSERT(kept.find("profile")->kind == JsonValue::Kind::null);
    }

    void is_kept_for_half_a_minute() {
        auto ticket = issue(door->newcomer("ida").access).text("ticket");
        auto ttl = one({"TTL", key(ticket)}).integer;
        CPPUNIT_ASSERT(ttl > 0 && ttl <= 30);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, one({"EXISTS", "ws:ticket:" + ticket}).integer);
    }

    void is_another_each_time() {
        auto ida = door->newcomer("ida");
        CPPUNIT_ASSERT(issue(ida.access).text("ticket") != issue(ida.access).text("ticket"));
    }

    void is_for_who_is_signed_in() { CPPUNIT_ASSERT_EQUAL(401, issue("").status); }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AuthTickets);

}  // namespace
