// Two nodes that serve one room and know of each other only by the parts that were kept: random
// commands of random people, many of them at the same time, must leave both with the same room, and
// a sound one.
#include <random>

#include "tests/workers/party/room/cinema.h"
#include "workers/party/room/chat.h"
#include "workers/party/room/moderation.h"
#include "workers/party/room/roles.h"

namespace {

using namespace party;
using party::Change;

const std::vector<std::string> names{"anna", "ben", "carl", "dora", "emil", "fay"};

// All parts of a room, by name.
std::map<std::string, std::string> parts_of(const Room& room) {
    std::vector<std::string> keys{"about", "settings", "playback", "queue",
                                  "poll",  "bans",     "invites",  "knocks"};
    for (const auto& [id, seat] : room.seats) keys.push_back("m:" + id);
    for (const auto& [id, link] : room.links) keys.push_back("l:" + id);
    for (const auto& [id, message] : room.chat) keys.push_back("c:" + id);
    std::map<std::string, std::string> parts;
    for (const auto& key : keys) parts[key] = room.part(key);
    return parts;
}

void require_same(const std::string& when, const Room& one, const Room& other) {
    auto expected = parts_of(one), found = parts_of(other);
    for (const auto& [name, text] : expected) {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(when + ", " + name, text, found[name]);
    }
    CPPUNIT_ASSERT_EQUAL_MESSAGE(when, expected.size(), found.size());
}

// What Redis keeps: which parts each command left, one after the other.
struct Kept {
    std::vector<std::pair<std::string, std::string>> parts;
    std::int64_t events = 0;
};
using Log = std::vector<Kept>;

struct Node {
    Room room;
    std::size_t known = 0;  // entries of the log

    void catch_up(const Log& log) {
        for (; known < log.size(); ++known) {
            for (const auto& [name, text] : log[known].parts) room.put_part(name, text);
            room.version += log[known].events;
        }
    }
};

using Step = std::function<void(Room&, const Act&, Change&)>;

class Two {
  public:
    explicit Two(unsigned seed) : dice_(seed), name_("seed " + std::to_string(seed)) {
        nodes_[0].room.about.id = nodes_[1].room.about.id = "party_x";
        Create wanted;
        wanted.settings.capacity = 5;
        wanted.settings.control = "everyone";
        carry_out(0, "anna", step(create, wanted));
        settle();
    }

