#include "workers/party/node/session_messages.h"

#include <cmath>

#include "workers/party/node/push_messages.h"
#include "workers/party/node/sessions.h"
#include "workers/party/room/barrier.h"

namespace party {

namespace {

struct Pong {
    double t0 = 0, t1 = 0, t2 = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"t0", &Pong::t0}, Field{"t1", &Pong::t1}, Field{"t2", &Pong::t2}};
    }
};
double thousandths(double ms) { return std::round(ms * 1000) / 1000; }

// Where a stream stands, so that it can be resumed even when nothing happened in it.
struct StreamPosition {
    std::string name, epoch;
    std::int64_t version = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"name", &StreamPosition::name},
                          Field{"epoch", &StreamPosition::epoch},
                          Field{"ver", &StreamPosition::version}};
    }
};
struct Streams {
    std::vector<StreamPosition> all;
    static constexpr auto fields() { return std::tuple{Field{"streams", &Streams::all}}; }
};

void run_quietly(Session& session, Command command) { session.submit({}, std::move(command)); }

}  // namespace

void ping(Session& session, const Incoming& message, const Ping& sent) {
    auto received = thousandths(session.tools().clock.exact());
    session.keep_time();
    Pong pong{sent.t0, received, thousandths(session.tools().clock.exact())};
    Incoming to{"sync:pong", message.id, {}, {}};
    if (message.id.empty()) return session.say("sync:pong", Change::json_of(pong));
    session.reply(to, Change::json_of(pong));
}

void introduce(Session& session, const Incoming& message, const Introduction& who) {
    session.introduce(who.features, who.beats);
    if (auto language = find_language(who.locale.value_or(""))) session.speak(*language);
    auto& push = session.sessions().push();
    if (std::count(who.features.begin(), who.features.end(), "devices")) {
        push.devices.watch(session);
    }
    auto [epoch, version] = push.streams.position(session.person().user);
    Streams streams;
    if (!epoch.empty()) streams.all.push_back({"user", epoch, version});
    session.reply(message, Change::json_of(streams));
}

void refresh(Session& session, const Incoming& message, const NewToken& sent) {
    auto token = session.tools().tokens.read(sent.token.reveal(), system_now());
    if (token.user.text() != session.person().user) throw Failure(forbidden);
    session.tools().people.revoked(
        session.person().user, token.session.text(), token.issued.time_since_epoch().count(),
        [self = session.self(), token, to = message](bool revoked, bool away) {
            if (!*self) return;
            if (away || revoked)
                return (*self)->fail(to, Failure(away ? unavailable : unauthenticated));
            (*self)->renew(token);
            auto until = std::to_string(unix_seconds(token.expires));
            (*self)->reply(to, R"({"expiresAt":)" + until + "}");
        });
}

void stats(Session& session, const Incoming& message, const LinkStats& sent) {
    if (session.room_id().empty()) {
        if (!message.id.empty()) session.reply(message, "{}");
        return;
    }
    session.submit(message, [sent](Room& room, const Act& act, Change& change) {
        link_stats(room, act, sent, change);
    });
}

void report(Session& session, const Incoming& message, const PositionReport& sent) {
    auto& live = session.room();
    const auto& room = live.room();
    auto now = session.tools().clock.now();
    if (auto ahead = drift(room, sent, now)) {
        live.note_drift(session.member(), *ahead);
        session.tools().counts.drifts.note(std::abs(*ahead), ClusterClock::monotonic());
    }
    if (auto word = judge(room, session.member(), sent, now, session.corrections())) {
        session.say("party:correct", Change::json_of(*word));
    }
    if (caught_up(room, session.member(), sent, now)) run_quietly(session, in_step);
    const auto* seat = room.seat(session.member());
    bool is_blocked = seat && seat->member.status == "blocked";
    if (sent.blocked.has_value() != is_blocked && seat) {
        run_quietly(session,
                    [why = Blocked{sent.blocked}](Room& in, const Act& act, Change& change) {
                        blocked(in, act, why, change);
                    });
    }
    if (!message.id.empty()) session.reply(message, "{}");
}

}  // namespace party
