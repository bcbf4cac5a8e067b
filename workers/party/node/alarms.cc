#include "workers/party/node/alarms.h"

#include "workers/party/room/barrier.h"
#include "workers/party/room/polls.h"
#include "workers/party/room/presence.h"
#include "workers/party/room/queue.h"
#include "workers/party/room/timeline.h"

namespace party {

namespace {

constexpr Millis tolerated = 3'000;

struct Tick {
    const char* kind;
    void (*run)(Room&, const Act&, Change&);
};

constexpr Tick ticks[] = {{"members", tick_members},     {"barrier", tick_barrier},
                          {"buffering", tick_buffering}, {"advance", tick_advance},
                          {"start", tick_start},         {"poll", tick_poll}};

void ignore(Room&, const Act&, Change&) {}

}  // namespace

Command tick(const std::string& kind) {
    for (const auto& one : ticks) {
        if (kind == one.kind) return one.run;
    }
    return ignore;
}

std::vector<Alarm> overdue(const Room& room, Millis now) {
    Change wanted;
    wake_for_members(room, wanted);
    watch_stalls(room, now, wanted);
    if (room.playback.wait) wanted.wake("barrier", room.playback.wait->deadline_server_ms);
    wanted.wake("advance", end_of_media(room));
    bool begins = room.playback.media && room.playback.status == "idle";
    if (begins) wanted.wake("start", room.about.starts_at);
    if (room.poll) wanted.wake("poll", room.poll->ends_at);
    std::vector<Alarm> result;
    for (const auto& alarm : wanted.alarms) {
        if (alarm.at > 0 && alarm.at < now - tolerated) result.push_back(alarm);
    }
    return result;
}

}  // namespace party
