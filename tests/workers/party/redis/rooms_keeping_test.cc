// What keeps rooms in Redis alive: their time, alarms, codes, lists, and the return after a loss.
#include "tests/workers/party/redis/two_nodes.h"

namespace {

using namespace party;
using std::chrono::seconds;
using Kind = Applied::Kind;

class PartyRoomKeepingTest : public TwoNodes {
    CPPUNIT_TEST_SUITE(PartyRoomKeepingTest);
    CPPUNIT_TEST(brings_a_lost_room_back_once);
    CPPUNIT_TEST(brings_a_room_back_that_fell_behind);
    CPPUNIT_TEST(leaves_a_room_that_is_as_good);
    CPPUNIT_TEST(drops_all_of_a_room);
    CPPUNIT_TEST(keeps_rooms_alive);
    CPPUNIT_TEST(gives_each_alarm_to_one);
    CPPUNIT_TEST(takes_fifty_alarms_at_once);
    CPPUNIT_TEST(claims_codes_for_one_room);
    CPPUNIT_TEST(lists_rooms_that_are_there);
    CPPUNIT_TEST(says_that_redis_is_away);
    CPPUNIT_TEST_SUITE_END();

    void brings_a_lost_room_back_once() {
        server_->kill();
        CPPUNIT_ASSERT(turn_until(*loop_, [this] {
            return !(ana_->link.up() || bea_->link.up() || ana_->channels.up());
        }));
        server_->start();
        CPPUNIT_ASSERT(all_up());
        listen("r");
        CPPUNIT_ASSERT(restore(*ana_, a_room("r", 7), "e2"));
        CPPUNIT_ASSERT(!restore(*bea_, a_room("r", 9), "e3"));
        auto room = load("r");
        CPPUNIT_ASSERT(room && room->version == 8 && room->epoch == "e2");
        CPPUNIT_ASSERT_EQUAL(a_room("r").part("settings"), room->part("settings"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, room->seats.size());
        CPPUNIT_ASSERT(heard(1) && ana_->heard[0].version == 8 && ana_->heard[0].epoch == "e2");
        CPPUNIT_ASSERT_EQUAL(std::string{"r"}, one({"GET", "p:code:CODEr"}).text);
        CPPUNIT_ASSERT(one({"ZSCORE", "p:public", "r"}).kind == RedisReply::Kind::text);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10}, apply(changing("r")).version);
        CPPUNIT_ASSERT(missed("r", "e2", 8).complete);
    }
    void brings_a_room_back_that_fell_behind() {
        make("r");
        apply(changing("r"));
        one({"HSET", "p:{r}", "c:stale", "{}"});
        CPPUNIT_ASSERT(restore(*ana_, a_room("r", 5), "e2"));
        auto room = load("r");
        CPPUNIT_ASSERT(room && room->version == 6 && room->epoch == "e2" && room->chat.empty());
        CPPUNIT_ASSERT(!missed("r", "e1", 2).complete);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{8}, apply(changing("r")).version);
    }
    void leaves_a_room_that_is_as_good() {
        make("r");
        apply(changing("r"));
        CPPUNIT_ASSERT(!restore(*ana_, a_room("r", 2), "e2"));
        CPPUNIT_ASSERT_EQUAL(std::string{"e1"}, load("r")->epoch);
    }
    void drops_all_of_a_room() {
        auto room = a_room("r");
        room.invites.push_back({.token = "t", .code = "INVITE"});
        make("r");
        apply(changing("r"));
        restore(*ana_, a_room("r", 5), "e2");
        ana_->store.claim_code("INVITE", "r", seconds{60}, [](bool, bool) {});
        ana_->store.drop("r", room);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, one({"DBSIZE"}).integer);
    }
    void keeps_rooms_alive() {
        auto wanted = making("r");
        wanted.ttl = seconds{10};
        apply(wanted);
        apply(changing("r"));
        ana_->store.renew("r", seconds{900});
        CPPUNIT_ASSERT(stays_for("p:{r}") > 800 && stays_for("p:{r}:s") > 800);
    }
    std::vector<DueAlarm> due(Node& node, Millis at) {
        return brought<std::vector<DueAlarm>>(
            *loop_, [&](auto done) { node.store.due(at, std::move(done)); });
    }
    void gives_each_alarm_to_one() {
        auto wanted = making("r");
        wanted.alarms = {{"wait", now + 100}, {"host", now + 200}, {"vote:x|y", now + 100}};
        apply(wanted);
        wanted = changing("r");
        wanted.alarms = {{"host", 0}};
        apply(wanted);
        CPPUNIT_ASSERT(due(*ana_, now + 99).empty());
        auto first = due(*ana_, now + 300), second = due(*bea_, now + 300);
        CPPUNIT_ASSERT(first.size() == 2 && second.empty());
        CPPUNIT_ASSERT(first[0].room == "r" && first[0].kind == "vote:x|y");
        CPPUNIT_ASSERT(first[1].kind == "wait");
        ana_->store.set_alarm("r", {"wait", now + 400});
        ana_->store.set_alarm("r", {"wait", now + 500});
        CPPUNIT_ASSERT(due(*bea_, now + 450).empty());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, due(*bea_, now + 500).size());
        ana_->store.set_alarm("r", {"wait", now});
        ana_->store.set_alarm("r", {"wait", 0});
        CPPUNIT_ASSERT(due(*bea_, now + 500).empty());
    }
    void takes_fifty_alarms_at_once() {
        for (int i = 0; i < 70; ++i) ana_->store.set_alarm("r" + std::to_string(i), {"k", now});
        CPPUNIT_ASSERT_EQUAL(std::size_t{50}, due(*ana_, now).size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{20}, due(*ana_, now).size());
    }
    std::optional<std::string> holder(const std::string& code) {
        using Found = std::pair<std::optional<std::string>, bool>;
        auto found = brought<Found>(*loop_, [&](auto done) {
            ana_->store.find_code(code, [done](auto room, bool away) { done({room, away}); });
        });
        CPPUNIT_ASSERT(!found.second);
        return found.first;
    }
    bool claim(const std::string& code, const std::string& room) {
        return brought<bool>(*loop_, [&](auto done) {
            ana_->store.claim_code(code, room, seconds{60},
                                   [done](bool claimed, bool) { done(claimed); });
        });
    }
    void claims_codes_for_one_room() {
        CPPUNIT_ASSERT(!holder("K7QX92MD"));
        CPPUNIT_ASSERT(claim("K7QX92MD", "r") && claim("K7QX92MD", "r"));
        CPPUNIT_ASSERT(!claim("K7QX92MD", "s"));
        CPPUNIT_ASSERT(holder("K7QX92MD") == "r");
        ana_->store.release_code("K7QX92MD");
        CPPUNIT_ASSERT(!holder("K7QX92MD") && claim("K7QX92MD", "s"));
    }
    std::vector<std::string> listed(const std::string& list, int from, int count) {
        return brought<std::vector<std::string>>(
            *loop_, [&](auto done) { ana_->store.listed(list, from, count, std::move(done)); });
    }
    void lists_rooms_that_are_there() {
        for (int i = 0; i < 9; ++i) {
            auto room = "r" + std::to_string(i);
            if (i % 3) make(room);
            ana_->store.enlist(room, i < 5 ? "ana" : "bea", i % 2, now + i);
        }
        using Rooms = std::vector<std::string>;
        CPPUNIT_ASSERT((listed("public", 0, 10) == Rooms{"r7", "r5", "r1"}));
        CPPUNIT_ASSERT((listed("public", 1, 1) == Rooms{"r5"}));
        CPPUNIT_ASSERT((listed("of:ana", 0, 2) == Rooms{"r4", "r2"}));
        CPPUNIT_ASSERT((listed("of:ana", 2, 2) == Rooms{"r1"}));
        CPPUNIT_ASSERT(listed("of:cem", 0, 2).empty());
        ana_->store.enlist("r7", "bea", false, now);
        CPPUNIT_ASSERT((listed("public", 0, 10) == Rooms{"r5", "r1"}));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, one({"ZCARD", "p:public"}).integer);
    }
    void says_that_redis_is_away() {
        server_->kill();
        CPPUNIT_ASSERT(turn_until(*loop_, [this] { return !ana_->link.up(); }));
        CPPUNIT_ASSERT(apply(making("r")).kind == Kind::away);
        bool loading_away = false, finding_away = false;
        ana_->store.load("r", [&](auto room, bool away) { loading_away = away && !room; });
        ana_->store.find_code("r", [&](auto room, bool away) { finding_away = away && !room; });
        CPPUNIT_ASSERT(turn_until(*loop_, [&] { return loading_away && finding_away; }));
        CPPUNIT_ASSERT(!missed("r", "e1", 0).complete && due(*ana_, now).empty());
        CPPUNIT_ASSERT(!restore(*ana_, a_room("r", 1), "e2"));
        ana_->store.renew("r", seconds{900});
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PartyRoomKeepingTest);

}  // namespace
