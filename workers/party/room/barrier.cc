#include "workers/party/room/barrier.h"

#include <algorithm>
#include <cmath>

#include "workers/party/room/playback.h"
#include "workers/party/room/roles.h"

namespace party {

namespace {

constexpr Millis budget_span = 5 * 60'000;
constexpr std::size_t budget = 2;            // waits for one member in that time
constexpr std::size_t told_one_by_one = 20;  // beyond, the roster of the next snapshot tells
constexpr double close_enough = 500;

const char* name_of(WaitFor reason) {
    switch (reason) {
        case WaitFor::media:
            return "media";
        case WaitFor::play:
        case WaitFor::play_here:
            return "play";
        case WaitFor::seek:
            return "seek";
        case WaitFor::buffering:
            return "buffering";
    }
    return "";
}

// Without media there is nothing to load first.
Millis longest_wait(const Room& room, WaitFor reason) {
    if (reason == WaitFor::buffering) return room.settings.wait_policy == "grace" ? 6000 : 10'000;
    bool loads = reason != WaitFor::seek && room.playback.media;
    return loads ? 20'000 : 8000;
}

bool is_waited_for(const Seat& seat, Millis now) {
    return seat.waits && !seat.ignored && seat.ignored_until <= now && takes_part(seat);
}

void tell_waiting(const Room& room, Change& change) {
    const auto& wait = *room.playback.wait;
    change.tell("party:waiting",
                Waiting{wait.version, wait.reason, wait.missing, wait.deadline_server_ms});
}

void open_wait(Room& room, const Act& act, WaitFor reason, std::vector<std::string> missing,
               const char* cause, Change& change) {
    auto deadline = act.now + longest_wait(room, reason);
    room.playback.wait =
        Wait{name_of(reason), std::move(missing), deadline, change.next_version(room)};
    change.wake("barrier", deadline);
    tell_state(room, act, cause, change);
    tell_waiting(room, change);
}

// After somebody needs not be waited for any more.
void resolve(Room& room, const Act& act, Change& change) {
    auto& missing = room.playback.wait->missing;
    std::erase_if(missing, [&](const auto& member) {
        const Seat* seat = room.seat(member);
        return !seat || !is_waited_for(*seat, act.now);
    });
    if (missing.empty()) return start(room, act, "barrier", change);
    change.touch("playback");
    tell_waiting(room, change);
}

double needed_buffer(const Room& room) {
    const auto& playback = room.playback;
    if (!playback.media) return 5000;
    if (playback.media->timeline == "live") return 2000;
    if (!playback.media->duration_ms) return 5000;
    auto left = *playback.media->duration_ms - playback.anchor_ms;
    return std::min<double>(5000, static_cast<double>(left) - close_enough);
}

// Live positions count for nothing where they are no times of day: everybody begins at 0.
bool is_near(const Room& room, double position, Millis now) {
    const auto& media = room.playback.media;
    bool counts = !media || media->timeline != "live" || room.playback.anchor_ms > longest_media;
    return !counts || std::abs(position - room.position(now)) <= close_enough;
}

bool is_ready(const Room& room, const Ready& wanted, Millis now) {
    const auto& playback = room.playback;
    auto version = playback.wait ? playback.wait->version : playback.version;
    return wanted.version >= version &&
           (!playback.media || wanted.media_seq == playback.media_seq) &&
           is_near(room, wanted.position_ms, now) && wanted.buffered_ms >= needed_buffer(room);
}

Millis patience(const Room& room) { return room.settings.wait_policy == "strict" ? 300 : 1500; }

// When a stall that goes on will have lasted too long.
Millis due_at(const Room& room, const Seat& seat) {
    return std::max(seat.stalled_since, room.playback.anchor_server_ms) + patience(room);
}

bool stalls_count(const Room& room) {
    return room.playback.status == "playing" && room.settings.wait_policy != "off";
}

bool has_budget(Seat& seat, Millis now) {
    std::erase_if(seat.stalls, [&](Millis at) { return at <= now - budget_span; });
    return seat.stalls.size() < budget;
}

// The room waits for this stall, or not for any of this member for a while.
bool is_granted(Seat& seat, const Act& act, Change& change) {
    bool granted = has_budget(seat, act.now);
    seat.stalled_since = 0;
    if (granted) {
        seat.stalls.push_back(act.now);
        change.touch("m:" + seat.member.id);
    } else {
        seat.ignored_until = act.now + budget_span;
        tell_updated(seat, act.now, change);
    }
    return granted;
}

std::vector<std::string> stalled_too_long(Room& room, const Act& act, Change& change) {
    std::vector<std::string> members;
    for (const auto& [id, seat] : room.seats) {
        bool due = seat.stalled_since && due_at(room, seat) <= act.now;
        if (!due || !is_waited_for(seat, act.now)) continue;
        if (is_granted(room.seats[id], act, change)) members.push_back(id);
    }
    return members;
}

bool set_status(Seat& seat, const char* status, Millis now, Change& change) {
    if (seat.member.status == status) return false;
    seat.member.status = status;
    seat.stalled_since = 0;
    tell_updated(seat, now, change);
    return true;
}

// One who plays again, whatever was in the way.
void recover(Seat& seat, Millis now, Change& change) {
    const auto& status = seat.member.status;
    bool was_out = status == "buffering" || status == "catching_up" || status == "blocked";
    if (was_out) set_status(seat, "active", now, change);
}

bool is_missing(const Room& room, const std::string& member) {
    const auto& wait = room.playback.wait;
    return wait && std::count(wait->missing.begin(), wait->missing.end(), member) > 0;
}

void take_out(Room& room, const Act& act, const std::string& member, Change& change) {
    std::erase(room.playback.wait->missing, member);
    resolve(room, act, change);
}

}  // namespace

bool takes_part(const Seat& seat) {
    const auto& status = seat.member.status;
    return seat.gone_since == 0 && (status == "active" || status == "buffering");
}

void wait_or_start(Room& room, const Act& act, WaitFor reason, const char* cause, Change& change) {
    std::vector<std::string> missing;
    for (const auto& [id, seat] : room.seats) {
        bool loaded = reason == WaitFor::play_here && seat.member.ready;
        if (is_waited_for(seat, act.now) && !loaded) missing.push_back(id);
    }
    if (missing.empty() || room.settings.wait_policy == "off") {
        return start(room, act, cause, change);
    }
    halt(room, "waiting", room.playback.anchor_ms, act.now);
    open_wait(room, act, reason, std::move(missing), cause, change);
}

void start_without_missing(Room& room, const Act& act, const char* cause, Change& change) {
    auto late = room.playback.wait ? room.playback.wait->missing : std::vector<std::string>{};
    for (const auto& member : late) {
        Seat* seat = room.seat(member);
        if (!seat || !takes_part(*seat)) continue;
        seat->member.status = "catching_up";
        seat->stalled_since = 0;
        change.touch("m:" + member);
        if (late.size() <= told_one_by_one) tell_updated(*seat, act.now, change);
    }
    start(room, act, cause, change);
}

void member_gone(Room& room, const Act& act, const std::string& member, Change& change) {
    if (is_missing(room, member)) take_out(room, act, member, change);
}

void watch_stalls(const Room& room, Millis now, Change& change) {
    if (!stalls_count(room)) return;
    Millis next = 0;
    for (const auto& [id, seat] : room.seats) {
        if (!seat.stalled_since || !is_waited_for(seat, now)) continue;
        auto due = due_at(room, seat);
        if (next == 0 || due < next) next = due;
    }
    if (next) change.wake("buffering", next);
}

void ready(Room& room, const Act& act, const Ready& wanted, Change& change) {
    Seat& seat = acting(room, act);
    bool accepted = is_ready(room, wanted, act.now);
    change.reply(Accepted{accepted});
    if (!accepted || seat.member.status == "unsupported") return;
    bool missing = is_missing(room, act.member);
    bool was_ready = std::exchange(seat.member.ready, true);
    recover(seat, act.now, change);
    if (missing) change.touch("m:" + act.member);
    if (missing) return take_out(room, act, act.member, change);
    if (!was_ready && change.events.empty()) tell_updated(seat, act.now, change);
}

void buffering(Room& room, const Act& act, const Buffering& wanted, Change& change) {
    Seat& seat = acting(room, act);
    auto& status = seat.member.status;
    if (!wanted.buffering) {
        if (status == "buffering" || status == "catching_up") recover(seat, act.now, change);
        return;
    }
    bool stale = wanted.version && *wanted.version < room.playback.version;
    if (stale || status != "active") return;
    set_status(seat, "buffering", act.now, change);
    seat.stalled_since = act.now;
    watch_stalls(room, act.now, change);
}

void ignore_wait(Room& room, const Act& act, const IgnoreWait& wanted, Change& change) {
    Seat& seat = acting(room, act);
    if (seat.ignored == wanted.on) return;
    seat.ignored = wanted.on;
    tell_updated(seat, act.now, change);
    if (wanted.on) member_gone(room, act, act.member, change);
}

void blocked(Room& room, const Act& act, const Blocked& wanted, Change& change) {
    Seat& seat = acting(room, act);
    if (seat.member.status == "unsupported") return;
    if (!wanted.reason) return recover(seat, act.now, change);
    if (set_status(seat, "blocked", act.now, change)) member_gone(room, act, act.member, change);
}

void in_step(Room& room, const Act& act, Change& change) {
    Seat& seat = acting(room, act);
    if (seat.member.status == "catching_up") recover(seat, act.now, change);
}

void tick_barrier(Room& room, const Act& act, Change& change) {
    const auto& playback = room.playback;
    if (playback.status != "waiting" || !playback.wait) return;
    auto deadline = playback.wait->deadline_server_ms;
    if (act.now < deadline) return change.wake("barrier", deadline);
    start_without_missing(room, act, "barrier", change);
}

void tick_buffering(Room& room, const Act& act, Change& change) {
    if (!stalls_count(room)) return;
    auto missing = stalled_too_long(room, act, change);
    if (missing.empty()) return watch_stalls(room, act.now, change);
    auto at = act.now + short_lead(room);
    halt(room, "waiting", room.position(at), at);
    open_wait(room, act, WaitFor::buffering, std::move(missing), "barrier", change);
}

void tick_start(Room& room, const Act& act, Change& change) {
    auto& about = room.about;
    const auto& playback = room.playback;
    if (!about.starts_at || !playback.media || playback.status != "idle") return;
    if (act.now < about.starts_at) return change.wake("start", about.starts_at);
    about.starts_at = 0;
    change.touch("about");
    room.playback.anchor_server_ms = act.now;
    wait_or_start(room, act, WaitFor::play_here, "auto", change);
}

}  // namespace party
