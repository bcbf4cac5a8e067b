#include "workers/party/room/timeline.h"

#include <algorithm>
#include <cmath>

#include "workers/party/room/barrier.h"

namespace party {

PlaybackView view(const Room& room, Millis now) {
    const auto& playback = room.playback;
    PlaybackView view;
    view.status = playback.status;
    view.media = playback.media;
    view.media_seq = playback.media_seq;
    bool moves = playback.status == "playing" && now > playback.anchor_server_ms;
    view.position_ms = moves ? room.position(now) : playback.anchor_ms;
    view.anchor_server_ms = moves ? now : playback.anchor_server_ms;
    view.current_time = static_cast<double>(view.position_ms) / 1000;
    view.at_server_ms = playback.at_server_ms;
    view.rate = playback.rate;
    view.by = playback.by;
    view.cause = playback.cause;
    view.wait = playback.wait;
    return view;
}

PlaybackView view_without_media(const Room& room, Millis now) {
    auto hidden = view(room, now);
    hidden.media.reset();
    return hidden;
}

std::string_view plain_type(const PlaybackView& state) {
    if (state.cause == "seek") return "party:seek";
    if (state.cause == "rate" || state.cause == "join") return "";
    bool stalled = state.wait && state.wait->reason == "buffering";
    bool stands = state.status == "paused" || state.status == "idle" || stalled;
    return stands ? "party:pause" : "party:play";
}

PlainCommand plain_command(const PlaybackView& state) {
    return {state.current_time, state.position_ms, state.at_server_ms, state.by};
}

Millis lead(const Room& room) {
    double most = 0;
    for (const auto& [id, link] : room.links) {
        const Seat* seat = room.seat(id);
        bool counts = seat && takes_part(*seat) && !link.unstable && link.rtt_ms <= 1500;
        if (counts) most = std::max(most, link.rtt_ms / 2 + 3 * link.jitter_ms);
    }
    return std::llround(std::clamp(most + 150, 300.0, 1500.0));
}

Millis short_lead(const Room& room) { return std::min<Millis>(lead(room), 300); }

void halt(Room& room, const char* status, Millis position, Millis at) {
    auto& playback = room.playback;
    playback.status = status;
    playback.wait.reset();
    playback.anchor_ms = position;
    playback.anchor_server_ms = playback.at_server_ms = at;
}

void tell_state(Room& room, const Act& act, const char* cause, Change& change) {
    auto& playback = room.playback;
    playback.cause = cause;
    bool by_nobody = playback.cause == "barrier" || playback.cause == "auto";
    playback.by = by_nobody ? "" : act.member;
    playback.version = change.next_version(room);
    change.touch("playback");
    if (playback.status == "playing" && end_of_media(room)) {
        change.wake("advance", end_of_media(room));
    }
    change.tell("party:state", view(room, act.now));
}

Millis end_of_media(const Room& room) {
    const auto& playback = room.playback;
    if (!playback.media || !playback.media->duration_ms) return 0;
    auto left = static_cast<double>(*playback.media->duration_ms - playback.anchor_ms);
    return playback.anchor_server_ms + std::llround(std::max(0.0, left) / playback.rate);
}

}  // namespace party
