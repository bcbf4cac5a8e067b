// What clients measure: their links, and where their players are. Links make the lead (playback.h);
// reports of positions are judged here, without changing the room, and may be answered with a
// correction to that client alone. Clients follow the room by themselves; this helps those that
// cannot, or do not.
#pragma once

#include "workers/party/room/change.h"

namespace party {

struct LinkStats {  // sync:stats
    double offset_ms = 0, rtt_ms = 0, jitter_ms = 0;
    std::optional<bool> unstable;  // gave up on following closely
    static constexpr auto fields() {
        return std::tuple{
            Field{"offsetMs", &LinkStats::offset_ms}, Field{"rttMs", &LinkStats::rtt_ms},
            Field{"jitterMs", &LinkStats::jitter_ms}, Field{"unstable", &LinkStats::unstable}};
    }
};
// Kept for the room when they changed by 20 ms or more. Commutes.
void link_stats(Room& room, const Act& act, const LinkStats& wanted, Change& change);

struct PositionReport {  // party:report
    std::int64_t version = 0;
    double position_ms = 0, at_server_ms = 0;
    std::string status;  // playing, paused, buffering, seeking, unstable, ...
    std::optional<double> rate, buffered_ms, drift_ms;
    std::int64_t seeks = 0;              // by itself, in the last minute
    std::optional<std::string> blocked;  // as in party:blocked; the node runs that command
    static constexpr auto fields() {
        return std::tuple{Field{"ver", &PositionReport::version},
                          Field{"positionMs", &PositionReport::position_ms},
                          Field{"atServerMs", &PositionReport::at_server_ms},
                          Field{"status", &PositionReport::status, Length{1, 20}},
                          Field{"rate", &PositionReport::rate},
                          Field{"bufferedMs", &PositionReport::buffered_ms},
                          Field{"driftMs", &PositionReport::drift_ms},
                          Field{"seeks", &PositionReport::seeks},
                          Field{"blocked", &PositionReport::blocked, Length{0, 20}}};
    }
};

struct Correct {  // party:correct
    std::int64_t version = 0;
    Millis target_ms = 0, at_server_ms = 0;
    std::string mode;            // rate, seek
    std::optional<double> rate;  // to play with from then on, in place of the room's
    static constexpr auto fields() {
        return std::tuple{Field{"ver", &Correct::version}, Field{"targetMs", &Correct::target_ms},
                          Field{"atServerMs", &Correct::at_server_ms},
                          Field{"mode", &Correct::mode}, Field{"rate", &Correct::rate}};
    }
};

// What was sent to a member before; the node keeps it beside the connection.
struct Correction {
    Millis at = 0;              // the last one
    std::vector<Millis> seeks;  // of the last minute
    Millis calm_until = 0;      // no seeks and a wider dead zone, after three in a minute
};

// How far the member was ahead of the room (negative: behind) at the moment it speaks of, in
// milliseconds. Nothing where that says nothing: the room does not play, the report speaks of
// another state or of a time far off, the player was not playing, or positions are not comparable
// (live without times of day).
std::optional<double> drift(const Room& room, const PositionReport& report, Millis now);

// The correction to send now, at most one in 5 s: by rate up to 2 s (live: 4 s), by a seek beyond,
// 10 s apart. None to members who buffer, are blocked, or gave up. `memory` takes it down.
std::optional<Correct> judge(const Room& room, const std::string& member,
                             const PositionReport& report, Millis now, Correction& memory);

// Whether a member that was catching up is in step again: then the node runs `in_step` (barrier.h).
bool caught_up(const Room& room, const std::string& member, const PositionReport& report,
               Millis now);

}  // namespace party
