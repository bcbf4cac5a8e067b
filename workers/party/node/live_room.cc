#include "workers/party/node/live_room.h"

#include <algorithm>

#include "common/base/bytes.h"
#include "common/crypto/digest.h"
#include "common/json/read.h"
#include "workers/party/node/alarms.h"
#include "workers/party/node/envelope.h"
#include "workers/party/room/media.h"
#include "workers/party/room/problems.h"
#include "workers/party/room/snapshot.h"

namespace party {

namespace {

constexpr std::size_t most_jobs = 1000, most_early = 2000;
constexpr int most_attempts = 30;
constexpr std::chrono::milliseconds patience_with_gaps{100}, emotes_together{250};
constexpr std::chrono::seconds idle_ttl{900}, scheduled_ttl{86'400};

}  // namespace

LiveRoom::LiveRoom(Tools& tools, std::string id)
    : tools_(tools), id_(std::move(id)), self_(std::make_shared<LiveRoom*>(this)) {
    open();
}

LiveRoom::~LiveRoom() {
    *self_ = nullptr;
    tools_.channels.unsubscribe(room_channel(id_));
}

// What is published while the room is being loaded must not be missed: subscribe first.
void LiveRoom::open() {
    auto loaded = [self = self()] {
        if (*self) (*self)->load([] {});
    };
    if (!tools_.channels.up()) return load([] {});
    tools_.channels.subscribe(room_channel(id_), [loaded, first = true]() mutable {
        if (std::exchange(first, false)) loaded();
    });
}

void LiveRoom::load(std::function<void()> then) {
    loading_ = true;
    tools_.rooms.load(id_, [self = self(), then](std::optional<Room> found, bool away) {
        if (!*self) return;
        auto& me = **self;
        if (found) me.room_ = *std::move(found);
        me.loading_ = false;
        me.lost_ = away;
        then();
        me.drain();
        me.next();
    });
}

void LiveRoom::submit(Job job) {
    if (jobs_.size() >= most_jobs)
        return refuse(job, Failure(unavailable).retry_after(std::chrono::seconds{1}));
    jobs_.push_back(std::move(job));
    next();
}

void LiveRoom::next() {
    while (!busy_ && !loading_ && !jobs_.empty()) {
        Job job = std::move(jobs_.front());
        jobs_.pop_front();
        run(std::move(job));
    }
}

void LiveRoom::refuse(const Job& job, const Failure& failure) {
    if (job.done) job.done({&failure});
}

void LiveRoom::run(Job job) {
    Room after = room_;
    Change change;
    job.act.now = tools_.clock.now();
    job.act.random = hex(random_bytes(16));
    try {
        if (lost_) throw Failure(unavailable).retry_after(std::chrono::seconds{1});
        if (job.makes_room == room_.exists()) {
            throw Failure(job.makes_room ? conflict : room_not_found);
        }
        job.command(after, job.act, change);
    } catch (const Failure& failure) {
        return refuse(job, failure);
    }
    if (!change.events.empty() || !change.parts.empty() || !change.alarms.empty()) {
        return keep(std::move(job), std::move(after), std::move(change));
    }
    if (job.done) job.done({nullptr, change.answer});
    carry_out(change);
}

void LiveRoom::keep(Job job, Room after, Change change) {
    busy_ = true;
    Application wanted;
    wanted.kind = job.makes_room ? Application::Kind::make : Application::Kind::change;
    wanted.room = id_;
    if (!change.commutes && !job.makes_room) {
        wanted.expected.emplace(room_.version, room_.revision);
    }
    wanted.epoch = job.makes_room ? job.act.random.substr(0, 8) : room_.epoch;
    wanted.command_id = job.command_id;
    wanted.answer = change.answer;
    wanted.ttl = ttl(after);
    for (const auto& name : change.parts) wanted.parts.emplace_back(name, after.part(name));
    wanted.alarms = change.alarms;
    auto events = std::make_shared<const std::vector<Event>>(change.events);
    wanted.events = events.get();
    tools_.rooms.apply(
        std::move(wanted), [self = self(), events, job = std::move(job), after = std::move(after),
                            change = std::move(change)](Applied applied) mutable {
            if (*self)
                (*self)->settle(std::move(job), std::move(after), std::move(change), applied);
        });
}

void LiveRoom::settle(Job job, Room after, Change change, const Applied& applied) {
    busy_ = false;
    using Kind = Applied::Kind;
    switch (applied.kind) {
        case Kind::done: {
            auto count = static_cast<std::int64_t>(change.events.size());
            auto before = applied.version - count;
            // A command that commutes may have been accepted behind others that are still under
            // way to us; then it comes back to us in its turn.
            if (before == room_.version) {
                after.version = applied.version;
                after.revision = applied.revision;
                after.epoch = applied.epoch;
                room_ = std::move(after);
                for (const auto& event : change.events) deliver(event, ++before);
            }
            if (job.done) job.done({nullptr, change.answer});
            carry_out(change);
            if (change.ends_room) tools_.rooms.drop(id_, room_);
            break;
        }
        case Kind::duplicate:
            if (job.done) job.done({nullptr, applied.answer});
            break;
        case Kind::conflict:
            repeat(std::move(job));
            break;
        case Kind::gone:
            if (job.makes_room || !room_.exists() || !room_.about.ended.empty()) {
                refuse(job, Failure(job.makes_room ? conflict : room_not_found));
            } else {
                jobs_.push_front(std::move(job));
                bring_back([] {});
            }
            break;
        case Kind::away:
            refuse(job, Failure(unavailable).retry_after(std::chrono::seconds{1}));
            break;
    }
    drain();
    next();
}

// Somebody was quicker. What they did is on its way, or is fetched.
void LiveRoom::repeat(Job job) {
    if (++job.attempts > most_attempts) {
        return refuse(job, Failure(conflict).retry_after(std::chrono::seconds{1}));
    }
    auto seen = room_.version;
    jobs_.push_front(std::move(job));
    drain();
    if (room_.version == seen) catch_up();
}

void LiveRoom::bring_back(std::function<void()> then) {
    loading_ = true;
    auto epoch = hex(random_bytes(4));
    tools_.rooms.restore(room_, epoch, tools_.clock.now(), ttl(room_), [self = self(), then](bool) {
        if (!*self) return;
        (*self)->load([self, then] {
            for (auto& [member, participant] : (*self)->local_) {
                (*self)->send_snapshot(member, *participant);
            }
            then();
        });
    });
}

void LiveRoom::reconcile() {
    if (loading_ || busy_ || !room_.exists()) return;
    auto held = std::make_shared<Room>(room_);
    loading_ = true;
    tools_.rooms.load(id_, [self = self(), held](std::optional<Room> found, bool away) {
        if (!*self) return;
        auto& me = **self;
        me.loading_ = false;
        me.lost_ = away;
        if (away) return me.next();
        if (!found || (found->epoch == held->epoch && found->version < held->version)) {
            return me.bring_back([] {});
        }
        if (found->epoch != held->epoch || found->version > held->version) return me.catch_up();
        me.drain();
        me.next();
    });
}

// Bulletins.

void LiveRoom::take(Bulletin bulletin) {
    for (const auto& say : bulletin.says) hear(say);
    if (bulletin.says.empty() && early_.size() < most_early) early_.push_back(std::move(bulletin));
    drain();
    next();
}

bool LiveRoom::fits(const Bulletin& bulletin) const {
    auto count = static_cast<std::int64_t>(bulletin.events.size());
    return bulletin.epoch == room_.epoch &&
           (count == 0 ? bulletin.version <= room_.version
                       : bulletin.version - count == room_.version);
}

void LiveRoom::adopt(const Bulletin& bulletin) {
    for (const auto& [name, json] : bulletin.parts) room_.put_part(name, json);
    auto version = bulletin.version - static_cast<std::int64_t>(bulletin.events.size());
    room_.version = std::max(room_.version, bulletin.version);
    for (const auto& event : bulletin.events) deliver(event, ++version);
}

// Takes over what follows on what is known. While a command of ours is under way, what lies between
// may be its own outcome.
void LiveRoom::drain() {
    if (loading_) return;
    for (bool moved = true; moved;) {
        moved = false;
        for (std::size_t i = 0; i < early_.size(); ++i) {
            bool old = early_[i].epoch == room_.epoch && !early_[i].events.empty() &&
                       early_[i].version <= room_.version;
            if (!old && !fits(early_[i])) continue;
            Bulletin bulletin = std::move(early_[i]);
            early_.erase(early_.begin() + static_cast<std::ptrdiff_t>(i));
            if (!old) adopt(bulletin);
            moved = true;
            break;
        }
    }
    if (early_.empty() || busy_) return;
    gap_ = tools_.loop.after(patience_with_gaps, [this] {
        if (!early_.empty() && !busy_ && !loading_) catch_up();
    });
}

void LiveRoom::catch_up() {
    loading_ = true;
    tools_.rooms.load(id_, [self = self()](std::optional<Room> found, bool away) {
        if (!*self) return;
        auto& me = **self;
        if (found) {
            auto loaded = std::make_shared<Room>(*std::move(found));
            return me.tools_.rooms.events(me.id_, me.room_.epoch, me.room_.version,
                                          [self, loaded](const MissedEvents& missed) {
                                              if (*self) (*self)->caught_up(*loaded, missed);
                                          });
        }
        me.loading_ = false;
        me.lost_ = away;
        if (!away && me.room_.exists() && me.room_.about.ended.empty()) {
            return me.bring_back([] {});
        }
        me.next();
    });
}

void LiveRoom::caught_up(Room loaded, const MissedEvents& missed) {
    loading_ = false;
    lost_ = false;
    bool follows = loaded.epoch == room_.epoch && missed.complete;
    room_ = std::move(loaded);
    for (const auto& [version, event] : missed.events) {
        if (follows && version <= room_.version) deliver(event, version);
    }
    if (!follows) {
        for (auto& [member, participant] : local_) send_snapshot(member, *participant);
    }
    std::erase_if(early_, [&](const Bulletin& one) {
        return one.epoch != room_.epoch || one.version <= room_.version;
    });
    drain();
    next();
}

// Delivery.

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
    return make_frame(
        event_text(event.type, id_, room_.epoch, version, tools_.clock.now(), event.data));
}

void LiveRoom::deliver(const Event& event, std::int64_t version) {
    if (local_.empty()) return;
    auto frame = frame_of(event, version);
    bool delicate = concerns_children(event.type);
    for (auto& [member, participant] : local_) {
        const auto* seat = delicate ? std::as_const(room_).seat(member) : nullptr;
        if (seat && (seat->kids || hides_media(room_, *seat))) {
            participant->send(frame_of(fit_for(event, room_, *seat, tools_.clock.now()), version));
        } else {
            participant->send(frame);
        }
    }
    if (event.type == "party:state") deliver_to_simple(version);
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
    auto frame =
        make_frame(word_text(say.type, tools_.clock.now(), say.data), Frame::Kind::ephemeral);
    for (auto& [member, participant] : local_) participant->send(frame);
}

void LiveRoom::dismiss(const Goodbye& goodbye) {
    auto* participant = find(goodbye.member, goodbye.connection);
    if (!participant) return;
    detach(goodbye.member, *participant);
    participant->dismiss(goodbye.code, goodbye.reason);
}

void LiveRoom::attach(const std::string& member, Participant& participant) {
    waiting_.erase(participant.connection());
    auto* before = std::exchange(local_[member], &participant);
    if (before && before != &participant) {
        before->dismiss(close_code::replaced, "another connection took this place");
    }
}

void LiveRoom::detach(const std::string& member, const Participant& participant) {
    auto at = local_.find(member);
    if (at != local_.end() && at->second == &participant) local_.erase(at);
    waiting_.erase(participant.connection());
    drifts_.erase(member);
}

void LiveRoom::let_wait(Participant& participant) {
    waiting_[participant.connection()] = &participant;
}

void LiveRoom::resume(const std::string& epoch, std::int64_t version,
                      std::function<void(const MissedEvents&)> done) {
    tools_.rooms.events(
        id_, epoch, version, [self = self(), epoch, version, done](MissedEvents missed) {
            if (!*self) return;
            auto& me = **self;
            auto present = me.room_.version;
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
    participant.send(make_frame(
        event_text("party:snapshot", id_, room_.epoch, room_.version, tools_.clock.now(), data)));
}

// Upkeep.

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

void LiveRoom::tidy(bool repeat_states) {
    if (loading_ || !room_.exists()) return;
    auto now = tools_.clock.now();
    if (!drifts_.empty()) {
        JsonWriter data;
        data.begin_object();
        data.key("drifts");
        data.begin_object();
        for (const auto& [member, drift] : std::exchange(drifts_, {})) {
            data.key(member);
            data.real(drift);
        }
        data.end_object();
        data.end_object();
        say("party:drift", data.take());
    }
    for (const auto& alarm : overdue(room_, now)) tools_.rooms.set_alarm(id_, alarm);
    if (!repeat_states || room_.playback.status != "playing") return;
    auto frame = make_frame(word_text("party:sync", now, Change::json_of(view(room_, now))),
                            Frame::Kind::state, "party:sync " + id_);
    for (auto& [member, participant] : local_) {
        if (!participant->keeps_time()) participant->send(frame);
    }
}

std::vector<Lease> LiveRoom::leases(Millis until) const {
    std::vector<Lease> result;
    for (const auto& [member, participant] : local_) result.push_back({id_, member, until});
    return result;
}

std::chrono::seconds LiveRoom::ttl(const Room& room) const {
    auto until_start = (room.about.starts_at - tools_.clock.now()) / 1000;
    return until_start > 0 ? std::chrono::seconds{until_start} + scheduled_ttl : idle_ttl;
}

}  // namespace party
