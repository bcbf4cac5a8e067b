// Several nodes at one room: no version is lost or given twice, whatever happens on the way.
#include <map>

#include "common/cache/redis.h"
#include "tests/workers/party/redis/two_nodes.h"

namespace {

using namespace party;
using std::chrono::seconds;
using Kind = Applied::Kind;

class PartyRoomRaceTest : public TwoNodes {
    CPPUNIT_TEST_SUITE(PartyRoomRaceTest);
    CPPUNIT_TEST(never_loses_or_doubles_a_version_between_two_nodes);
    CPPUNIT_TEST(does_a_command_once_whatever_is_lost);
    CPPUNIT_TEST_SUITE_END();

    // Adds one event a time on a version that may be stale, until `left` are through.
    struct Racer {
        RoomStore& store;
        std::vector<Event> events;
        std::pair<std::int64_t, std::int64_t> known{0, 0};
        int left = 0, conflicts = 0;
        std::vector<std::int64_t> given{};

        void go() {
            if (left == 0) return;
            Application wanted{.room = "r", .expected = known, .events = events};
            // Some commute and take whatever version there is.
            if (left % 5 == 0) wanted.expected.reset();
            store.apply(wanted, [this](const Applied& applied) {
                CPPUNIT_ASSERT(applied.kind == Kind::done || applied.kind == Kind::conflict);
                known = {applied.version, applied.revision};
                if (applied.kind == Kind::conflict) {
                    ++conflicts;
                } else {
                    --left;
                    given.push_back(applied.version);
                }
                go();
            });
        }
    };
    void never_loses_or_doubles_a_version_between_two_nodes() {
        make("r");
        listen("r");
        Racer ana{ana_->store, {{"party:a", "1"}}, {0, 0}, 1000};
        Racer bea{bea_->store, {{"party:b", "2"}, {"party:b", "3"}}, {0, 0}, 1000};
        ana.go();
        bea.go();
        CPPUNIT_ASSERT(turn_until(*loop_, [&] { return ana.left + bea.left == 0; }));
        CPPUNIT_ASSERT(ana.conflicts + bea.conflicts > 0);
        CPPUNIT_ASSERT_EQUAL(std::string{"3000"}, one({"HGET", "p:{r}", "ver"}).text);
        CPPUNIT_ASSERT(heard(2000));
        std::map<std::int64_t, std::string> owners;
        for (auto version : ana.given) owners[version] = "party:a";
        for (auto version : bea.given) owners[version] = "party:b";
        CPPUNIT_ASSERT_EQUAL(std::size_t{2000}, owners.size());
        std::int64_t version = 0;
        for (const auto& bulletin : ana_->heard) {
            version += static_cast<std::int64_t>(bulletin.events.size());
            CPPUNIT_ASSERT_EQUAL(version, bulletin.version);
            CPPUNIT_ASSERT_EQUAL(owners.at(version), bulletin.events.back().type);
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3000}, version);
    }
    // Repeats each command until it is told that it was done.
    struct Stubborn {
        RoomStore& store;
        const std::vector<Event>& events;
        std::string name;
        int done = 0, lost = 0, repeated = 0;

        void go() {
            if (done == 500) return;
            Application wanted{.room = "r", .events = events};
            auto id = name + std::to_string(done);
            wanted.answers = {{id, id}};
            store.apply(wanted, [this, id](const Applied& applied) {
                repeated += applied.kind == Kind::duplicate;
                lost += applied.kind == Kind::away;
                done += applied.kind == Kind::done ||
                        (applied.kind == Kind::duplicate && applied.answer == id);
                go();
            });
        }
    };
    void does_a_command_once_whatever_is_lost() {
        make("r");
        Redis killer{server_->address(), seconds{2}};
        Stubborn ana{ana_->store, two_events_, "a"}, bea{bea_->store, two_events_, "b"};
        ana.go();
        bea.go();
        int progress = 0;
        CPPUNIT_ASSERT(turn_until(*loop_, [&] {
            if (ana.done + bea.done >= progress + 200 && progress < 800) {
                progress += 200;
                killer.ask({{"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"}});
            }
            return ana.done + bea.done == 1000;
        }));
        CPPUNIT_ASSERT(ana.lost > 0 && bea.lost > 0);
        CPPUNIT_ASSERT_EQUAL(std::string{"2000"},
                             killer.ask({{"HGET", "p:{r}", "ver"}})->front().text);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PartyRoomRaceTest);

}  // namespace
