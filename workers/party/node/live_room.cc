#include "workers/party/node/live_room.h"

#include <algorithm>

#include "common/base/bytes.h"
#include "common/crypto/digest.h"
#include "workers/party/node/records.h"
#include "workers/party/party_sql.h"
#include "workers/party/room/problems.h"

namespace party {

namespace {

constexpr std::size_t most_jobs = 1000;
constexpr int most_attempts = 30;

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
        if (*self) (*self)->load();
    };
    if (!tools_.channels.up()) return load();
    tools_.channels.subscribe(room_channel(id_), [loaded, first = true]() mutable {
        if (std::exchange(first, false)) loaded();
    });
}

void LiveRoom::load() {
    loading_ = true;
    tools_.rooms.load(id_, [self = self()](std::optional<Room> found, bool away) {
        if (!*self) return;
        auto& me = **self;
        if (found) me.room_ = *std::move(found);
        me.loading_ = false;
        me.lost_ = away;
        for (auto& [member, participant] : me.local_) me.send_snapshot(member, *participant);
        me.drain();
        me.next();
    });
}

bool LiveRoom::admits(Pace pace) {
    if (pace != Pace::transport && pace != Pace::chat) return true;
    auto allowance = pace == Pace::chat ? Allowance{60, 20} : Allowance{20, 5};
    allowance.burst *= tools_.rules.rate_multiplier;
    allowance.per_s *= tools_.rules.rate_multiplier;
    return (pace == Pace::chat ? chat_ : transport_).take(allowance, ClusterClock::monotonic());
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
    if (lost_) return refuse(job, Failure(unavailable).retry_after(std::chrono::seconds{1}));
    std::optional<Failure> refusal;
    try {
        // A creation that is repeated finds its room, and Redis knows the answer.
        bool again = job.makes_room && !job.command_id.empty();
        if (job.makes_room == room_.exists() && !again) {
            throw Failure(job.makes_room ? conflict : room_not_found);
        }
        job.command(after, job.act, change);
    } catch (const Failure& failure) {
        refusal = failure;
    }
    bool changes = !change.events.empty() || !change.parts.empty() || !change.alarms.empty();
    if (!refusal && changes) return keep(std::move(job), std::move(after), std::move(change));
    if (job.makes_room || !room_.exists()) return conclude(job, change, refusal);
    confirm(std::move(job), std::move(change), std::move(refusal));
}

// Of a command that changed nothing.
void LiveRoom::conclude(const Job& job, const Change& change,
                        const std::optional<Failure>& refusal) {
    if (refusal) return refuse(job, *refusal);
    if (job.done) job.done({nullptr, change.answer});
    carry_out(change);
}

// What is refused or merely read must not rest on a copy that is old: whoever asks may have heard
// already of what is still on its way to this node.
void LiveRoom::confirm(Job job, Change change, std::optional<Failure> refusal) {
    busy_ = true;
    tools_.rooms.standing(
        id_, [self = self(), job = std::move(job), change = std::move(change),
              refusal = std::move(refusal), seen = standing()](const Standing& now) mutable {
            if (!*self) return;
            auto& me = **self;
            me.busy_ = false;
            if (now.away || now == seen || ++job.attempts > most_attempts) {
                me.conclude(job, change, refusal);
            } else {
                me.jobs_.push_front(std::move(job));
                if (now.epoch.empty() && me.room_.about.ended.empty()) return me.look_again();
                me.drain();
                if (me.standing() != now) return me.catch_up();
            }
            me.drain();
            me.next();
        });
}

void LiveRoom::keep(Job job, Room after, Change change) {
    busy_ = true;
    Application wanted;
    wanted.kind = job.makes_room ? Application::Kind::make : Application::Kind::change;
    wanted.room = id_;
    if (!change.commutes && !job.makes_room) {
        wanted.expected.emplace(room_.version, room_.revision);
    } else if (change.commutes) {
        wanted.judged_at = room_.revision;
    }
    wanted.epoch = job.makes_room ? job.act.random.substr(0, 8) : room_.epoch;
    if (!job.command_id.empty()) {
        wanted.command_id = job.act.person.user + ":" + job.command_id;
    }
    wanted.answer = change.answer;
    wanted.ttl = ttl(after);
    for (const auto& name : change.parts) wanted.parts.emplace_back(name, after.part(name));
    wanted.alarms = change.alarms;
    auto events = std::make_shared<const std::vector<Event>>(change.events);
    wanted.events = events.get();
    tools_.rooms.apply(
        wanted, [self = self(), events, job = std::move(job), after = std::move(after),
                 change = std::move(change), seen = adopted_](const Applied& applied) mutable {
            if (!*self) return;
            auto& me = **self;
            if (me.adopted_ != seen) me.put_together(after, change);
            me.settle(std::move(job), std::move(after), change, applied);
        });
}

// What others did while a command that commutes was under way, and what it did itself.
void LiveRoom::put_together(Room& after, const Change& change) const {
    Room both = room_;
    for (const auto& name : change.parts) both.put_part(name, after.part(name));
    after = std::move(both);
}

void LiveRoom::settle(Job job, Room after, const Change& change, const Applied& applied) {
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
            if (change.ends_room) bury();
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
                look_again();
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

// The room has ended, and the news are on their way, or Redis has lost it.
void LiveRoom::look_again() {
    loading_ = true;
    gap_ = tools_.loop.after(patience_with_gaps, [this] {
        loading_ = false;
        drain();
        if (room_.about.ended.empty()) return bring_back();
        next();
    });
}

// All that is kept of a room that has ended.
void LiveRoom::bury() {
    tools_.rooms.drop(id_, room_);
    tools_.records.note([id = id_, reason = room_.about.ended, peak = room_.about.peak_members](
                            Database& db) { db.run(sql::end_party, id, reason, peak); });
}

void LiveRoom::bring_back() {
    loading_ = true;
    auto epoch = hex(random_bytes(4));
    tools_.rooms.restore(room_, epoch, tools_.clock.now(), ttl(room_), [self = self()](bool) {
        if (*self) (*self)->load();
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
            return me.bring_back();
        }
        if (found->epoch != held->epoch || found->version > held->version) return me.catch_up();
        me.drain();
        me.next();
    });
}

}  // namespace party
