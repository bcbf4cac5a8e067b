#include "workers/party/node/resume.h"

#include <algorithm>

#include "workers/party/node/personal.h"
#include "workers/party/room/presence.h"
#include "workers/party/room/problems.h"

namespace party {

namespace {

struct Stream {
    std::string name, epoch;
    std::int64_t version = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"name", &Stream::name, Length{1, 80}},
                          Field{"epoch", &Stream::epoch, Length{0, 40}},
                          Field{"ver", &Stream::version}};
    }
};
struct Resume {
    std::string session, token;
    std::vector<Stream> streams;
    static constexpr auto fields() {
        return std::tuple{Field{"sessionId", &Resume::session, Length{1, 40}},
                          Field{"resumeToken", &Resume::token, Length{1, 1000}},
                          Field{"streams", &Resume::streams, Entries{0, 4}}};
    }
};
struct Resumed {
    std::string name;
    bool recovered = false;
    std::int64_t from = 0, to = 0;
    std::optional<JsonText> events{};  // a list of frames
    static constexpr auto fields() {
        return std::tuple{Field{"name", &Resumed::name}, Field{"recovered", &Resumed::recovered},
                          Field{"fromVer", &Resumed::from}, Field{"toVer", &Resumed::to},
                          Field{"events", &Resumed::events}};
    }
};
struct AllResumed {
    std::vector<Resumed> streams;
    static constexpr auto fields() { return std::tuple{Field{"streams", &AllResumed::streams}}; }
};

constexpr std::string_view room_prefix = "room:";

// The streams of one message, one after the other.
struct Resumption {
    std::shared_ptr<Session*> self;
    Incoming message;
    std::vector<Stream> wanted;
    AllResumed answer{};
    std::size_t next = 0;
    std::string snapshot_room{};

    Session& session() const { return **self; }
};
using Work = std::shared_ptr<Resumption>;

void go_on(const Work& work);

JsonText frames_of(const Work& work, const MissedEvents& missed, const std::string& room,
                   const std::string& epoch) {
    JsonWriter list;
    list.begin_list();
    auto now = work->session().tools().clock.now();
    for (const auto& [version, event] : missed.events) {
        if (room.empty() && !PersonalStreams::concerns(work->session(), event)) continue;
        list.raw(room.empty() ? personal_text(event.type, epoch, version, now, event.data)
                              : event_text(event.type, room, epoch, version, now, event.data));
    }
    list.end_list();
    return {list.take()};
}

void take_up(const Work& work, const Stream& stream, const MissedEvents& missed,
             const std::string& room) {
    Resumed resumed{stream.name, missed.complete, stream.version, missed.version};
    ++work->session().tools().counts.resumed[missed.complete];
    if (missed.complete) resumed.events = frames_of(work, missed, room, stream.epoch);
    work->answer.streams.push_back(std::move(resumed));
}

void resume_room(const Work& work, const Stream& stream) {
    auto room = stream.name.substr(room_prefix.size());
    auto& session = work->session();
    auto member = std::make_shared<std::string>();
    Job job{session.act(), [member](Room& in, const Act& act, Change& change) {
                auto as = act;
                as.member = *member = member_meant(in, act.person);
                returned(in, as, change);
            }};
    job.done = [work, stream, room, member](const Outcome& outcome) {
        if (!*work->self) return;
        auto* live = work->session().rooms().find(room);
        if (outcome.failure || !live) {
            take_up(work, stream, {}, room);
            return go_on(work);
        }
        live->resume(stream.epoch, stream.version, [work, stream, room, member](auto missed) {
            if (!*work->self) return;
            // Not all that was said is for children's eyes; their snapshot leaves it out.
            if (work->session().person().kids) missed = {};
            take_up(work, stream, missed, room);
            work->session().enter(room, *member);
            if (!missed.complete) work->snapshot_room = room;
            go_on(work);
        });
    };
    session.rooms().open(room).submit(std::move(job));
}

// A personal stream has no snapshot: who missed something reads it anew over HTTP.
void resume_person(const Work& work, const Stream& stream) {
    auto& session = work->session();
    session.tools().people.events(session.person().user, stream.epoch, stream.version,
                                  [work, stream](const MissedEvents& missed) {
                                      if (!*work->self) return;
                                      take_up(work, stream, missed, "");
                                      go_on(work);
                                  });
}

void go_on(const Work& work) {
    if (work->next < work->wanted.size()) {
        const auto& stream = work->wanted[work->next++];
        if (stream.name.starts_with(room_prefix)) return resume_room(work, stream);
        if (stream.name == "user") return resume_person(work, stream);
        take_up(work, stream, {}, "");
        return go_on(work);
    }
    auto& session = work->session();
    Incoming to{"session:resumed", work->message.id, {}, {}};
    session.reply(to, Change::json_of(work->answer));
    auto* live = session.rooms().find(work->snapshot_room);
    if (live) live->send_snapshot(session.member(), session);
}

}  // namespace

void resume(Session& session, const Incoming& message) {
    auto wanted = read_data<Resume>(message.data);
    if (!session.become(wanted.session, wanted.token)) throw Failure(forbidden);
    auto work = std::make_shared<Resumption>();
    work->self = session.self();
    work->message = message;
    work->wanted = std::move(wanted.streams);
    // The room last: what it says from then on follows on the answer.
    std::stable_partition(work->wanted.begin(), work->wanted.end(), [](const Stream& stream) {
        return !stream.name.starts_with(room_prefix);
    });
    go_on(work);
}

}  // namespace party
