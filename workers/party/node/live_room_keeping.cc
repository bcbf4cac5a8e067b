// What keeps a room alive and true while it has members here: its time to live in Redis, alarms
// that were lost, members whose connection is gone, and the comparison after Redis was away.
#include <utility>

#include "common/base/bytes.h"
#include "common/crypto/digest.h"
#include "common/json/write.h"
#include "workers/party/node/alarms.h"
#include "workers/party/node/envelope.h"
#include "workers/party/node/frames.h"
#include "workers/party/node/live_room.h"
#include "workers/party/node/records.h"
#include "workers/party/party_sql.h"
#include "workers/party/room/presence.h"
#include "workers/party/room/snapshot.h"

namespace party {

namespace {

constexpr double between_prolongations = 60'000;
// Longer than a room stands empty, whenever it was prolonged last: so its alarm still finds it, and
// its code, its place in lists and its record end with it.
constexpr std::chrono::seconds idle_ttl{empty_for / 1000 + 300}, scheduled_ttl{86'400};

}  // namespace

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
    tools_.rooms.restore(room_, epoch, ttl(room_), [self = self()](bool) {
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

void LiveRoom::tidy(bool repeat_states) {
    if (lost_ && tools_.redis.up()) return reconcile();
    if (loading_ || !room_.exists()) return;
    auto now = tools_.clock.now();
    if (!drifts_.empty()) say_drifts();
    look_for_lost();
    if (prolonged(room_)) tools_.rooms.renew(id_, ttl(room_));
    for (const auto& alarm : overdue(room_, now)) tools_.rooms.set_alarm(id_, alarm);
    if (!repeat_states || room_.playback.status != "playing") return;
    auto frame = framed(word_text("party:sync", now, Change::json_of(view(room_, now))),
                        Frame::Kind::state, "party:sync " + id_);
    for (auto& [member, participant] : local_) {
        if (!participant->keeps_time()) participant->send(frame);
    }
}

void LiveRoom::say_drifts() {
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

// A seat whose connection ended with its node, or, when the end could not be told, on this one; and
// one of ours that others took for lost while this node did not move.
void LiveRoom::look_for_lost() {
    if (busy_) return;
    auto& peers = tools_.peers;
    for (const auto& [id, seat] : room_.seats) {
        auto here = local_.find(id);
        if (here != local_.end() && seat.connection.empty()) {
            Act act;
            act.member = id;
            act.person.connection = here->second->connection();
            jobs_.push_back({act, returned});
        } else if (!seat.connection.empty() &&
                   (peers.is_here(seat.connection) ? here == local_.end()
                                                   : peers.is_gone(seat.connection))) {
            jobs_.push_back({{}, loss_of(seat.connection)});
        }
    }
    next();
}

Command LiveRoom::loss_of(const std::string& connection) {
    return [which = Lost{connection}](Room& room, const Act& act, Change& change) {
        lost(room, act, which, change);
    };
}

std::chrono::seconds LiveRoom::ttl(const Room& room) const {
    auto until_start = (room.about.starts_at - tools_.clock.now()) / 1000;
    return until_start > 0 ? std::chrono::seconds{until_start} + scheduled_ttl : idle_ttl;
}

// Its new time to live, when that is not what its keys have already, or nearly.
std::optional<std::chrono::seconds> LiveRoom::prolonged(const Room& room) {
    auto now = ClusterClock::monotonic();
    bool fresh = room_.version == 0 || room.about.starts_at != room_.about.starts_at;
    if (!fresh && prolonged_ != 0 && now - prolonged_ < between_prolongations) return std::nullopt;
    prolonged_ = now;
    return ttl(room);
}

}  // namespace party