    void play_on(int steps) {
        for (int i = 0; i < steps && !ended_; ++i) {
            now_ += below(3) == 0 ? below(30'000) : below(300);
            if (below(4) == 0) tick();
            // Both nodes decide by what they know; the second learns of the first afterwards.
            auto first = below(2);
            bool together = below(3) == 0;
            command(first);
            if (together && !ended_) command(1 - first);
            settle();
        }
    }

  private:
    std::size_t below(std::size_t count) {
        return std::uniform_int_distribution<std::size_t>{0, count - 1}(dice_);
    }
    std::string someone() { return names[below(names.size())]; }

    Act act_of(const std::string& name) {
        Act act;
        act.now = now_;
        act.random = std::to_string(dice_());
        if (name.empty()) return act;
        auto& connection = connections_[name];
        if (connection.empty()) connection = name + "-0";
        act.person.user = act.person.profile = act.person.name = name;
        act.person.device.id = name;
        act.person.connection = connection;
        act.member = member_id("party_x", act.person);
        return act;
    }
    std::string id_of(const std::string& name) {
        Person person;
        person.user = person.profile = person.device.id = name;
        return member_id("party_x", person);
    }
    std::string message() {
        const auto& chat = nodes_[0].room.chat;
        if (chat.empty()) return "none";
        auto found = chat.begin();
        std::advance(found, below(chat.size()));
        return found->first;
    }
    std::string item() {
        const auto& items = nodes_[0].room.queue.items;
        return items.empty() ? "none" : items[below(items.size())].id;
    }

    template <class Body>
    static Step step(void (*command)(Room&, const Act&, const Body&, Change&), Body body = {}) {
        return
            [=](Room& room, const Act& act, Change& change) { command(room, act, body, change); };
    }

    Step presence() {
        auto name = someone();
        switch (below(5)) {
            case 0:
                return step(leave);
            case 1:
                return step(lost, Lost{connections_[name]});
            case 2:
                return returned;
            default:
                return step(join);
        }
    }
    Step order() {
        Removal removal;
        removal.member = id_of(someone());
        switch (below(9)) {
            case 0:
                return step(kick, removal);
            case 1:
                return step(mute, Mute{id_of(someone()), static_cast<int>(below(3))});
            case 2:
                return step(lock, Lock{below(4) == 0});
            case 3:
                return step(host, Host{id_of(someone())});
            case 4:
                return step(role, Role{id_of(someone()), below(2) ? "cohost" : "viewer"});
            case 5:
                return step(rename, Rename{someone()});
            case 6:
                return step(admit, Admit{id_of(someone()), below(2) == 0, {}});
            case 7:
                return step(invite_create);
            default:
                return step(update, wishes());
        }
    }
    Wishes wishes() {
        Wishes wishes;
        if (below(2)) wishes.approval = below(4) == 0;
        if (below(2)) wishes.auto_host = below(4) != 0;
        if (below(2)) wishes.capacity = 3 + static_cast<int>(below(4));
        return wishes;
    }
    Step talk() {
        switch (below(6)) {
            case 0:
                return step(react, React{message(), "\xf0\x9f\x91\x8d", below(3) != 0});
            case 1:
                return step(chat_delete, MessageId{message()});
            case 2:
                return step(chat_pin, Pin{message(), below(2) == 0});
            case 3:
                return below(10) ? step(announce, Announce{"hear"}) : step(chat_clear);
            default:
                return step(chat, Chat{"text " + std::to_string(dice_()), {}, {}});
        }
    }
    Step watch() {
        Moment moment;
        if (below(2)) moment.position_ms = static_cast<double>(below(600'000));
        switch (below(7)) {
            case 0:
                return step(pause, moment);
            case 1: {
                MediaChange change;
                change.media = film("Alien", 600'000);
                return step(media, change);
            }
            case 2:
                return step(ready,
                            Ready{nodes_[0].room.version, nodes_[0].room.playback.media_seq, 9'000,
                                  static_cast<double>(nodes_[0].room.playback.anchor_ms)});
            case 3: {
                Buffering buffering;
                buffering.buffering = below(2) == 0;
                return step(party::buffering, buffering);
            }
            case 4: {
                Seek seek;
                seek.position_ms = static_cast<double>(below(600'000));
                return step(party::seek, seek);
            }
            default:
                return step(play, moment);
        }
    }
    Step choose() {
        QueueAdd add;
        add.items = {film("Brazil", 300'000)};
        switch (below(6)) {
            case 0:
                return step(queue_next);
            case 1:
                return step(vote, Vote{item(), below(3) != 0});
            case 2:
                return step(vote_skip, VoteSkip{below(3) != 0});
            case 3:
                return step(queue_remove, QueueRemove{item()});
            default:
                return step(queue_add, add);
        }
    }

    void command(std::size_t node) {
        auto name = someone();
        switch (below(6)) {
            case 0:
                return carry_out(node, name, order());
            case 1:
                return carry_out(node, name, talk());
            case 2:
                return carry_out(node, name, watch());
            case 3:
                return carry_out(node, name, choose());
            default:
                if (below(6) == 0) connections_[name] = name + "-" + std::to_string(dice_());
                return carry_out(node, name, presence());
        }
    }

    void tick() {
        static const std::map<std::string, Step> ticks{
            {"members", tick_members}, {"barrier", tick_barrier}, {"buffering", tick_buffering},
            {"advance", tick_advance}, {"start", tick_start},     {"poll", tick_poll}};
        for (const auto& [kind, run] : ticks) {
            bool due = alarms_[kind] != 0 && alarms_[kind] <= now_;
            if (!due && below(10) != 0) continue;
            if (due) alarms_[kind] = 0;
            carry_out(below(2), "", run);
            settle();
        }
    }

    // As the node and Redis do it: what was decided on an old room counts only when it commutes.
    void carry_out(std::size_t node, const std::string& name, const Step& step) {
        auto act = act_of(name);
        for (int attempt = 0; attempt < 2 && !ended_; ++attempt) {
            auto decided = nodes_[node].room;
            Change change;
            try {
                step(decided, act, change);
            } catch (const Failure&) {
                return;
            }
            bool current = nodes_[node].known == log_.size();
            if (current || change.commutes) return keep(node, decided, change, current);
            nodes_[node].catch_up(log_);
        }
    }

    void keep(std::size_t node, const Room& decided, const Change& change, bool current) {
        auto members = nodes_[0].room.seats.size();
        Kept kept{{}, static_cast<std::int64_t>(change.events.size())};
        for (const auto& name : change.parts) kept.parts.emplace_back(name, decided.part(name));
        log_.push_back(kept);
        for (const auto& event : change.events) parse_json(event.data);
        for (const auto& alarm : change.alarms) alarms_[alarm.kind] = alarm.at;
        nodes_[node].catch_up(log_);
        if (current) require_same(name_ + ": not all was touched", decided, nodes_[node].room);
        check(nodes_[node].room, members, change);
        ended_ = change.ends_room;
    }

    void settle() {
        for (auto& node : nodes_) node.catch_up(log_);
        require_same(name_, nodes_[0].room, nodes_[1].room);
        CPPUNIT_ASSERT_EQUAL(nodes_[0].room.version, nodes_[1].room.version);
    }

    void check(const Room& room, std::size_t before, const Change& change) {
        auto where = name_ + ", version " + std::to_string(room.version);
        bool connected = false;
        std::string hosts;
        for (const auto& [id, seat] : room.seats) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(where, id, seat.member.id);
            CPPUNIT_ASSERT_MESSAGE(where, seat.connection.empty() == (seat.gone_since != 0));
            connected = connected || seat.gone_since == 0;
            if (seat.member.role == "host") hosts += id;
        }
        CPPUNIT_ASSERT_EQUAL_MESSAGE(where, room.about.host, hosts);
        if (room.settings.auto_host && connected) CPPUNIT_ASSERT_MESSAGE(where, !hosts.empty());
        auto capacity = static_cast<std::size_t>(room.settings.capacity);
        CPPUNIT_ASSERT_MESSAGE(where, room.seats.size() <= std::max(capacity, before));
        const auto& playback = room.playback;
        CPPUNIT_ASSERT_EQUAL_MESSAGE(where, playback.status == "waiting",
                                     playback.wait.has_value());
        if (playback.wait) {
            for (const auto& id : playback.wait->missing) CPPUNIT_ASSERT(room.seat(id));
        }
        if (room.seats.empty()) CPPUNIT_ASSERT_MESSAGE(where, playback.status != "playing");
        CPPUNIT_ASSERT_MESSAGE(where, room.chat.size() <= 200);
        if (auto version = at(change.answer, "snapshot.ver"); version.integer != 0) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(where, room.version, version.integer);
        }
    }

    std::mt19937 dice_;
    std::string name_;
    Node nodes_[2];
    Log log_;
    std::map<std::string, Millis> alarms_;
    std::map<std::string, std::string> connections_;
    Millis now_ = 1'732'147'200'000;
    bool ended_ = false;
};

class PartyTogetherTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyTogetherTest);
    CPPUNIT_TEST(two_nodes_agree_whatever_people_do_at_once);
    CPPUNIT_TEST_SUITE_END();

    void two_nodes_agree_whatever_people_do_at_once() {
        for (unsigned seed = 1; seed <= 12; ++seed) Two(seed).play_on(150);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PartyTogetherTest);

}  // namespace
