// A session in its room: how it gets in and out, and what it asks the room to do.
#include "common/json/read.h"
#include "workers/party/node/frames.h"
#include "workers/party/node/records.h"
#include "workers/party/node/session.h"
#include "workers/party/party_sql.h"
#include "workers/party/redis/places.h"
#include "workers/party/room/lifecycle.h"
#include "workers/party/room/presence.h"
#include "workers/party/room/timeline.h"

namespace party {

void Session::released() {
    room_.clear();
    member_.clear();
}

void Session::Caller::whisper(const std::string& type, const std::string& data) {
    session.whisper(type, data);
    auto answer = parse_json(data);
    const auto* allowed = answer.find("allow");
    if (allowed && !allowed->boolean) session.go_from_door();
}

void Session::dismiss(std::uint16_t code, const std::string& reason) {
    released();
    close(code, reason);
}

const Problem& Session::outside() const {
    bool waits = !knocked_.empty() && tools_.clock.now() < knock_ends_;
    return waits ? approval_pending : not_in_room;
}

LiveRoom& Session::room() {
    if (room_.empty()) throw Failure(outside());
    return rooms_.open(room_);
}

Act Session::act() const {
    Act act;
    act.member = member_;
    act.person = identity_.person;
    act.site = tools_.rules.public_url;
    return act;
}

void Session::submit(const Incoming& message, Command command) {
    if (room_.empty()) throw Failure(outside());
    submit_to(room_, message, std::move(command), false, {});
}

void Session::submit_to(const std::string& room, const Incoming& message, Command command,
                        bool makes_room, std::function<void(const Outcome&)> done) {
    auto told = std::make_shared<bool>(false);
    auto run = [command = std::move(command), told](Room& room, const Act& act, Change& change) {
        command(room, act, change);
        *told = !change.events.empty();
    };
    Job job{act(), std::move(run), message.command_id, makes_room, {}};
    Incoming to{message.type, message.id, message.command_id, {}};
    job.done = [self = self(), to = std::move(to), done = std::move(done), told, room,
                connection = connection(), &rooms = rooms_](const Outcome& outcome) {
        // Who went away while coming in is away.
        if (!*self && !outcome.failure) rooms.lose(room, connection);
        if (!*self) return;
        if (done) done(outcome);
        // Who sent no id hears of it by the event. Where there is none, the answer tells.
        bool silent = to.type.empty() || *told || outcome.answer == "{}";
        if (outcome.failure) {
            (*self)->fail(to, *outcome.failure);
        } else if (!to.id.empty() || done || !silent) {
            (*self)->reply(to, outcome.answer);
        }
    };
    rooms_.open(room).submit(std::move(job));
}

void Session::enter(const std::string& room, const std::string& member) {
    if (!room_.empty() && (room_ != room || member_ != member)) leave_room(true);
    go_from_door();
    room_ = room;
    member_ = member;
    auto& live = rooms_.open(room);
    live.attach(member, *this);
    if (!identity_.person.unnamed) remember_place(tools_.redis, identity_.person, room, member);
}

void Session::knock_at(const std::string& room) {
    go_from_door();
    knocked_ = room;
    knock_ends_ = tools_.clock.now() + knock_for;
    rooms_.open(room).let_wait(caller_);
}

void Session::go_from_door() {
    if (auto* live = rooms_.find(knocked_)) live->detach(caller_);
    knocked_.clear();
}

// `tell`: the person goes; else only the connection is gone.
void Session::leave_room(bool tell) {
    go_from_door();
    if (room_.empty()) return;
    auto room = std::exchange(room_, {});
    auto& live = rooms_.open(room);
    live.detach(*this);
    if (tell) {
        live.submit({act(), [](Room& room, const Act& act, Change& change) {
                         leave(room, act, {}, change);
                     }});
    } else {
        rooms_.lose(room, connection());
    }
    member_.clear();
}

void Session::tell_position() {
    auto* live = rooms_.find(room_);
    if (!live || knows_states_) return;
    const auto& room = live->room();
    auto now = tools_.clock.now();
    auto state = view(room, now);
    bool plays = state.status == "playing";
    if (!plays && (state.status != "paused" || state.position_ms == 0)) return;
    PlainCommand command{state.current_time, state.position_ms, state.anchor_server_ms, state.by};
    send(framed(event_text(plays ? "party:play" : "party:pause", room_, room.epoch, room.version,
                           now, Change::json_of(command))));
}

void Session::quit_room() {
    if (auto* live = rooms_.find(room_)) live->detach(*this);
    if (!room_.empty()) {
        tools_.records.note([room = room_, user = Uuid::parse(identity_.person.user)](
                                Database& db) { db.run(sql::end_participation, room, *user); });
    }
    released();
}

}  // namespace party
