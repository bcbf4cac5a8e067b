// What one command makes of a room, gathered while the command runs and carried out by the node
// when Redis has accepted it: events to everybody, words to some, parts to keep, moments to wake up
// at.
//
// A command is a function
//     void play(Room& room, const Act& act, const Play& wanted, Change& change);
// It gets a copy of the room, throws Failure to refuse (then nothing of it counts), and may be run
// again on a newer room when another node was quicker.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/write.h"
#include "workers/party/room/room.h"

namespace party {

// Who comes in; known from token, database and handshake.
struct Person {
    std::string user, profile, name;
    std::optional<std::string> avatar;
    bool kids = false;
    std::optional<std::string> max_rating;
    std::int64_t party_size = 10;  // of the plan, when this person makes a room
    Device device;
    bool unnamed = false;  // the device does not say which one it is: its id is new each time
    std::string connection;
    bool admin = false;
};

struct Act {
    std::string member;  // who acts; empty: the room itself, or one who is not in it yet
    Person person;       // of who acts; empty when the room itself does
    Millis now = 0;
    std::string random;  // 16 bytes as hexadecimal digits, new for each command: ids are made of it
    std::string site{};  // "https://host": where clients find the page that links lead to
};

struct Event {
    std::string type, data;  // data is JSON
};

struct Word {  // to one connection; not kept, so lost on one that is away
    std::string member, type, data;
    std::string connection{};  // this one, for who is no member yet
};

struct Goodbye {  // a connection to be closed after what was said to it
    std::string member;
    std::uint16_t code = 1000;
    std::string reason;
    std::string connection;  // this one, also when another speaks for the member by now
};

struct Alarm {  // wake the room at a time; a new one of the same kind replaces the old, 0 removes
                // it
    std::string kind;
    Millis at = 0;
};

class Change {
  public:
    // An ordered event, to all members. The first gets the version after the room's, and so on.
    void tell(std::string type, std::string data) {
        events.push_back({std::move(type), std::move(data)});
    }
    template <HasFields Body>
    void tell(std::string type, const Body& body) {
        tell(std::move(type), json_of(body));
    }
    template <HasFields Body>
    void whisper(std::string member, std::string type, const Body& body) {
        words.push_back({std::move(member), std::move(type), json_of(body)});
    }
    template <HasFields Body>
    void reply(const Body& body) {
        answer = json_of(body);
    }
    // The part is different now (see Room::part) and has to be kept.
    void touch(std::string part);
    void wake(std::string kind, Millis at) { alarms.push_back({std::move(kind), at}); }
    void dismiss(std::string member, std::string connection, std::uint16_t code,
                 std::string reason) {
        goodbyes.push_back({std::move(member), code, std::move(reason), std::move(connection)});
    }
    // The version that the next event gets. Not for commands that commute.
    std::int64_t next_version(const Room& room) const {
        return room.version + static_cast<std::int64_t>(events.size()) + 1;
    }

    template <HasFields Body>
    static std::string json_of(const Body& body) {
        JsonWriter writer;
        write_json(writer, body, View{});
        return writer.take();
    }

    std::vector<Event> events;
    std::vector<Word> words;
    std::vector<Goodbye> goodbyes;
    std::vector<Alarm> alarms;
    std::vector<std::string> parts;  // names, each once
    std::string answer = "{}";       // of the reply to who acts
    bool commutes =
        false;  // right whatever others did meanwhile: only parts of its own are touched
    bool ends_room = false;  // all that is kept goes away
};

using Command = std::function<void(Room&, const Act&, Change&)>;

}  // namespace party
