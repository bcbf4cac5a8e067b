// The order of the queue, whatever is done to it.
#include "workers/party/room/order.h"

#include <algorithm>
#include <random>

#include "tests/workers/party/room/queued.h"

namespace {

using namespace party;

class PartyOrderTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyOrderTest);
    CPPUNIT_TEST(tells_long_lists_by_their_differences);
    CPPUNIT_TEST(agrees_with_a_simple_model);
    CPPUNIT_TEST_SUITE_END();

    // What a client makes of its list and a difference.
    static std::vector<std::string> applied(std::vector<std::string> list,
                                            const std::string& told) {
        for (const auto& removed : at(told, "removed").list) std::erase(list, removed.text);
        for (const auto& added : at(told, "added").list) {
            auto place = std::min<std::size_t>(
                static_cast<std::size_t>(added.find("toIndex")->integer), list.size());
            list.insert(list.begin() + static_cast<std::ptrdiff_t>(place),
                        added.find("item")->find("itemId")->text);
        }
        const auto order = at(told, "order").list;
        if (order.empty()) return list;
        CPPUNIT_ASSERT_EQUAL(list.size(), order.size());
        for (std::size_t i = 0; i < order.size(); ++i) list[i] = order[i].text;
        return list;
    }

    static std::vector<std::string> ids(const Queue& queue) {
        std::vector<std::string> ids;
        for (const auto& item : queue.items) ids.push_back(item.id);
        return ids;
    }

    void tells_long_lists_by_their_differences() {
        auto cinema = cinema_of({});
        add(cinema, std::vector<std::string>(20, "A"));
        add(cinema, std::vector<std::string>(20, "B"));
        std::mt19937 random(11);
        for (int i = 0; i < 200; ++i) {
            auto before = ids(cinema.room.queue);
            auto some = before[random() % before.size()];
            party::Change change;
            switch (random() % 5) {
                case 0:
                    change = cinema.tell("anna", queue_shuffle, QueueShuffle{});
                    break;
                case 1:
                    change = cinema.tell("anna", queue_remove, QueueRemove{some});
                    break;
                case 2:
                    change = cinema.tell("anna", queue_move,
                                         QueueMove{some, static_cast<Millis>(random() % 60), {}});
                    break;
                case 3:
                    change = cinema.tell("anna", queue_next, QueueNext{"q_other"});
                    break;
                default:
                    if (before.size() > 150) break;
                    change =
                        cinema.tell("anna", queue_add, QueueAdd{{film("C"), film("D")}, "next"});
            }
            if (change.events.empty() || cinema.room.queue.items.size() <= 30) continue;
            auto told = data_of(change, "party:queue");
            CPPUNIT_ASSERT(applied(before, told) == ids(cinema.room.queue));
            CPPUNIT_ASSERT_EQUAL(cinema.room.queue.version, at(told, "fromQver").integer + 1);
        }
    }

    // A list of titles and the place in it, as somebody would explain `manual` on paper.
    struct Model {
        std::string titles, current;
        std::size_t behind() const { return current.empty() ? 0 : titles.find(current) + 1; }
        void remove(std::size_t index) {
            bool is_current = titles.substr(index, 1) == current;
            if (is_current) current = index > 0 ? titles.substr(index - 1, 1) : "";
            titles.erase(index, 1);
        }
        void move(std::size_t from, std::size_t to) {
            char title = titles[from];
            titles.erase(from, 1);
            titles.insert(std::min(to, titles.size()), 1, title);
        }
    };

    static void add_to_both(Cinema& cinema, Model& model, bool at_end, char title) {
        model.titles.insert(at_end ? model.titles.size() : model.behind(), 1, title);
        add(cinema, {std::string(1, title)}, at_end ? "end" : "next");
    }

    static void go_on_in_both(Cinema& cinema, Model& model) {
        bool more = model.behind() < model.titles.size();
        if (more) model.current = model.titles.substr(model.behind(), 1);
        auto refused = more ? "" : "no_media";
        CPPUNIT_ASSERT_EQUAL(std::string{refused}, cinema.refusal("anna", queue_next, QueueNext{}));
        if (!more) return;
        next(cinema);
        CPPUNIT_ASSERT_EQUAL(model.current, playing(cinema));
    }

    static void arrange_both(Cinema& cinema, Model& model, std::mt19937& random) {
        auto size = model.titles.size();
        if (size == 0) return;
        auto which = random() % size;
        auto id = cinema.room.queue.items[which].id;
        if (random() % 2) {
            model.remove(which);
            cinema.tell("anna", queue_remove, QueueRemove{id});
        } else {
            auto to = random() % (size + 2);
            model.move(which, to);
            cinema.tell("anna", queue_move, QueueMove{id, static_cast<Millis>(to), {}});
        }
    }

    void agrees_with_a_simple_model() {
        for (unsigned seed = 1; seed <= 40; ++seed) {
            std::mt19937 random(seed);
            auto cinema = cinema_of({});
            Model model;
            char fresh = 'A';
            for (int step = 0; step < 60; ++step) {
                auto dice = random() % 5;
                if (dice == 0 && fresh <= 'z') add_to_both(cinema, model, random() % 2, fresh++);
                if (dice == 1 || dice == 2) arrange_both(cinema, model, random);
                if (dice > 2) go_on_in_both(cinema, model);
                CPPUNIT_ASSERT_EQUAL(model.titles, titles(cinema.room.queue));
            }
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PartyOrderTest);

}  // namespace
