// Rooms in Redis: what applying does, what is published of it, what is loaded and what was missed.
#include "workers/party/redis/rooms.h"

#include <map>

#include "tests/workers/party/redis/two_nodes.h"

namespace {

using namespace party;
using std::chrono::seconds;
using Kind = Applied::Kind;

class PartyRoomStoreTest : public TwoNodes {
    CPPUNIT_TEST_SUITE(PartyRoomStoreTest);
    CPPUNIT_TEST(makes_a_room_once);
    CPPUNIT_TEST(changes_only_what_is_there);
    CPPUNIT_TEST(gives_consecutive_versions);
    CPPUNIT_TEST(refuses_an_old_version_or_epoch);
    CPPUNIT_TEST(takes_any_version_when_none_is_expected);
    CPPUNIT_TEST(answers_a_repeated_command_as_before);
    CPPUNIT_TEST(publishes_what_was_applied);
    CPPUNIT_TEST(publishes_parts_without_events);
    CPPUNIT_TEST(publishes_words);
    CPPUNIT_TEST(loads_what_was_applied);
    CPPUNIT_TEST(loads_nothing_of_an_unknown_room);
    CPPUNIT_TEST(forgets_a_room_after_its_time);
    CPPUNIT_TEST(tells_what_was_missed);
    CPPUNIT_TEST(tells_nothing_rather_than_a_part);
    CPPUNIT_TEST(begins_a_new_stream_with_a_new_epoch);
    CPPUNIT_TEST_SUITE_END();

