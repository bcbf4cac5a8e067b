#include "workers/party/node/live_room.h"

#include <algorithm>

#include "common/base/bytes.h"
#include "common/crypto/digest.h"
#include "workers/party/room/problems.h"

namespace party {

namespace {

constexpr std::size_t most_jobs = 1000;
constexpr std::size_t most_together = 32;
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
        me.awaited_ = 0;
        me.prolonged_ = 0;
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
    job.began = ClusterClock::monotonic();
    jobs_.push_back(std::move(job));
    next();
}

void LiveRoom::next() {
    while (!busy_ && !loading_ && room_.version >= awaited_ && !jobs_.empty()) {
        Job job = std::move(jobs_.front());
        jobs_.pop_front();
        run(std::move(job));
    }
}

void LiveRoom::refuse(const Job& job, const Failure& failure) {
    if (job.done) job.done({&failure});
}

// What a job would make of the room as it is given.
struct LiveRoom::Trial {
    Room after;
    Change change;
    std::optional<Failure> refusal{};

    bool changes() const {
        return !refusal &&
               !(change.events.empty() && change.parts.empty() && change.alarms.empty());
    }
};

// Jobs that go to Redis together, what each has changed, and the room after all of them.
struct LiveRoom::Attempt {
    std::vector<Job> jobs{};
    std::vector<Change> changes{};
    Playback before{};
    Room after{};
    std::int64_t adopted = 0;
    std::int64_t events = 0;
    bool commutes = true;

