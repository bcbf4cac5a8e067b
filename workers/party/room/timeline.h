// The state of what is played: everybody computes the position from one anchor (Playback in
// room.h), and carries a change out at a time that lies a little ahead. Used by the commands that
// change it (playback.h, barrier.h, queue.h) and by whoever shows it.
#pragma once

#include "workers/party/room/change.h"

namespace party {

struct PlaybackView {  // party:state, and `state` in snapshots
    std::string status;
    std::optional<Media> media;
    std::int64_t media_seq = 0;
    Millis position_ms = 0;
    double current_time = 0;  // the same in seconds
    Millis anchor_server_ms = 0;
    Millis at_server_ms = 0;
    double rate = 1;
    std::string by, cause;
    std::optional<Wait> wait;
    static constexpr auto fields() {
        return std::tuple{Field{"status", &PlaybackView::status},
                          Field{"media", &PlaybackView::media},
                          Field{"mediaSeq", &PlaybackView::media_seq},
                          Field{"positionMs", &PlaybackView::position_ms},
                          Field{"currentTime", &PlaybackView::current_time},
                          Field{"anchorServerMs", &PlaybackView::anchor_server_ms},
                          Field{"atServerMs", &PlaybackView::at_server_ms},
                          Field{"rate", &PlaybackView::rate},
                          Field{"by", &PlaybackView::by},
                          Field{"cause", &PlaybackView::cause},
                          Field{"wait", &PlaybackView::wait}};
    }
};
// Once the moment of the anchor has passed, an equal anchor at `now` is given, so that clients
// without a synchronised clock read the present position from it.
PlaybackView view(const Room& room, Millis now);
// The same for one who must not see what is watched (see hides_media).
PlaybackView view_without_media(const Room& room, Millis now);

// What clients that do not know party:state get beside it.
struct PlainCommand {  // party:play, party:pause, party:seek
    double current_time = 0;
    Millis position_ms = 0, at_server_ms = 0;
    std::string by;
    static constexpr auto fields() {
        return std::tuple{Field{"currentTime", &PlainCommand::current_time},
                          Field{"positionMs", &PlainCommand::position_ms},
                          Field{"atServerMs", &PlainCommand::at_server_ms},
                          Field{"by", &PlainCommand::by}};
    }
};
// Its type after the room's last party:state; empty where there is nothing to say. It is said at
// once, also while others are waited for.
std::string_view plain_type(const PlaybackView& state);
PlainCommand plain_command(const PlaybackView& state);

// How far ahead a start or a seek lies, so that it reaches all in time: 300 to 1500 ms.
Millis lead(const Room& room);
// The same for a pause, which everybody wants at once.
Millis short_lead(const Room& room);

// Everybody stops at the position, at the time `at`; paused or waiting.
void halt(Room& room, const char* status, Millis position, Millis at);
// Tells everybody and keeps it. A barrier or an automatic change is by nobody.
void tell_state(Room& room, const Act& act, const char* cause, Change& change);
// When the media will be over at this rate; 0: never, as it stands.
Millis end_of_media(const Room& room);

}  // namespace party
