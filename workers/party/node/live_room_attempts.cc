// How commands are tried on a copy of the room, go to Redis, and what becomes of them there.
#include "workers/party/node/attempt.h"
#include "workers/party/node/live_room.h"
#include "workers/party/room/problems.h"

namespace party {

namespace {

constexpr std::size_t most_together = 32;

}  // namespace

Trial LiveRoom::try_out(Job& job, const Room& room) const {
    Trial trial{room, {}};
    job.act.now = tools_.clock.now();
    job.act.random = tools_.randomness.digits();
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

void LiveRoom::keep(const std::shared_ptr<Attempt>& attempt) {
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
            repeat(attempt, false);
            follow(applied);
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

// Somebody was quicker. What they did is on its way, or is fetched: what has no version may be here
// in any order.
void LiveRoom::follow(const Applied& applied) {
    drain();
    if (applied.epoch == room_.epoch && applied.version > room_.version) {
        awaited_ = applied.version;
    } else if (applied.epoch != room_.epoch || applied.revision != room_.revision) {
        catch_up();
    }
}

void LiveRoom::repeat(Attempt& attempt, bool alone) {
    for (auto job = attempt.jobs.rbegin(); job != attempt.jobs.rend(); ++job) {
        job->alone = job->alone || alone;
        if (++job->attempts > most_attempts) {
            refuse(*job, Failure(conflict).retry_after(std::chrono::seconds{1}));
        } else {
            jobs_.push_front(std::move(*job));
        }
    }
}

}  // namespace party