    void add(Job job, Trial trial) {
        events += static_cast<std::int64_t>(trial.change.events.size());
        commutes = commutes && trial.change.commutes;
        after = std::move(trial.after);
        after.version += static_cast<std::int64_t>(trial.change.events.size());
        jobs.push_back(std::move(job));
        changes.push_back(std::move(trial.change));
    }
};

LiveRoom::Trial LiveRoom::try_out(Job& job, const Room& room) const {
    Trial trial{room, {}};
    job.act.now = tools_.clock.now();
    job.act.random = hex(random_bytes(16));
    try {
        // A creation that is repeated finds its room, and Redis knows the answer.
        bool again = job.makes_room && !job.command_id.empty();
        if (job.makes_room == room.exists() && !again) {
            throw Failure(job.makes_room ? conflict : room_not_found);
        }
        job.command(trial.after, job.act, trial.change);
    } catch (const Failure& failure) {
        trial.refusal = failure;
    }
    return trial;
}

void LiveRoom::run(Job job) {
    if (lost_) return refuse(job, Failure(unavailable).retry_after(std::chrono::seconds{1}));
    auto trial = try_out(job, room_);
    if (!trial.changes()) {
        if (job.makes_room || !room_.exists()) return conclude(job, trial.change, trial.refusal);
        return confirm(std::move(job), std::move(trial.change), std::move(trial.refusal));
    }
    auto attempt = std::make_shared<Attempt>();
    attempt->before = room_.playback;
    attempt->add(std::move(job), std::move(trial));
    join_in(*attempt);
    keep(std::move(attempt));
}

// Where many talk at once, what waits goes along with the first; what changes nothing, or is
// refused, has its turn alone.
void LiveRoom::join_in(Attempt& attempt) {
    auto alone = [&](const Job& job) { return job.makes_room || job.alone; };
    while (!jobs_.empty() && attempt.jobs.size() < most_together && !alone(attempt.jobs.back()) &&
           !alone(jobs_.front()) && !attempt.changes.back().ends_room) {
        auto trial = try_out(jobs_.front(), attempt.after);
        if (!trial.changes()) return;
        attempt.add(std::move(jobs_.front()), std::move(trial));
        jobs_.pop_front();
    }
}

// Of a command that changed nothing.
void LiveRoom::conclude(const Job& job, const Change& change,
                        const std::optional<Failure>& refusal) {
    tools_.counts.applied(refusal ? Result::refused : Result::unchanged, job.began);
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

Application LiveRoom::application_of(const Attempt& attempt) {
    Application wanted;
    const auto& first = attempt.jobs.front();
    wanted.kind = first.makes_room ? Application::Kind::make : Application::Kind::change;
    wanted.room = id_;
    if (attempt.commutes) {
        wanted.judged_at = room_.revision;
    } else if (!first.makes_room) {
        wanted.expected.emplace(room_.version, room_.revision);
    }
    wanted.epoch = first.makes_room ? first.act.random.substr(0, 8) : room_.epoch;
    wanted.ttl = prolonged(attempt.after);
    for (std::size_t i = 0; i < attempt.jobs.size(); ++i) {
        const auto& job = attempt.jobs[i];
        const auto& change = attempt.changes[i];
        if (!job.command_id.empty()) {
            wanted.answers.emplace_back(job.act.person.user + ":" + job.command_id, change.answer);
        }
        wanted.events.insert(wanted.events.end(), change.events.begin(), change.events.end());
        for (const auto& name : change.parts) {
            wanted.parts.emplace_back(name, attempt.after.part(name));
        }
        wanted.alarms.insert(wanted.alarms.end(), change.alarms.begin(), change.alarms.end());
    }
    return wanted;
}

void LiveRoom::keep(std::shared_ptr<Attempt> attempt) {
    busy_ = true;
    attempt->adopted = adopted_;
    auto wanted = application_of(*attempt);
    tools_.rooms.apply(wanted, [self = self(), attempt](const Applied& applied) {
        if (*self) (*self)->settle(*attempt, applied);
    });
}

void LiveRoom::settle(Attempt& attempt, const Applied& applied) {
    busy_ = false;
    using Kind = Applied::Kind;
    bool again = applied.kind == Kind::duplicate && attempt.jobs.size() > 1;
    auto result = again ? Result::conflict : static_cast<Result>(applied.kind);
    for (const auto& job : attempt.jobs) tools_.counts.applied(result, job.began);
    switch (applied.kind) {
        case Kind::done:
            take_over(attempt, applied);
            break;
        case Kind::duplicate:
            if (again) {
                repeat(attempt, true);
            } else if (attempt.jobs[0].done) {
                attempt.jobs[0].done({nullptr, applied.answer});
            }
            break;
        case Kind::conflict:
            if (applied.epoch == room_.epoch) awaited_ = applied.version;
            repeat(attempt, false);
            break;
        case Kind::gone:
            if (attempt.jobs[0].makes_room || !room_.exists() || !room_.about.ended.empty()) {
                bool makes = attempt.jobs[0].makes_room;
                for (auto& job : attempt.jobs)
                    refuse(job, Failure(makes ? conflict : room_not_found));
            } else {
                repeat(attempt, false);
                look_again();
            }
            break;
        case Kind::away:
            for (auto& job : attempt.jobs) {
                refuse(job, Failure(unavailable).retry_after(std::chrono::seconds{1}));
            }
            break;
    }
    drain();
    next();
}

// Commands that commute may have been accepted behind others that are still under way to us; then
// they come back to us in their turn.
void LiveRoom::take_over(Attempt& attempt, const Applied& applied) {
    auto version = applied.version - attempt.events;
    tools_.counts.moved(attempt.before, attempt.after.playback, attempt.jobs[0].act.now);
    if (version == room_.version) {
        auto after = attempt.adopted == adopted_ ? std::move(attempt.after) : put_together(attempt);
        after.version = applied.version;
        after.revision = applied.revision;
        after.epoch = applied.epoch;
        room_ = std::move(after);
        for (const auto& change : attempt.changes) {
            for (const auto& event : change.events) deliver(event, ++version);
        }
    }
    for (std::size_t i = 0; i < attempt.jobs.size(); ++i) {
        const auto& change = attempt.changes[i];
        if (attempt.jobs[i].done) attempt.jobs[i].done({nullptr, change.answer});
        carry_out(change);
        if (change.ends_room) bury();
    }
}

// What others did while commands that commute were under way, and what these did themselves.
Room LiveRoom::put_together(const Attempt& attempt) const {
    Room both = room_;
    for (const auto& change : attempt.changes) {
        for (const auto& name : change.parts) both.take_part(name, attempt.after);
    }
    return both;
}

// Somebody was quicker. What they did is on its way, or is fetched.
void LiveRoom::repeat(Attempt& attempt, bool alone) {
    for (auto job = attempt.jobs.rbegin(); job != attempt.jobs.rend(); ++job) {
        job->alone = job->alone || alone;
        if (++job->attempts > most_attempts) {
            refuse(*job, Failure(conflict).retry_after(std::chrono::seconds{1}));
        } else {
            jobs_.push_front(std::move(*job));
        }
    }
    drain();
    if (room_.version >= awaited_ || loading_) return;
    gap_ = tools_.loop.after(patience_with_gaps, [this] {
        if (room_.version < awaited_ && !loading_) catch_up();
    });
}

}  // namespace party
