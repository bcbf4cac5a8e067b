// Waiting for each other: the room starts when nobody is missing, or at the deadline. Only members
// who announced `ready` take part; one who misses a deadline, leaves, or stalls again and again is
// waited for no more until it is in step, so nobody can keep the others from watching.
#pragma once

#include "workers/party/room/change.h"

namespace party {

// What the room waits for: new media, the first play of them (`play_here`: where those who are
// ready have loaded them), a seek, or members who stall.
enum class WaitFor : unsigned char { media, play, play_here, seek, buffering };

struct Waiting {  // party:waiting
    std::int64_t version = 0;
    std::string reason;
    std::vector<std::string> missing;
    Millis deadline_server_ms = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"ver", &Waiting::version}, Field{"reason", &Waiting::reason},
                          Field{"missing", &Waiting::missing},
                          Field{"deadlineServerMs", &Waiting::deadline_server_ms}};
    }
};

struct Ready {  // party:ready
    std::int64_t version = 0, media_seq = 0;
    double buffered_ms = 0, position_ms = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"ver", &Ready::version}, Field{"mediaSeq", &Ready::media_seq},
                          Field{"bufferedMs", &Ready::buffered_ms},
                          Field{"positionMs", &Ready::position_ms}};
    }
};
struct Accepted {  // reply to party:ready and party:media_match
    bool accepted = false;
    static constexpr auto fields() { return std::tuple{Field{"accepted", &Accepted::accepted}}; }
};
// Counts when it speaks of the state that is waited for (or a newer one), of the media, of a
// position within half a second of the room's, and of 5 s of buffer (2 s live, or to the end). A
// member who is behind is in step again by it.
void ready(Room& room, const Act& act, const Ready& wanted, Change& change);

struct Buffering {  // party:buffering
    bool buffering = false;
    std::optional<std::int64_t> version;  // a stall in a state that is over does not count
    static constexpr auto fields() {
        return std::tuple{Field{"buffering", &Buffering::buffering},
                          Field{"ver", &Buffering::version}};
    }
};
// The room waits for one who stalls longer than 1.5 s (0.3 s if strict), twice in five minutes; a
// third time it goes on without, and for the five minutes that follow.
void buffering(Room& room, const Act& act, const Buffering& wanted, Change& change);

struct IgnoreWait {  // party:ignore_wait
    bool on = false;
    static constexpr auto fields() { return std::tuple{Field{"on", &IgnoreWait::on}}; }
};
void ignore_wait(Room& room, const Act& act, const IgnoreWait& wanted, Change& change);

struct Blocked {                        // party:blocked
    std::optional<std::string> reason;  // without: plays again
    static constexpr auto fields() {
        return std::tuple{
            Field{"reason", &Blocked::reason, OneOf{"autoplay", "drm", "unavailable", "decoder"}}};
    }
};
void blocked(Room& room, const Act& act, const Blocked& wanted, Change& change);

// By the node: a member that was catching up reported a position in step (see reports.h).
void in_step(Room& room, const Act& act, Change& change);

// Alarms of these names; a scheduled party starts when it has media.
void tick_barrier(Room& room, const Act& act, Change& change);
void tick_buffering(Room& room, const Act& act, Change& change);
void tick_start(Room& room, const Act& act, Change& change);

// For playback.h, and for who takes members out.

// Whether a member plays along: it is here, and neither blocked nor catching up.
bool takes_part(const Seat& seat);
// Waits at the anchor for all who can be waited for, or starts at once when there are none.
void wait_or_start(Room& room, const Act& act, WaitFor reason, const char* cause, Change& change);
// Starts now; who is missing has to catch up.
void start_without_missing(Room& room, const Act& act, const char* cause, Change& change);
// Nobody waits for this member any more. To be called after it left or went away; the seat may be
// gone already.
void member_gone(Room& room, const Act& act, const std::string& member, Change& change);
// Sets the alarm for the next stall that will have lasted too long.
void watch_stalls(const Room& room, Millis now, Change& change);

}  // namespace party
