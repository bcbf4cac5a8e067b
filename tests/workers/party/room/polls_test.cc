// Questions to the party.
#include "workers/party/room/polls.h"

#include "tests/workers/party/room/cinema.h"

namespace {

using namespace party;

class PartyPollsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyPollsTest);
    CPPUNIT_TEST(counts_one_vote_for_each_member);
    CPPUNIT_TEST(has_one_open_at_a_time);
    CPPUNIT_TEST(closes_by_itself);
    CPPUNIT_TEST(refuses_what_is_not_there);
    CPPUNIT_TEST(lets_only_those_ask_and_vote_who_may);
    CPPUNIT_TEST_SUITE_END();

    static PollCreate question() { return {"What next?", {"Alien", "Cars", "Heat"}, 60}; }

    static std::string ask(Cinema& cinema) {
        cinema.tell("anna", poll_create, question());
        return cinema.room.poll->id;
    }

    static std::vector<std::int64_t> counts(const party::Change& change) {
        std::vector<std::int64_t> counts;
        for (const auto& count : at(data_of(change, "party:poll"), "counts").list) {
            counts.push_back(count.integer);
        }
        return counts;
    }

    void counts_one_vote_for_each_member() {
        Cinema cinema;
        auto id = ask(cinema);
        cinema.tell("ben", poll_vote, PollVote{id, 0});
        cinema.tell("carla", poll_vote, PollVote{id, 2});
        auto change = cinema.tell("ben", poll_vote, PollVote{id, 2});
        CPPUNIT_ASSERT(counts(change) == (std::vector<std::int64_t>{0, 0, 2}));
        CPPUNIT_ASSERT(cinema.tell("ben", poll_vote, PollVote{id, 2}).events.empty());
    }

    void has_one_open_at_a_time() {
        Cinema cinema;
        auto id = ask(cinema);
        CPPUNIT_ASSERT_EQUAL(std::string{"duplicate"},
                             cinema.refusal("anna", poll_create, question()));
        auto change = cinema.tell("anna", poll_close, PollClose{id});
        CPPUNIT_ASSERT(!at(data_of(change, "party:poll"), "open").boolean);
        CPPUNIT_ASSERT(cinema.room.part("poll").empty());
        CPPUNIT_ASSERT(ask(cinema) != id);
    }

    void closes_by_itself() {
        Cinema cinema;
        auto id = ask(cinema);
        cinema.wait(59'999);
        CPPUNIT_ASSERT(cinema.room.poll);
        cinema.wait(1);
        CPPUNIT_ASSERT(!cinema.room.poll);
        CPPUNIT_ASSERT_EQUAL(std::string{"target_not_found"},
                             cinema.refusal("ben", poll_vote, PollVote{id, 0}));
    }

    void refuses_what_is_not_there() {
        Cinema cinema;
        auto id = ask(cinema);
        CPPUNIT_ASSERT_EQUAL(std::string{"bad_request"},
                             cinema.refusal("ben", poll_vote, PollVote{id, 3}));
        CPPUNIT_ASSERT_EQUAL(std::string{"bad_request"},
                             cinema.refusal("ben", poll_vote, PollVote{id, -1}));
        CPPUNIT_ASSERT_EQUAL(std::string{"target_not_found"},
                             cinema.refusal("ben", poll_vote, PollVote{"v_other", 0}));
        CPPUNIT_ASSERT_EQUAL(std::string{"target_not_found"},
                             cinema.refusal("anna", poll_close, PollClose{"v_other"}));
    }

    void lets_only_those_ask_and_vote_who_may() {
        Cinema cinema;
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"},
                             cinema.refusal("ben", poll_create, question()));
        auto id = ask(cinema);
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"},
                             cinema.refusal("ben", poll_close, PollClose{id}));
        cinema.seat("carla").member.role = "viewer";
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"},
                             cinema.refusal("carla", poll_vote, PollVote{id, 0}));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PartyPollsTest);

}  // namespace
