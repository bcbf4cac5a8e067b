// What each member found in its own provider for the media of the room. Others are warned of what
// cannot go well; a member without the media is waited for no more.
#pragma once

#include "workers/party/room/change.h"

namespace party {

struct MediaMatch {  // party:media_match
    std::int64_t media_seq = 0;
    bool found = false;
    std::optional<double> duration_ms;
    std::optional<std::string> source_kind;  // vod, live, catchup; others are not compared
    std::optional<double> offset_ms;         // its own shift: it knows that its version is another
    static constexpr auto fields() {
        return std::tuple{Field{"mediaSeq", &MediaMatch::media_seq},
                          Field{"found", &MediaMatch::found},
                          Field{"durationMs", &MediaMatch::duration_ms},
                          Field{"sourceKind", &MediaMatch::source_kind, Length{0, 20}},
                          Field{"offsetMs", &MediaMatch::offset_ms}};
    }
};
struct MediaWarning {            // event party:media_warning
    std::string member, reason;  // missing, duration (more than 2.5 s apart), version
    static constexpr auto fields() {
        return std::tuple{Field{"memberId", &MediaWarning::member},
                          Field{"reason", &MediaWarning::reason}};
    }
};
// Overlooked when it speaks of former media. Where the room knows no duration, the host's counts.
void media_match(Room& room, const Act& act, const MediaMatch& wanted, Change& change);

}  // namespace party
