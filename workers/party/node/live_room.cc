#include "workers/party/node/live_room.h"

#include <algorithm>

#include "workers/party/node/attempt.h"
#include "workers/party/room/problems.h"

namespace party {

namespace {

constexpr std::size_t most_jobs = 1000;

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
    keep(attempt);
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

}  // namespace party
