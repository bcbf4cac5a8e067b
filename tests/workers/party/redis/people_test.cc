// People on their sockets: who may come in, what they are told, what they missed.
#include "workers/party/redis/people.h"
#include "workers/party/redis/nodes.h"

#include <cppunit/extensions/HelperMacros.h>

#include "common/base/uuid.h"
#include "common/cache/personal.h"
#include "common/cache/revocations.h"
#include "tests/support/redis_server.h"
#include "tests/workers/party/redis/turning.h"

namespace {

using namespace party;
using std::chrono::seconds;
using Kind = Entry::Kind;

constexpr Millis now = 1'800'000'000'000;

class PartyPeopleStoreTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyPeopleStoreTest);
    CPPUNIT_TEST(welcomes_with_what_is_known_of_the_person);
    CPPUNIT_TEST(limits_the_sockets_of_a_user);
    CPPUNIT_TEST(frees_sockets_that_left_or_died);
    CPPUNIT_TEST(frees_sockets_of_a_node_that_is_gone);
    CPPUNIT_TEST(limits_the_connects_of_an_address);
    CPPUNIT_TEST(refuses_the_revoked);
    CPPUNIT_TEST(takes_a_ticket_once);
    CPPUNIT_TEST(keeps_the_personal_stream_where_it_stands);
    CPPUNIT_TEST(tells_personal_events_and_keeps_them);
    CPPUNIT_TEST(hears_what_workers_publish);
    CPPUNIT_TEST(hears_of_revocations);
    CPPUNIT_TEST(keeps_nothing_for_nobody);
    CPPUNIT_TEST(renews_everybody_at_once);
    CPPUNIT_TEST(says_that_redis_is_away);
    CPPUNIT_TEST(knows_its_channels);
    CPPUNIT_TEST_SUITE_END();

    Uuid user_ = Uuid::make(), session_ = Uuid::make();
    std::unique_ptr<Loop> loop_;
    const std::string node = "0123abcd";
    std::unique_ptr<RedisLink> link_;
    std::unique_ptr<RedisChannels> channels_;
    std::unique_ptr<PeopleStore> store_;
    std::unique_ptr<Redis> redis_;
    std::vector<Bulletin> heard_;
    SocketRequest arrival_;

  public:
    void setUp() override {
        loop_ = std::make_unique<Loop>();
        link_ = std::make_unique<RedisLink>(*loop_, shared_redis());
        channels_ = std::make_unique<RedisChannels>(
            *loop_, shared_redis(), "test",
            [this](auto, auto text) { heard_.push_back(*parse_bulletin(text)); });
        store_ = std::make_unique<PeopleStore>(*link_);
        redis_ = std::make_unique<Redis>(shared_redis(), seconds{2});
        CPPUNIT_ASSERT(turn_until(*loop_, [this] { return link_->up() && channels_->up(); }));
        one({"ZADD", nodes_key, std::to_string(now + 900'000), node});
        arrival_.user = user_.text();
        arrival_.session = session_.text();
        arrival_.ip = network() + "1";
        arrival_.now = now;
    }
    void tearDown() override {
        channels_.reset();
        link_.reset();
        loop_.reset();
    }

  private:
    // Nobody else's: addresses are counted.
    static std::string network() {
        auto random = Uuid::make().text();
        return "2001:db8:1" + random.substr(25, 3) + ":1" + random.substr(33, 3) + "::";
    }
    Entry admit(const std::string& connection) {
        arrival_.connection = node + connection;
        return brought<Entry>(*loop_, [&](auto done) { store_->admit(arrival_, std::move(done)); });
    }
    RedisReply one(const RedisCommand& command) { return redis_->ask({command})->front(); }
    std::string key(const std::string& kind) const { return "u:{" + arrival_.user + "}:" + kind; }
    void listen() {
        bool done = false;
        channels_->subscribe(personal_channel(arrival_.user), [&] { done = true; });
        CPPUNIT_ASSERT(turn_until(*loop_, [&] { return done; }));
    }
    bool heard(std::size_t bulletins) {
        return turn_until(*loop_, [&] { return heard_.size() == bulletins; });
    }
    using Position = std::pair<std::string, std::int64_t>;
    Position position() {
        return brought<Position>(*loop_, [&](auto done) {
            store_->position(arrival_.user, [done](auto epoch, auto ver) { done({epoch, ver}); });
        });
    }
    MissedEvents missed(const std::string& epoch, std::int64_t after) {
        return brought<MissedEvents>(*loop_, [&](auto done) {
            store_->events(arrival_.user, epoch, after, std::move(done));
        });
    }

    void welcomes_with_what_is_known_of_the_person() {
        auto first = admit("c1");
        CPPUNIT_ASSERT(first.kind == Kind::welcome && first.person.empty());
        store_->remember(arrival_.user, "", R"({"name":"Ana"})", seconds{60});
        CPPUNIT_ASSERT_EQUAL(std::string{R"({"name":"Ana"})"}, admit("c2").person);
        arrival_.profile = "p1";
        CPPUNIT_ASSERT(admit("c3").person.empty());
        store_->remember(arrival_.user, "p1", R"({"name":"Kid"})", seconds{60});
        CPPUNIT_ASSERT_EQUAL(std::string{R"({"name":"Kid"})"}, admit("c4").person);
        auto ttl = one({"TTL", key("live")}).integer;
        CPPUNIT_ASSERT(ttl > 500 && ttl <= 600);
    }
    void limits_the_sockets_of_a_user() {
        for (auto connection : {"c1", "c2", "c3", "c4", "c5"}) {
            CPPUNIT_ASSERT(admit(connection).kind == Kind::welcome);
        }
        CPPUNIT_ASSERT(admit("c6").kind == Kind::too_many_sockets);
        arrival_.most_sockets = 6;
        CPPUNIT_ASSERT(admit("c6").kind == Kind::welcome);
    }
    void frees_sockets_that_left_or_died() {
        arrival_.most_sockets = 2;
        admit("c1");
        admit("c2");
        store_->leave({arrival_.user, node + "c1"});
        CPPUNIT_ASSERT(admit("c3").kind == Kind::welcome);
        CPPUNIT_ASSERT(admit("c4").kind == Kind::too_many_sockets);
        store_->renew({{arrival_.user, node + "c3"}}, now + 600'000);
        arrival_.now = now + 300'000;
        CPPUNIT_ASSERT(admit("c5").kind == Kind::welcome);
        CPPUNIT_ASSERT(admit("c6").kind == Kind::too_many_sockets);
    }
    void frees_sockets_of_a_node_that_is_gone() {
        arrival_.most_sockets = 2;
        admit("c1");
        admit("c2");
        CPPUNIT_ASSERT(admit("c3").kind == Kind::too_many_sockets);
        one({"ZADD", nodes_key, std::to_string(now - 1), node});
        CPPUNIT_ASSERT(admit("c3").kind == Kind::welcome);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             one({"ZCARD", "ws:conn:{" + arrival_.user + "}"}).integer);
    }
    void limits_the_connects_of_an_address() {
        arrival_.most_a_second = 1;
        admit("c1");
        auto counter = "p:ip:" + arrival_.ip.substr(0, arrival_.ip.size() - 1) + "/64";
        CPPUNIT_ASSERT(one({"PTTL", counter}).integer <= 1000);
        one({"PERSIST", counter});
        arrival_.ip.back() = '2';  // of the same household
        CPPUNIT_ASSERT(admit("c2").kind == Kind::too_fast);
        one({"DEL", counter});
        CPPUNIT_ASSERT(admit("c2").kind == Kind::welcome);
    }
    void refuses_the_revoked() {
        Revocations revocations{*redis_};
        arrival_.issued = now * 1000;
        revocations.user(user_, Instant{std::chrono::microseconds{arrival_.issued}}, seconds{60});
        CPPUNIT_ASSERT(admit("c1").kind == Kind::welcome);
        --arrival_.issued;
        CPPUNIT_ASSERT(admit("c2").kind == Kind::revoked);
        ++arrival_.issued;
        revocations.session(session_, user_, seconds{60});
        CPPUNIT_ASSERT(admit("c3").kind == Kind::revoked);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             one({"ZCARD", "ws:conn:{" + arrival_.user + "}"}).integer);
    }
    void takes_a_ticket_once() {
        auto digest = Uuid::make().text();
        using Ticket = std::pair<std::optional<std::string>, bool>;
        auto take = [&] {
            return brought<Ticket>(*loop_, [&](auto done) {
                store_->take_ticket(digest, [done](auto json, bool away) { done({json, away}); });
            });
        };
        CPPUNIT_ASSERT(!take().first);
        one({"SET", "ws:ticket:" + digest, "{}"});
        auto taken = take();
        CPPUNIT_ASSERT(taken.first == "{}" && !taken.second);
        CPPUNIT_ASSERT(!take().first);
    }
    void keeps_the_personal_stream_where_it_stands() {
        auto begun = position();
        CPPUNIT_ASSERT(!begun.first.empty() && begun.second == 0);
        CPPUNIT_ASSERT(begun == position());
        admit("c1");
        store_->publish(arrival_.user, {"notify:new", "{}"});
        CPPUNIT_ASSERT((position() == Position{begun.first, 1}));
    }
    void tells_personal_events_and_keeps_them() {
        admit("c1");
        auto epoch = position().first;
        listen();
        store_->publish(arrival_.user, {"notify:new", R"({"id":1})"});
        store_->say(arrival_.user, {"epg:now", R"({"id":2})"});
        store_->publish(arrival_.user, {"notify:new", R"({"id":3})"});
        CPPUNIT_ASSERT(heard(3));
        CPPUNIT_ASSERT(heard_[0].version == 1 && heard_[0].epoch == epoch);
        CPPUNIT_ASSERT(heard_[0].events.size() == 1 && heard_[0].events[0].type == "notify:new");
        CPPUNIT_ASSERT(heard_[1].version == 0 && heard_[1].says[0].data == R"({"id":2})");
        CPPUNIT_ASSERT(heard_[2].version == 2);
        auto events = missed(epoch, 1);
        CPPUNIT_ASSERT(events.complete && events.events.size() == 1 && events.version == 2);
        CPPUNIT_ASSERT_EQUAL(std::string{R"({"id":3})"}, events.events[0].second.data);
        CPPUNIT_ASSERT(!missed("another", 1).complete);
    }
    void hears_what_workers_publish() {
        admit("c1");
        listen();
        Personal personal{*redis_};
        for (int i = 0; i < 3; ++i) {
            CPPUNIT_ASSERT(personal.publish(user_, "favorites:changed", R"({"rev":7})"));
        }
        CPPUNIT_ASSERT(heard(3));
        CPPUNIT_ASSERT(heard_[2].version == 3 && heard_[2].events[0].type == "favorites:changed" &&
                       heard_[2].events[0].data == R"({"rev":7})");
    }
    void hears_of_revocations() {
        listen();
        Revocations revocations{*redis_};
        revocations.session(session_, user_, seconds{60});
        revocations.user(user_, Instant{std::chrono::microseconds{42}}, seconds{60});
        revocations.entitlement(user_, -1, seconds{60});
        CPPUNIT_ASSERT(heard(3));
        CPPUNIT_ASSERT(heard_[0].version == 0 && heard_[0].says[0].type == "revoked");
        CPPUNIT_ASSERT_EQUAL("{\"session\":\"" + session_.text() + "\"}", heard_[0].says[0].data);
        CPPUNIT_ASSERT_EQUAL(std::string{R"({"issuedBefore":42})"}, heard_[1].says[0].data);
        CPPUNIT_ASSERT(heard_[2].says[0].type == "account" &&
                       heard_[2].says[0].data == R"({"rateLimit":-1})");
    }
    void keeps_nothing_for_nobody() {
        listen();
        Personal personal{*redis_};
        CPPUNIT_ASSERT(personal.publish(user_, "favorites:changed", "{}"));
        CPPUNIT_ASSERT(redis_->up());
        store_->publish(arrival_.user, {"notify:new", "{}"});
        store_->say(arrival_.user, {"end", "{}"});
        CPPUNIT_ASSERT(heard(1) && heard_[0].says.size() == 1);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, one({"EXISTS", key("m"), key("s")}).integer);
    }
    void renews_everybody_at_once() {
        std::vector<PeopleStore::Presence> people;
        for (int i = 0; i < 250; ++i) people.push_back({Uuid::make().text(), "c"});
        people.push_back({arrival_.user, "c"});
        position();
        one({"EXPIRE", key("m"), "10"});
        store_->renew(people, now + 60'000);
        asked(*loop_, *link_, {"PING"});
        for (const auto& [user, connection] : people) {
            auto score = one({"ZSCORE", "ws:conn:{" + user + "}", "c"});
            CPPUNIT_ASSERT_EQUAL(std::to_string(now + 60'000), score.text);
        }
        CPPUNIT_ASSERT(one({"TTL", key("live")}).integer > 500);
        CPPUNIT_ASSERT(one({"TTL", key("m")}).integer > 500);
    }
    void says_that_redis_is_away() {
        RedisLink nowhere{*loop_, "/nowhere/redis.sock"};
        PeopleStore store{nowhere};
        auto entry = brought<Entry>(*loop_, [&](auto done) { store.admit(arrival_, done); });
        CPPUNIT_ASSERT(entry.kind == Kind::away);
        bool away = false;
        std::string epoch = "?";
        store.take_ticket("x", [&](auto, bool is) { away = is; });
        store.position(arrival_.user, [&](auto none, auto) { epoch = none; });
        store.publish(arrival_.user, {"a", "{}"});
        store.renew({{arrival_.user, "c"}}, now);
        CPPUNIT_ASSERT(turn_until(*loop_, [&] { return away && epoch.empty(); }));
    }
    void knows_its_channels() {
        CPPUNIT_ASSERT_EQUAL(std::string{"x"}, user_of_channel(personal_channel("x")));
        CPPUNIT_ASSERT_EQUAL(std::string{}, user_of_channel(room_channel("x")));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PartyPeopleStoreTest);

}  // namespace
