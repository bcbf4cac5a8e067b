// A party of named people, for the tests of commands: anna is the host, everybody else comes when
// a test says so. Time stands still until a test moves it.
#pragma once

#include <cppunit/extensions/HelperMacros.h>

#include <map>
#include <string>
#include <vector>

#include "common/json/json.h"
#include "workers/party/room/entry.h"
#include "workers/party/room/ids.h"
#include "workers/party/room/lifecycle.h"
#include "workers/party/room/presence.h"

namespace party {

class Party {
  public:
    explicit Party(const Create& wanted = {}) {
        room.about.id = new_room_id("00");
        room.about.code = new_code("00");
        room.epoch = "k3f9";
        run("anna", create, wanted);
    }

    // Known from the first mention on; a test may change what is known before it comes in.
    Person& person(const std::string& name) {
        auto [found, is_new] = people_.try_emplace(name);
        auto& person = found->second;
        if (!is_new) return person;
        person.user = "user-" + name;
        person.profile = "profile-" + name;
        person.name = name;
        person.device = {"device-" + name, "tv"};
        person.connection = "connection-" + name;
        return person;
    }
    std::string id(const std::string& name) { return member_id(room.about.id, person(name)); }
    Seat& seat(const std::string& name) {
        Seat* found = room.seat(id(name));
        CPPUNIT_ASSERT_MESSAGE(name + " is not in", found);
        return *found;
    }
    bool has(const std::string& name) { return room.seat(id(name)) != nullptr; }

    Act act(const std::string& name) {
        Act act;
        act.now = now;
        act.random = std::to_string(++commands_);
        act.site = "https://tv.example";
        if (!name.empty()) act.person = person(name);
        if (!name.empty()) act.member = id(name);
        return act;
    }

    // Runs a command as the node does: on a copy, which counts only when nothing was thrown. An
    // empty name: by the room itself.
    template <class Body>
    Change run(const std::string& name, void (*command)(Room&, const Act&, const Body&, Change&),
               const Body& body = {}) {
        return carry_out(name, [&](Room& copy, const Act& act, Change& change) {
            command(copy, act, body, change);
        });
    }
    Change run(const std::string& name, void (*command)(Room&, const Act&, Change&)) {
        return carry_out(name, command);
    }
    // The code that a command is refused with; empty when it is not.
    template <class Body>
    std::string refusal(const std::string& name,
                        void (*command)(Room&, const Act&, const Body&, Change&),
                        const Body& body = {}) {
        auto before = room;
        try {
            run(name, command, body);
        } catch (const Failure& failure) {
            return failure.problem().code;
        }
        room = before;
        return "";
    }

    Change join(const std::string& name, const Join& wanted = {}) {
        return run(name, party::join, wanted);
    }
    void join_all(const std::vector<std::string>& names) {
        for (const auto& name : names) join(name);
    }
    Change lose(const std::string& name) { return run("", lost, Lost{person(name).connection}); }
    Change pass(Millis span) {
        now += span;
        return run("", tick_members);
    }

    Room room;
    Millis now = 1'732'147'200'000;

  private:
    template <class Command>
    Change carry_out(const std::string& name, Command command) {
        auto copy = room;
        Change change;
        command(copy, act(name), change);
        room = std::move(copy);
        room.version += static_cast<std::int64_t>(change.events.size());
        return change;
    }

    std::map<std::string, Person> people_;
    std::int64_t commands_ = 0;
};

// "party:user_left party:host_changed": what was told, in its order.
inline std::string types(const Change& change) {
    std::string types;
    for (const auto& event : change.events) types += (types.empty() ? "" : " ") + event.type;
    return types;
}

// The member of a JSON object that stands at "snapshot.settings.title"; a null one if there is
// none.
inline JsonValue at(const std::string& json, std::string_view path) {
    auto value = parse_json(json);
    while (!path.empty()) {
        auto dot = path.find('.');
        const JsonValue* inner = value.find(path.substr(0, dot));
        if (!inner) return {};
        auto deeper = *inner;
        value = std::move(deeper);
        path = dot == path.npos ? std::string_view{} : path.substr(dot + 1);
    }
    return value;
}

inline std::string data_of(const Change& change, std::string_view type) {
    for (const auto& event : change.events) {
        if (event.type == type) return event.data;
    }
    CPPUNIT_FAIL("nobody was told " + std::string(type));
    return "";
}

}  // namespace party
