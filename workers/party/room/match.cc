#include "workers/party/room/match.h"

#include <cmath>

#include "workers/party/room/barrier.h"
#include "workers/party/room/playback.h"
#include "workers/party/room/roles.h"

namespace party {

namespace {

constexpr double same_duration = 2500;

bool is_timeline(const std::string& kind) {
    return kind == "vod" || kind == "live" || kind == "catchup";
}

// Empty: all is well.
const char* fault_of(const Media& media, const MediaMatch& match) {
    if (!match.found) return "missing";
    const auto& kind = match.source_kind;
    if (kind && is_timeline(*kind) && *kind != media.timeline) return "version";
    if (!media.duration_ms || !match.duration_ms || match.offset_ms) return "";
    auto apart = std::abs(*match.duration_ms - static_cast<double>(*media.duration_ms));
    return apart > same_duration ? "duration" : "";
}

bool tells_duration(const Room& room, const Act& act, const MediaMatch& match) {
    const auto& media = *room.playback.media;
    bool lacks = !media.duration_ms && media.timeline != "live";
    return lacks && match.found && match.duration_ms && act.member == room.about.host &&
           *match.duration_ms >= 1 && *match.duration_ms <= static_cast<double>(longest_media);
}

}  // namespace

void media_match(Room& room, const Act& act, const MediaMatch& wanted, Change& change) {
    acting(room, act);
    auto& media = room.playback.media;
    bool current = media && wanted.media_seq == room.playback.media_seq;
    change.reply(Accepted{current});
    if (!current) return;
    if (tells_duration(room, act, wanted)) {
        media->duration_ms = std::llround(*wanted.duration_ms);
        tell_state(room, act, "auto", change);
    }
    std::string fault = fault_of(*media, wanted);
    if (fault.empty()) return;
    change.tell("party:media_warning", MediaWarning{act.member, fault});
    if (!wanted.found) blocked(room, act, {"unavailable"}, change);
}

}  // namespace party
