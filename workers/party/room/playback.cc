#include "workers/party/room/playback.h"

#include <algorithm>
#include <cmath>

#include "workers/party/room/barrier.h"
#include "workers/party/room/problems.h"
#include "workers/party/room/queue.h"
#include "workers/party/room/roles.h"

namespace party {

namespace {

constexpr Millis nudge = 2000;          // up to here a position is where the room is, more or less
constexpr Millis live_behind = 45'000;  // at most, behind what is broadcast

bool is_live(const Room& room) {
    return room.playback.media && room.playback.media->timeline == "live";
}

// Live television without an archive is only where it is now.
bool seekable(const Room& room) { return !is_live(room) || room.playback.media->has_archive; }

void require_seekable(const Room& room) {
    if (!seekable(room)) throw Failure(unsupported_for_live);
}

void refuse_stale(const Room& room, const std::optional<std::int64_t>& version) {
    if (version && *version < room.playback.version) {
        throw Failure(stale_version, {{"ver", room.playback.version}});
    }
}

// Live positions may be times of day, in milliseconds since 1970.
bool is_wall_clock(Millis position) { return position > longest_media; }

bool is_possible(const Room& room, double position, Millis now) {
    if (!std::isfinite(position) || position < 0) return false;
    if (position <= static_cast<double>(longest_media)) return true;
    return is_live(room) && std::abs(position - static_cast<double>(now)) <= longest_media;
}

Millis within(const Room& room, Millis position) {
    const auto& media = room.playback.media;
    bool ends = media && media->duration_ms;
    return ends ? std::min(position, *media->duration_ms) : position;
}

// The position that a client named; nothing when it named none. Throws bad_position.
template <class Named>
std::optional<Millis> position_in(const Room& room, const Named& named, Millis now) {
    std::optional<double> position = named.position_ms;
    if (!position && named.current_time) position = *named.current_time * 1000;
    if (!position) return {};
    if (!is_possible(room, *position, now)) throw Failure(bad_position);
    return within(room, std::llround(*position));
}

// Where play and pause shall happen, when the room is at `here`.
Millis place(const Room& room, const Act& act, const Moment& wanted, Millis here) {
    auto position = position_in(room, wanted, act.now);
    if (!position || (!seekable(room) && !is_wall_clock(*position))) return here;
    bool far = std::abs(*position - here) > nudge && seekable(room);
    return far && !may(room, *room.seat(act.member), Permission::seek) ? here : *position;
}

bool follows_broadcast(const Room& room) {
    return !seekable(room) && is_wall_clock(room.playback.anchor_ms);
}

// Where a broadcast is shown at a time: as far behind it as at the anchor.
Millis broadcast_position(const Playback& playback, Millis at) {
    auto behind = playback.anchor_server_ms - playback.anchor_ms;
    return at - std::clamp<Millis>(behind, 0, live_behind);
}

// Where a room that stands goes on. A film that is over begins again.
Millis resumed(const Room& room, Millis now) {
    const auto& playback = room.playback;
    if (follows_broadcast(room)) return broadcast_position(playback, now);
    bool over = end_of_media(room) && playback.anchor_ms >= *playback.media->duration_ms;
    return over ? 0 : playback.anchor_ms;
}

void answer(const Room& room, const Act& act, Change& change) { change.reply(view(room, act.now)); }

void continue_from(Room& room, const Act& act, Millis position, Change& change) {
    auto& playback = room.playback;
    bool waiting = playback.status == "waiting";
    bool moved = std::abs(position - playback.anchor_ms) > nudge;
    bool was_playing = playback.status == "playing";
    playback.anchor_ms = position;
    playback.anchor_server_ms = act.now;
    if (waiting) {
        start_without_missing(room, act, "play", change);
    } else if (playback.fresh || playback.status == "idle") {
        auto reason = moved ? WaitFor::play : WaitFor::play_here;
        wait_or_start(room, act, reason, "play", change);
    } else if ((moved || was_playing) && seekable(room)) {
        wait_or_start(room, act, WaitFor::seek, "play", change);
    } else {
        start(room, act, "play", change);
    }
}

// All begin anew with what they could not watch before, or cannot watch now.
void settle_members(Room& room, const Act& act, Change& change) {
    for (const auto& [id, known] : room.seats) {
        auto& seat = room.seats[id];
        auto& member = seat.member;
        auto before = member.status;
        if (before != "away") member.status = "active";
        seat.stalled_since = 0;
        bool was_ready = std::exchange(member.ready, false);
        if (before != "away") check_media(room, seat, change);
        if (member.status != before || was_ready) change.touch("m:" + id);
        if (member.status != before) tell_updated(seat, act.now, change);
    }
}

}  // namespace

void play(Room& room, const Act& act, const Moment& wanted, Change& change) {
    require(room, act, Permission::play_pause);
    refuse_stale(room, wanted.at_version);
    const auto& playback = room.playback;
    bool playing = playback.status == "playing";
    auto here = playing ? room.position(act.now) : resumed(room, act.now);
    auto position = place(room, act, wanted, here);
    bool changes = !playing || std::abs(position - here) > nudge;
    if (changes) continue_from(room, act, position, change);
    answer(room, act, change);
}

void pause(Room& room, const Act& act, const Moment& wanted, Change& change) {
    require(room, act, Permission::play_pause);
    refuse_stale(room, wanted.at_version);
    const auto& playback = room.playback;
    auto at = act.now + short_lead(room);
    auto position = place(room, act, wanted, room.position(at));
    bool moved = std::abs(position - playback.anchor_ms) > nudge;
    if (playback.status != "paused" || moved) {
        halt(room, "paused", position, at);
        tell_state(room, act, "pause", change);
    }
    answer(room, act, change);
}

void seek(Room& room, const Act& act, const Seek& wanted, Change& change) {
    require(room, act, Permission::seek);
    require_seekable(room);
    refuse_stale(room, wanted.at_version);
    auto& playback = room.playback;
    auto position = position_in(room, wanted, act.now);
    if (!position) throw Failure(bad_position);
    bool moving = playback.status == "playing" || playback.status == "waiting";
    playback.anchor_ms = *position;
    playback.anchor_server_ms = act.now;
    if (wanted.play.value_or(moving)) {
        bool first = playback.fresh || playback.status == "idle";
        wait_or_start(room, act, first ? WaitFor::play : WaitFor::seek, "seek", change);
    } else {
        auto status = playback.status == "idle" ? "idle" : "paused";
        halt(room, status, *position, act.now + lead(room));
        tell_state(room, act, "seek", change);
    }
    answer(room, act, change);
}

void rate(Room& room, const Act& act, const Rate& wanted, Change& change) {
    require(room, act, Permission::rate);
    require_seekable(room);
    refuse_stale(room, wanted.at_version);
    if (!(wanted.rate >= 0.5 && wanted.rate <= 2)) throw Failure(bad_request, {{"field", "rate"}});
    auto& playback = room.playback;
    if (playback.rate != wanted.rate) {
        if (playback.status == "playing") {
            auto at = std::max(act.now + lead(room), playback.anchor_server_ms);
            playback.anchor_ms = room.position(at);
            playback.anchor_server_ms = playback.at_server_ms = at;
        }
        playback.rate = wanted.rate;
        tell_state(room, act, "rate", change);
    }
    answer(room, act, change);
}

void media(Room& room, const Act& act, const MediaChange& wanted, Change& change) {
    require(room, act, Permission::media);
    if (wanted.media.title.empty()) throw Failure(bad_request, {{"field", "media"}});
    put_media(room, act, media_of(wanted.media), change);
    leave_queue(room, change);
    room.playback.anchor_ms = position_in(room, wanted, act.now).value_or(0);
    begin_media(room, act, wanted.autoplay.value_or(true), change);
    answer(room, act, change);
}

void stop(Room& room, const Act& act, const Stop&, Change& change) {
    require(room, act, Permission::media);
    auto& playback = room.playback;
    if (playback.status != "idle") {
        halt(room, "idle", 0, act.now + short_lead(room));
        playback.fresh = true;
        playback.rate = 1;
        tell_state(room, act, "pause", change);
    }
    answer(room, act, change);
}

void put_media(Room& room, const Act& act, const Media& media, Change& change) {
    require_fit(room, media);
    auto& playback = room.playback;
    playback.media = media;
    ++playback.media_seq;
    playback.rate = 1;
    playback.fresh = true;
    halt(room, "idle", 0, act.now);
    if (!room.queue.skip_votes.empty()) change.touch("queue");
    room.queue.skip_votes.clear();
    change.touch("playback");
    settle_members(room, act, change);
}

void begin_media(Room& room, const Act& act, bool plays, Change& change) {
    if (plays) return wait_or_start(room, act, WaitFor::media, "media", change);
    halt(room, "paused", room.playback.anchor_ms, act.now + short_lead(room));
    tell_state(room, act, "media", change);
}

void start(Room& room, const Act& act, const char* cause, Change& change) {
    auto& playback = room.playback;
    auto at = act.now + lead(room);
    if (follows_broadcast(room)) playback.anchor_ms = broadcast_position(playback, at);
    playback.status = "playing";
    playback.wait.reset();
    playback.fresh = false;
    playback.anchor_server_ms = playback.at_server_ms = at;
    watch_stalls(room, act.now, change);
    tell_state(room, act, cause, change);
}

}  // namespace party
