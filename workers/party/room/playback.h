// What a party plays: media, play, pause, seek, rate, stop. Everybody computes the position from
// one anchor (Playback in room.h); what changes is carried out by all at a time that lies a little
// ahead
// (`lead`). Whether the room first waits for its members is barrier.h's; what comes next is
// queue.h's.
#pragma once

#include "workers/party/room/media.h"
#include "workers/party/room/timeline.h"

namespace party {

struct Moment {                          // party:play, party:pause
    std::optional<double> current_time;  // seconds
    std::optional<double> position_ms;   // wins over the seconds
    std::optional<std::int64_t> at_version;
    static constexpr auto fields() {
        return std::tuple{Field{"currentTime", &Moment::current_time},
                          Field{"positionMs", &Moment::position_ms},
                          Field{"atVer", &Moment::at_version}};
    }
};
// Starts, from the given position or where the room stands. One that is more than two seconds away
// is a seek, too: without the permission to seek it is overlooked. While the room waits, this
// starts without who is missing. A pause of what is paused moves it in the same way.
void play(Room& room, const Act& act, const Moment& wanted, Change& change);
void pause(Room& room, const Act& act, const Moment& wanted, Change& change);

struct Seek {  // party:seek
    std::optional<double> current_time, position_ms;
    std::optional<bool> play;  // what comes after; without: as before
    std::optional<std::int64_t> at_version;
    static constexpr auto fields() {
        return std::tuple{Field{"currentTime", &Seek::current_time},
                          Field{"positionMs", &Seek::position_ms}, Field{"play", &Seek::play},
                          Field{"atVer", &Seek::at_version}};
    }
};
void seek(Room& room, const Act& act, const Seek& wanted, Change& change);

struct Rate {  // party:rate
    double rate = 1;
    std::optional<std::int64_t> at_version;
    static constexpr auto fields() {
        return std::tuple{Field{"rate", &Rate::rate}, Field{"atVer", &Rate::at_version}};
    }
};
void rate(Room& room, const Act& act, const Rate& wanted, Change& change);

struct MediaChange {  // party:media
    NewMedia media;
    std::optional<double> current_time, position_ms;
    std::optional<bool> autoplay;  // without: yes
    static constexpr auto fields() {
        return std::tuple{Field{"media", &MediaChange::media},
                          Field{"currentTime", &MediaChange::current_time},
                          Field{"positionMs", &MediaChange::position_ms},
                          Field{"autoplay", &MediaChange::autoplay}};
    }
};
void media(Room& room, const Act& act, const MediaChange& wanted, Change& change);

struct Stop {  // party:stop
    static constexpr auto fields() { return std::tuple{}; }
};
// Back to idle, at the beginning; the media stay.
void stop(Room& room, const Act& act, const Stop&, Change& change);

// For barrier.h, queue.h and the making of rooms.

// Puts media in, idle at its beginning, without telling. Members who may watch it become active,
// others unsupported. Throws media_not_allowed.
void put_media(Room& room, const Act& act, const Media& media, Change& change);
// Starts what was put in, from the anchor's position, or pauses there.
void begin_media(Room& room, const Act& act, bool plays, Change& change);
// Everybody plays from the anchor on, a lead from now. `cause` as in party:state.
void start(Room& room, const Act& act, const char* cause, Change& change);

}  // namespace party
