// What members hear: events, words to one, and what is repeated or added up for all.
#include <utility>

#include "common/json/read.h"
#include "workers/party/node/alarms.h"
#include "workers/party/node/envelope.h"
#include "workers/party/node/frames.h"
#include "workers/party/node/live_room.h"
#include "workers/party/room/media.h"
#include "workers/party/room/snapshot.h"

namespace party {

namespace {

constexpr std::chrono::milliseconds emotes_together{250};

}  // namespace

namespace {

// What of an event a member may see whose profile must not see all of it; the version is told in
// any case, or the client would take it for lost.
Event fit_for(const Event& event, const Room& room, const Seat& seat, Millis now) {
    bool chat = event.type.starts_with("party:chat") || event.type == "party:reacted";
    if (chat && seat.kids) return {"party:hidden", "{}"};
    if (!hides_media(room, seat)) return event;
    if (event.type == "party:queue") return {"party:hidden", "{}"};
    if (event.type != "party:state") return event;
    return {event.type, Change::json_of(view_without_media(room, now))};
}

bool concerns_children(const std::string& type) {
    return type == "party:state" || type == "party:queue" || type == "party:reacted" ||
           type.starts_with("party:chat");
}

}  // namespace

SharedFrame LiveRoom::frame_of(const Event& event, std::int64_t version) const {
    return framed(
        event_text(event.type, id_, room_.epoch, version, tools_.clock.now(), event.data));
}

void LiveRoom::deliver(const Event& event, std::int64_t version) {
    if (local_.empty()) return;
    auto frame = frame_of(event, version);
    bool delicate = concerns_children(event.type) &&
                    std::any_of(room_.seats.begin(), room_.seats.end(), [&](const auto& one) {
                        return one.second.kids || hides_media(room_, one.second);
                    });
    for (auto& [member, participant] : local_) {
        const auto* seat = delicate ? std::as_const(room_).seat(member) : nullptr;
        if (seat && (seat->kids || hides_media(room_, *seat))) {
            participant->send(frame_of(fit_for(event, room_, *seat, tools_.clock.now()), version));
        } else {
            participant->send(frame);
        }
    }
    if (event.type == "party:state") deliver_to_simple(version);
    if (event.type == "party:ended") release_all();
}

void LiveRoom::release_all() {
    for (auto& [member, participant] : std::exchange(local_, {})) participant->released();
    for (auto& [connection, participant] : std::exchange(waiting_, {})) participant->released();
}

void LiveRoom::deliver_to_simple(std::int64_t version) {
    auto state = view(room_, tools_.clock.now());
    auto type = plain_type(state);
    if (type.empty()) return;
    SharedFrame frame;
    for (auto& [member, participant] : local_) {
        if (participant->knows_states()) continue;
        if (!frame) {
            frame = frame_of({std::string(type), Change::json_of(plain_command(state))}, version);
        }
        participant->send(frame);
    }
}

void LiveRoom::carry_out(const Change& change) {
    for (const auto& word : change.words) whisper(word);
    for (const auto& goodbye : change.goodbyes) {
        JsonWriter data;
        data.begin_object();
        data.key("member"), data.text(goodbye.member);
        data.key("connection"), data.text(goodbye.connection);
        data.key("code"), data.integer(goodbye.code);
        data.key("reason"), data.text(goodbye.reason);
        data.key("node"), data.text(tools_.name);
        data.end_object();
        tools_.rooms.say(id_, room_.epoch, {{"goodbye", data.take()}});
        dismiss(goodbye);
    }
}

Participant* LiveRoom::find(const std::string& member, const std::string& connection) const {
    if (auto at = waiting_.find(connection); at != waiting_.end()) return at->second;
    auto at = local_.find(member);
    bool right =
        at != local_.end() && (connection.empty() || at->second->connection() == connection);
    return right ? at->second : nullptr;
}

void LiveRoom::whisper(const Word& word) {
    if (auto* here = find(word.member, word.connection)) return here->whisper(word.type, word.data);
    JsonWriter data;
    data.begin_object();
    data.key("member"), data.text(word.member);
    data.key("connection"), data.text(word.connection);
    data.key("type"), data.text(word.type);
    data.key("node"), data.text(tools_.name);
    data.key("data"), data.raw(word.data);
    data.end_object();
    tools_.rooms.say(id_, room_.epoch, {{"whisper", data.take()}});
}

void LiveRoom::say(const std::string& type, const std::string& data) {
    tools_.rooms.say(id_, room_.epoch, {{type, data}});
}

namespace {

// A word or a goodbye to one member, as nodes tell it to each other.
struct Directed {
    std::string member, connection, node, type, reason;
    std::int64_t code = 0;
    JsonText data{"{}"};
};

Directed read_directed(const std::string& json) {
    auto value = parse_json(json);
    auto text = [&](const char* name) {
        auto* found = value.find(name);
        return found ? found->text : std::string{};
    };
    Directed result{text("member"), text("connection"), text("node"), text("type"), text("reason")};
    if (auto* code = value.find("code")) result.code = code->integer;
    if (auto* data = value.find("data")) {
        JsonWriter writer;
        write_json(writer, *data);
        result.data.text = writer.take();
    }
    return result;
}

}  // namespace

// What nodes say without a version. What is directed has been carried out here already when it
// comes from here.
void LiveRoom::hear(const Event& say) {
    if (say.type == "goodbye" || say.type == "whisper") {
        auto to = read_directed(say.data);
        if (to.node == tools_.name) return;
        if (say.type == "goodbye") {
            return dismiss(
                {to.member, static_cast<std::uint16_t>(to.code), to.reason, to.connection});
        }
        if (auto* here = find(to.member, to.connection)) here->whisper(to.type, to.data.text);
        return;
    }
    auto frame = framed(word_text(say.type, tools_.clock.now(), say.data), Frame::Kind::ephemeral);
    for (auto& [member, participant] : local_) participant->send(frame);
}

void LiveRoom::dismiss(const Goodbye& goodbye) {
    auto* participant = find(goodbye.member, goodbye.connection);
    if (!participant) return;
    detach(*participant);
    participant->dismiss(goodbye.code, goodbye.reason);
}

void LiveRoom::attach(const std::string& member, Participant& participant) {
    waiting_.erase(participant.connection());
    auto* before = std::exchange(local_[member], &participant);
    if (before && before != &participant) {
        before->dismiss(close_code::replaced, "another connection took this place");
    }
}

// By whatever member it spoke for: nothing of it may stay.
void LiveRoom::detach(const Participant& participant) {
    std::erase_if(local_, [&](const auto& one) {
        if (one.second != &participant) return false;
        drifts_.erase(one.first);
        return true;
    });
    waiting_.erase(participant.connection());
}

void LiveRoom::let_wait(Participant& participant) {
    waiting_[participant.connection()] = &participant;
}

void LiveRoom::resume(const std::string& epoch, std::int64_t version,
                      const std::function<void(const MissedEvents&)>& done, int attempts) {
    tools_.rooms.events(
        id_, epoch, version, [self = self(), epoch, version, done, attempts](MissedEvents missed) {
            if (!*self) return;
            auto& me = **self;
            auto present = me.room_.version;
            // A bulletin may overtake the answer.
            bool overtaken = missed.complete && missed.version < present;
            if (overtaken && attempts > 1) return me.resume(epoch, version, done, attempts - 1);
            std::erase_if(missed.events, [&](const auto& one) { return one.first > present; });
            bool whole =
                missed.events.empty() ? version == present : missed.events.back().first == present;
            missed.complete = missed.complete && whole && epoch == me.room_.epoch;
            missed.version = present;
            done(missed);
        });
}

void LiveRoom::send_snapshot(const std::string& member, Participant& participant) {
    auto data = Change::json_of(snapshot_of(room_, member, room_.version, tools_.clock.now()));
    participant.send(framed(
        event_text("party:snapshot", id_, room_.epoch, room_.version, tools_.clock.now(), data)));
}

void LiveRoom::note_emote(const std::string& emoji) {
    if (emotes_.empty()) {
        emoting_ = tools_.loop.after(emotes_together, [this] {
            JsonWriter data;
            data.begin_object();
            data.key("counts");
            data.begin_object();
            for (const auto& [one, count] : std::exchange(emotes_, {})) {
                data.key(one);
                data.integer(count);
            }
            data.end_object();
            data.end_object();
            say("party:emotes", data.take());
        });
    }
    ++emotes_[emoji];
}

void LiveRoom::note_drift(const std::string& member, double drift_ms) {
    drifts_[member] = drift_ms;
}

}  // namespace party
