// Rooms as they are kept in Redis, for one node. Nothing of a room is kept elsewhere for good; a
// node's copies are for speed, and to bring a room back when Redis has lost it.
//
//   p:{<room>}            hash: ver, epoch, and the parts of the room (room/room.h)
//   p:{<room>}:s          stream of the last events, ids `<version>-0`, fields t (type), d (data)
//   p:{<room>}:c          channel of bulletins
//   p:{<room>}:cmd:<id>   the reply to a command, for two minutes
//   p:dl                  zset of alarms of all rooms: `<room>|<kind>` -> ms; those of a room that
//                         is gone wake nothing up
//   p:code:<CODE>         room id
//   p:public, p:of:<user> zset: room id -> created, ms; rooms that are gone are removed by reading
//
// A bulletin on the channel is `<version>|<epoch>|<events>|<words>|` and texts, each as
// `<bytes>:<text>`: type and data of so many events, then of words that are not kept, then name and
// JSON of parts (empty: gone).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workers/party/redis/link.h"
#include "workers/party/redis/missed.h"
#include "workers/party/room/change.h"

namespace party {

// What is published about a room: a change (version > 0, or only parts), or words without a
// version.
struct Bulletin {
    std::int64_t version = 0;  // after the last of its events
    std::string epoch;
    std::vector<Event> events;
    std::vector<std::pair<std::string, std::string>> parts;  // name, JSON; empty: gone
    std::vector<Event> says;
};
// Nothing for a text of another form. Also reads what common/cache/personal.h publishes.
std::optional<Bulletin> parse_bulletin(std::string_view text);
// The same, but nothing too for what tells events up to this version of this epoch or before: a
// node hears again what it has told itself.
std::optional<Bulletin> parse_news(std::string_view text, std::int64_t version,
                                   std::string_view epoch);

// As text, of words alone.
std::string bulletin_of(std::string_view epoch, const std::vector<Event>& says);

std::string room_channel(std::string_view room);
// The room of a channel's name; empty for other channels.
std::string room_of_channel(std::string_view channel);

struct Application {
    enum class Kind { make, change };  // a room that is not there yet, or one that is
    Kind kind = Kind::change;
    std::string room;
    // Nothing: right whatever others did meanwhile. Else version and revision of the room, and the
    // revision grows by one.
    std::optional<std::pair<std::int64_t, std::int64_t>> expected{};
    // Without `expected`: the revision that the room must have, for what commutes with events like
    // itself but rests on settings, roles and the like.
    std::optional<std::int64_t> judged_at{};
    std::string epoch{};  // of a room that is made; else the one it must have, empty: any
    // Commands that have an id, and what is answered when they come again.
    std::vector<std::pair<std::string, std::string>> answers{};
    std::optional<std::chrono::seconds> ttl{};  // how long the room lives from now on
    std::vector<Event> events{};
    std::vector<std::pair<std::string, std::string>> parts{};
    std::vector<Alarm> alarms{};
};

struct Applied {
    enum class Kind {
        done,
        conflict,   // the version or epoch is another one: `version`, `epoch`
        duplicate,  // the command was done before: `answer`
        gone,       // there is no such room (change), or there is one already (make)
        away        // Redis did not answer; it may have been done
    };
    Kind kind = Kind::away;
    std::int64_t version = 0;  // after the last event
    std::int64_t revision = 0;
    std::string epoch{}, answer{};
};

// Where a room stands; an empty epoch: there is none, or Redis is away.
struct Standing {
    std::int64_t version = 0, revision = 0;
    std::string epoch{};
    bool away = false;
    bool operator==(const Standing&) const = default;
};

struct DueAlarm {
    std::string room, kind;
};

class RoomStore {
  public:
    explicit RoomStore(RedisLink& redis) : redis_(redis) {}

    // All of it or nothing. Events get the versions after the present one; without events the
    // version stays, and the parts are published nevertheless. Redis is told what to do before this
    // returns; applications are carried out in their order.
    void apply(const Application& wanted, std::function<void(Applied)> done);
    // Words to all members of a room on all nodes; nothing is kept.
    void say(const std::string& room, const std::string& epoch, const std::vector<Event>& says);

    // Nothing in the optional: there is no such room; or, with `away`, Redis did not answer.
    void load(const std::string& room, std::function<void(std::optional<Room>, bool away)> done);
    void standing(const std::string& room, std::function<void(Standing)> done);
    void events(const std::string& room, const std::string& epoch, std::int64_t after,
                std::function<void(MissedEvents)> done);
    // Brings a room back that Redis has lost or has an older version of, with a version above both,
    // and with its code and its place in the lists; alarms are the room's business. For when Redis
    // is another than before (RedisLink::on_connected): a room that has ended looks just as lost.
    // The first to come wins; an empty bulletin with the new epoch tells others to load what
    // stands. False also while Redis is away.
    void restore(const Room& room, const std::string& new_epoch, std::chrono::seconds ttl,
                 std::function<void(bool won)> done);
    void drop(const std::string& room, const Room& last);

    // The room lives so long from now on.
    void renew(const std::string& room, std::chrono::seconds ttl);

    // Takes what is due, 50 at most; each alarm goes to one node only.
    void due(Millis now, std::function<void(std::vector<DueAlarm>)> done);
    void set_alarm(const std::string& room, const Alarm& alarm);

    // False: the code belongs to another room.
    void claim_code(const std::string& code, const std::string& room, std::chrono::seconds ttl,
                    std::function<void(bool claimed, bool away)> done);
    void find_code(const std::string& code,
                   std::function<void(std::optional<std::string> room, bool away)> done);
    void release_code(const std::string& code);

    // Lists rooms by who made them and, when they are public, for all. Lists are "public" and
    // "of:<user>", newest first.
    void enlist(const std::string& room, const std::string& owner, bool open_to_all,
                Millis created);
    void listed(const std::string& list, std::int64_t from, std::int64_t count,
                std::function<void(std::vector<std::string> rooms)> done);

  private:
    RedisLink& redis_;
};

}  // namespace party