    void makes_a_room_once() {
        auto made = apply(making("r"));
        CPPUNIT_ASSERT(made.kind == Kind::done && made.version == 0 && made.epoch == "e1");
        CPPUNIT_ASSERT(apply(making("r")).kind == Kind::gone);
    }
    void changes_only_what_is_there() {
        CPPUNIT_ASSERT(apply(changing("r")).kind == Kind::gone);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, one({"DBSIZE"}).integer);
    }
    void gives_consecutive_versions() {
        auto wanted = making("r");
        wanted.events = two_events_;
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, apply(wanted).version);
        auto changed = apply(changing("r"));
        CPPUNIT_ASSERT(changed.kind == Kind::done && changed.version == 4 && changed.epoch == "e1");
    }
    void refuses_an_old_version_or_epoch() {
        make("r");
        auto wanted = changing("r");
        wanted.expected.emplace(0, 0);
        wanted.parts = {{"queue", "{}"}};
        wanted.alarms = {{"wait", now}};
        CPPUNIT_ASSERT(apply(wanted).kind == Kind::done);
        wanted.parts = {{"queue", R"({"mode":"vote"})"}};
        wanted.alarms = {{"other", now}};
        wanted.answers = {{"x", "{}"}};
        auto refused = apply(wanted);
        CPPUNIT_ASSERT(refused.kind == Kind::conflict && refused.version == 2 &&
                       refused.epoch == "e1");
        CPPUNIT_ASSERT_EQUAL(std::string{"{}"}, one({"HGET", "p:{r}", "queue"}).text);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, one({"XLEN", "p:{r}:s"}).integer);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, one({"ZCARD", "p:dl"}).integer);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, one({"EXISTS", "p:{r}:cmd:x"}).integer);
        wanted.expected.emplace(2, 1);
        wanted.epoch = "e0";
        CPPUNIT_ASSERT(apply(wanted).kind == Kind::conflict);
        wanted.epoch = "e1";
        CPPUNIT_ASSERT(apply(wanted).kind == Kind::done);
    }
    void takes_any_version_when_none_is_expected() {
        make("r");
        for (std::int64_t version : {2, 4, 6}) {
            CPPUNIT_ASSERT_EQUAL(version, apply(changing("r")).version);
        }
    }
    void answers_a_repeated_command_as_before() {
        make("r");
        auto wanted = changing("r");
        wanted.expected.emplace(0, 0);
        wanted.answers = {{"7f", "{}"}, {"8a", R"({"msgId":"1"})"}};
        CPPUNIT_ASSERT(apply(wanted).kind == Kind::done);
        wanted.answers = {{"8a", "another"}, {"9b", "{}"}};
        auto repeated = apply(wanted);
        CPPUNIT_ASSERT(repeated.kind == Kind::duplicate && repeated.version == 2);
        CPPUNIT_ASSERT_EQUAL(std::string{R"({"msgId":"1"})"}, repeated.answer);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, one({"XLEN", "p:{r}:s"}).integer);
        for (auto key : {"p:{r}:cmd:7f", "p:{r}:cmd:8a"}) {
            CPPUNIT_ASSERT(stays_for(key) > 60 && stays_for(key) <= 120);
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, one({"EXISTS", "p:{r}:cmd:9b"}).integer);
    }
    void publishes_what_was_applied() {
        make("r");
        listen("r");
        auto wanted = changing("r");
        wanted.parts = {{"queue", R"({"mode":"vote \"|\" \\"})"}, {"l:ana", ""}};
        apply(wanted);
        CPPUNIT_ASSERT(heard(1));
        const auto& bulletin = ana_->heard[0];
        CPPUNIT_ASSERT(bulletin.version == 2 && bulletin.epoch == "e1" && bulletin.says.empty());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, bulletin.events.size());
        CPPUNIT_ASSERT(bulletin.events[1].type == "party:b" &&
                       bulletin.events[1].data == R"({"n":2})");
        CPPUNIT_ASSERT((bulletin.parts == wanted.parts));
    }
    void publishes_parts_without_events() {
        make("r");
        listen("r");
        auto wanted = changing("r");
        wanted.events.clear();
        wanted.parts = {{"m:ana", "{}"}};
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, apply(wanted).version);
        CPPUNIT_ASSERT(heard(1) && ana_->heard[0].version == 0 && ana_->heard[0].events.empty());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, ana_->heard[0].parts.size());
    }
    void publishes_words() {
        listen("r");
        ana_->store.say("r", "e1", {{"party:typing", R"({"on":true})"}, {"party:emotes", "[1.5]"}});
        CPPUNIT_ASSERT(heard(1));
        const auto& bulletin = ana_->heard[0];
        CPPUNIT_ASSERT(bulletin.version == 0 && bulletin.epoch == "e1" && bulletin.events.empty());
        CPPUNIT_ASSERT(bulletin.says.size() == 2 && bulletin.says[0].type == "party:typing" &&
                       bulletin.says[1].data == "[1.5]");
    }
    void loads_what_was_applied() {
        auto room = a_room("r");
        auto wanted = making("r");
        wanted.events = two_events_;
        for (auto part : {"about", "settings", "m:ana", "m:bea"}) {
            wanted.parts.emplace_back(part, room.part(part));
        }
        apply(wanted);
        auto loaded = load("r");
        CPPUNIT_ASSERT(loaded && loaded->version == 2 && loaded->epoch == "e1");
        for (auto part : {"about", "settings", "m:ana", "m:bea"}) {
            CPPUNIT_ASSERT_EQUAL(room.part(part), loaded->part(part));
        }
        wanted = changing("r");
        wanted.parts = {{"m:bea", ""}};
        apply(wanted);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, load("r")->seats.size());
    }
    void loads_nothing_of_an_unknown_room() { CPPUNIT_ASSERT(!load("nowhere")); }
    void forgets_a_room_after_its_time() {
        auto wanted = making("r");
        wanted.events = two_events_;
        wanted.ttl = seconds{100};
        apply(wanted);
        for (auto key : {"p:{r}", "p:{r}:s"}) {
            CPPUNIT_ASSERT(stays_for(key) > 50 && stays_for(key) <= 100);
        }
        wanted = changing("r");
        wanted.ttl = seconds{5000};
        apply(wanted);
        apply(changing("r"));
        for (auto key : {"p:{r}", "p:{r}:s"}) CPPUNIT_ASSERT(stays_for(key) > 4000);
    }
    void tells_what_was_missed() {
        make("r");
        CPPUNIT_ASSERT(missed("r", "e1", 0).complete);
        for (int i = 0; i < 3; ++i) apply(changing("r"));
        auto events = missed("r", "e1", 3);
        CPPUNIT_ASSERT(events.complete && events.version == 6 && events.events.size() == 3);
        CPPUNIT_ASSERT(events.events[0].first == 4 && events.events[0].second.type == "party:b" &&
                       events.events[0].second.data == R"({"n":2})");
        auto none = missed("r", "e1", 6);
        CPPUNIT_ASSERT(none.complete && none.events.empty() && none.version == 6);
    }
    void tells_nothing_rather_than_a_part() {
        make("r");
        for (int i = 0; i < 100; ++i) apply(changing("r"));
        CPPUNIT_ASSERT(missed("r", "e1", 0).complete);
        for (auto& [epoch, after] : std::map<std::string, std::int64_t>{{"e2", 0}, {"e1", 201}}) {
            CPPUNIT_ASSERT(!missed("r", epoch, after).complete);
        }
        apply(changing("r"));
        auto too_many = missed("r", "e1", 1);
        CPPUNIT_ASSERT(!too_many.complete && too_many.events.empty() && too_many.version == 202);
        CPPUNIT_ASSERT(missed("r", "e1", 2).complete);
        std::vector<Event> long_event{{"party:a", '"' + std::string(100'000, 'x') + '"'}};
        auto wanted = changing("r");
        wanted.events = long_event;
        apply(wanted);
        CPPUNIT_ASSERT(missed("r", "e1", 202).complete);
        apply(wanted);
        CPPUNIT_ASSERT(!missed("r", "e1", 202).complete);
        one({"XDEL", "p:{r}:s", "204-0"});
        CPPUNIT_ASSERT(!missed("r", "e1", 203).complete);
        CPPUNIT_ASSERT(!missed("nowhere", "e1", 0).complete);
    }
    void begins_a_new_stream_with_a_new_epoch() {
        make("r");
        apply(changing("r"));
        one({"DEL", "p:{r}"});
        auto wanted = making("r");
        wanted.epoch = "e2";
        wanted.events = two_events_;
        auto made = apply(wanted);
        CPPUNIT_ASSERT(made.kind == Kind::done && made.version == 2 && made.epoch == "e2");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, one({"XLEN", "p:{r}:s"}).integer);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PartyRoomStoreTest);

}  // namespace
