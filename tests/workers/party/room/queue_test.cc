// What comes next, and who says so.
#include "workers/party/room/queue.h"

#include <algorithm>
#include <set>

#include "common/json/read.h"
#include "tests/workers/party/room/queued.h"

namespace {

using namespace party;

class PartyQueueTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyQueueTest);
    CPPUNIT_TEST(adds_at_the_end_or_next);
    CPPUNIT_TEST(has_room_for_200);
    CPPUNIT_TEST(takes_one_to_twenty_in_a_call);
    CPPUNIT_TEST(goes_along_the_list);
    CPPUNIT_TEST(goes_on_once_however_many_ask);
    CPPUNIT_TEST(lets_everybody_go_on_when_it_is_over);
    CPPUNIT_TEST(goes_on_by_itself);
    CPPUNIT_TEST(goes_on_paused_if_wished);
    CPPUNIT_TEST(loops);
    CPPUNIT_TEST(takes_what_most_voted_for);
    CPPUNIT_TEST(waits_with_suggestions_until_they_are_accepted);
    CPPUNIT_TEST(skips_when_half_of_the_active_want_it);
    CPPUNIT_TEST(finds_its_place_after_other_media);
    CPPUNIT_TEST(keeps_its_place_when_the_current_item_is_removed);
    CPPUNIT_TEST(lets_members_remove_their_own_only);
    CPPUNIT_TEST(refuses_a_move_in_an_older_list);
    CPPUNIT_TEST(passes_over_what_is_not_for_kids);
    CPPUNIT_TEST_SUITE_END();

    void adds_at_the_end_or_next() {
        auto cinema = cinema_of({"A", "B"});
        add(cinema, {"C", "D"}, "next");
        CPPUNIT_ASSERT_EQUAL(std::string{"CDAB"}, titles(cinema.room.queue));
        next(cinema);
        add(cinema, {"E"}, "next");
        CPPUNIT_ASSERT_EQUAL(std::string{"CEDAB"}, titles(cinema.room.queue));
        cinema.seat("carla").member.role = "viewer";
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"},
                             cinema.refusal("carla", queue_add, QueueAdd{{film("F")}, {}}));
        add(cinema, {"F"}, "end", "ben");
        cinema.tell("anna", queue_mode, QueueMode{"dj"});
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"},
                             cinema.refusal("ben", queue_add, QueueAdd{{film("G")}, {}}));
    }

    void has_room_for_200() {
        auto cinema = cinema_of({});
        for (int i = 0; i < 10; ++i) add(cinema, std::vector<std::string>(20, "A"));
        CPPUNIT_ASSERT_EQUAL(most_items, cinema.room.queue.items.size());
        std::set<std::string> ids;
        for (const auto& item : cinema.room.queue.items) ids.insert(item.id);
        CPPUNIT_ASSERT_EQUAL(most_items, ids.size());
        CPPUNIT_ASSERT_EQUAL(std::string{"queue_full"},
                             cinema.refusal("anna", queue_add, QueueAdd{{film("B")}, {}}));
        CPPUNIT_ASSERT_EQUAL(std::string{"queue_full"},
                             cinema.refusal("ben", queue_suggest, QueueSuggest{film("B")}));
    }

    void takes_one_to_twenty_in_a_call() {
        auto sent = [](std::size_t count) {
            std::string items;
            for (std::size_t i = 0; i < count; ++i) {
                items += std::string(i ? "," : "") + R"({"title":"A"})";
            }
            return read_body<QueueAdd>(R"({"items":[)" + items + "]}").items.size();
        };
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, sent(1));
        CPPUNIT_ASSERT_EQUAL(std::size_t{20}, sent(20));
        CPPUNIT_ASSERT_THROW(sent(0), Failure);
        CPPUNIT_ASSERT_THROW(sent(21), Failure);
    }

    void goes_along_the_list() {
        auto cinema = cinema_of({"A", "B"});
        CPPUNIT_ASSERT_EQUAL(std::string{"no_media"},
                             cinema.refusal("anna", queue_previous, QueuePrevious{}));
        auto change = cinema.tell("anna", queue_next, QueueNext{});
        CPPUNIT_ASSERT_EQUAL(std::string{"party:queue party:state"}, types(change));
        CPPUNIT_ASSERT_EQUAL(std::string{"A"}, playing(cinema));
        CPPUNIT_ASSERT_EQUAL(std::string{"playing"}, cinema.status());
        next(cinema);
        CPPUNIT_ASSERT_EQUAL(std::string{"B"}, playing(cinema));
        CPPUNIT_ASSERT_EQUAL(std::string{"no_media"},
                             cinema.refusal("anna", queue_next, QueueNext{}));
        cinema.tell("anna", queue_previous, QueuePrevious{});
        CPPUNIT_ASSERT_EQUAL(std::string{"A"}, playing(cinema));
    }

    void goes_on_once_however_many_ask() {
        auto cinema = cinema_of({"A", "B", "C"});
        auto first = next(cinema);
        auto second = next(cinema, {first});
        for (int i = 0; i < 3; ++i) {
            auto change = cinema.tell("anna", queue_next, QueueNext{first});
            CPPUNIT_ASSERT(change.events.empty() && change.parts.empty());
            CPPUNIT_ASSERT_EQUAL(second, at(change.answer, "currentId").text);
        }
        CPPUNIT_ASSERT_EQUAL(std::string{"B"}, playing(cinema));
    }

    void lets_everybody_go_on_when_it_is_over() {
        auto cinema = cinema_of({"A", "B"});
        auto first = next(cinema);
        cinema.wait(58'000);
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"},
                             cinema.refusal("ben", queue_next, QueueNext{first}));
        cinema.wait(1000);
        cinema.tell("ben", queue_next, QueueNext{first});
        CPPUNIT_ASSERT_EQUAL(std::string{"B"}, playing(cinema));
        cinema.wait(58'000);
        CPPUNIT_ASSERT_EQUAL(std::string{"playing"}, cinema.status());
    }

    void goes_on_by_itself() {
        auto cinema = cinema_of({"A", "B"});
        next(cinema);
        cinema.wait(60'299);
        CPPUNIT_ASSERT_EQUAL(std::string{"A"}, playing(cinema));
        cinema.wait(1);
        CPPUNIT_ASSERT_EQUAL(std::string{"B"}, playing(cinema));
        CPPUNIT_ASSERT_EQUAL(std::string{}, cinema.room.playback.by);
        cinema.wait(10'300);
        cinema.pause("anna");
        cinema.wait(3'600'000);
        CPPUNIT_ASSERT_EQUAL(Millis{10'300}, cinema.room.position(cinema.now));
        cinema.tell("anna", party::rate, Rate{2, {}});
        cinema.play("anna");
        cinema.wait(300 + 24'849);
        CPPUNIT_ASSERT_EQUAL(std::string{"playing"}, cinema.status());
        cinema.wait(1);
        CPPUNIT_ASSERT_EQUAL(std::string{"paused"}, cinema.status());
    }

    void goes_on_paused_if_wished() {
        auto cinema = cinema_of({"A", "B"});
        cinema.room.settings.start_paused_on_next = true;
        next(cinema);
        CPPUNIT_ASSERT_EQUAL(std::string{"paused"}, cinema.status());
        CPPUNIT_ASSERT_EQUAL(std::string{"A"}, playing(cinema));
    }

    void loops() {
        auto cinema = cinema_of({"A", "B"});
        cinema.tell("anna", queue_mode, QueueMode{"loop"});
        std::string seen;
        for (int i = 0; i < 5; ++i) {
            next(cinema);
            seen += playing(cinema);
        }
        CPPUNIT_ASSERT_EQUAL(std::string{"ABABA"}, seen);
    }

    void takes_what_most_voted_for() {
        Cinema cinema = cinema_of({});
        auto ids = add(cinema, {"A", "B", "C", "D"});
        cinema.tell("anna", queue_mode, QueueMode{"vote"});
        cinema.tell("ben", vote, Vote{ids[3], true});
        auto change = cinema.tell("carla", vote, Vote{ids[2], true});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, at(change.events[0].data, ids[2]).integer);
        change = cinema.tell("anna", vote, Vote{ids[2], true});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, at(change.events[0].data, ids[2]).integer);
        CPPUNIT_ASSERT(cinema.tell("anna", vote, Vote{ids[2], true}).events.empty());
        std::string seen;
        for (int i = 0; i < 4; ++i) {
            next(cinema);
            seen += playing(cinema);
        }
        CPPUNIT_ASSERT_EQUAL(std::string{"CDAB"}, seen);
        CPPUNIT_ASSERT_EQUAL(std::string{"target_not_found"},
                             cinema.refusal("ben", vote, Vote{"q_other", true}));
    }

    void waits_with_suggestions_until_they_are_accepted() {
        auto cinema = cinema_of({"A"});
        for (const char* title : {"B", "C", "D", "E", "F"}) {
            cinema.tell("ben", queue_suggest, QueueSuggest{film(title)});
        }
        CPPUNIT_ASSERT_EQUAL(std::string{"queue_full"},
                             cinema.refusal("ben", queue_suggest, QueueSuggest{film("G")}));
        CPPUNIT_ASSERT_EQUAL(std::string{"duplicate"},
                             cinema.refusal("carla", queue_suggest, QueueSuggest{film("A")}));
        next(cinema);
        CPPUNIT_ASSERT_EQUAL(std::string{"no_media"},
                             cinema.refusal("anna", queue_next, QueueNext{}));
        auto fourth = cinema.room.queue.items[3].id;
        cinema.tell("anna", queue_move, QueueMove{fourth, 3, {}});
        CPPUNIT_ASSERT_EQUAL(fourth, next(cinema));
        cinema.tell("anna", queue_mode, QueueMode{"vote"});
        auto last = cinema.room.queue.items[5].id;
        cinema.tell("carla", vote, Vote{last, true});
        CPPUNIT_ASSERT_EQUAL(last, next(cinema));
    }

    void skips_when_half_of_the_active_want_it() {
        auto cinema = cinema_of({"A", "B"});
        cinema.join_all({"dora", "emil"});
        next(cinema);
        cinema.seat("emil").member.role = "viewer";
        cinema.seat("dora").member.status = "away";
        auto change = cinema.tell("ben", vote_skip, VoteSkip{true});
        auto told = data_of(change, "party:vote_skip");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, at(told, "count").integer);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, at(told, "needed").integer);
        cinema.tell("ben", vote_skip, VoteSkip{false});
        cinema.tell("carla", vote_skip, VoteSkip{true});
        CPPUNIT_ASSERT_EQUAL(std::string{"A"}, playing(cinema));
        cinema.tell("ben", vote_skip, VoteSkip{true});
        CPPUNIT_ASSERT_EQUAL(std::string{"B"}, playing(cinema));
        CPPUNIT_ASSERT(cinema.room.queue.skip_votes.empty());
        CPPUNIT_ASSERT_EQUAL(std::string{"no_media"},
                             cinema.refusal("ben", vote_skip, VoteSkip{true}));
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"},
                             cinema.refusal("emil", vote_skip, VoteSkip{true}));
    }

    void finds_its_place_after_other_media() {
        auto cinema = cinema_of({"A", "B", "C"});
        next(cinema);
        auto change = cinema.show(film("Inception", 60'000));
        CPPUNIT_ASSERT(at(data_of(change, "party:queue"), "currentId").kind ==
                       JsonValue::Kind::null);
        cinema.wait(61'000);
        CPPUNIT_ASSERT_EQUAL(std::string{"B"}, playing(cinema));
    }

    void keeps_its_place_when_the_current_item_is_removed() {
        auto cinema = cinema_of({"A", "B", "C"});
        next(cinema);
        auto second = next(cinema);
        cinema.tell("anna", queue_remove, QueueRemove{second});
        CPPUNIT_ASSERT_EQUAL(std::string{"B"}, playing(cinema));
        CPPUNIT_ASSERT(!cinema.room.queue.current);
        next(cinema);
        CPPUNIT_ASSERT_EQUAL(std::string{"C"}, playing(cinema));
        cinema.tell("anna", queue_clear, QueueClear{});
        CPPUNIT_ASSERT_EQUAL(std::string{"C"}, playing(cinema));
        CPPUNIT_ASSERT(cinema.tell("anna", queue_clear, QueueClear{}).events.empty());
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"},
                             cinema.refusal("ben", queue_clear, QueueClear{}));
    }

    void lets_members_remove_their_own_only() {
        auto cinema = cinema_of({"A"});
        cinema.tell("ben", queue_suggest, QueueSuggest{film("B")});
        auto theirs = cinema.room.queue.items[0].id, own = cinema.room.queue.items[1].id;
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"},
                             cinema.refusal("ben", queue_remove, QueueRemove{theirs}));
        cinema.tell("ben", queue_remove, QueueRemove{own});
        CPPUNIT_ASSERT_EQUAL(std::string{"A"}, titles(cinema.room.queue));
        CPPUNIT_ASSERT_EQUAL(std::string{"target_not_found"},
                             cinema.refusal("anna", queue_remove, QueueRemove{own}));
    }

    void refuses_a_move_in_an_older_list() {
        auto cinema = cinema_of({"A", "B", "C"});
        auto last = cinema.room.queue.items[2].id;
        auto version = cinema.room.queue.version;
        cinema.tell("anna", queue_move, QueueMove{last, 0, version});
        CPPUNIT_ASSERT_EQUAL(std::string{"CAB"}, titles(cinema.room.queue));
        CPPUNIT_ASSERT_EQUAL(std::string{"stale_version"},
                             cinema.refusal("anna", queue_move, QueueMove{last, 1, version}));
        CPPUNIT_ASSERT_EQUAL(std::string{"not_allowed"},
                             cinema.refusal("ben", queue_move, QueueMove{last, 1, {}}));
        cinema.tell("anna", queue_move, QueueMove{last, 900, {}});
        CPPUNIT_ASSERT_EQUAL(std::string{"ABC"}, titles(cinema.room.queue));
    }

    void passes_over_what_is_not_for_kids() {
        auto cinema = cinema_of({"A", "B"});
        cinema.room.queue.items[1].media.rating = "G";
        cinema.room.settings.kids_safe = true;
        next(cinema);
        CPPUNIT_ASSERT_EQUAL(std::string{"B"}, playing(cinema));
        CPPUNIT_ASSERT_EQUAL(std::string{"media_not_allowed"},
                             cinema.refusal("anna", queue_add, QueueAdd{{film("C")}, {}}));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PartyQueueTest);

}  // namespace
