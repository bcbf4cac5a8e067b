#include "workers/party/room/reports.h"

#include <algorithm>
#include <cmath>

#include "workers/party/room/barrier.h"
#include "workers/party/room/media.h"
#include "workers/party/room/playback.h"
#include "workers/party/room/problems.h"
#include "workers/party/room/roles.h"

namespace party {

namespace {

constexpr Millis between_corrections = 5000;
constexpr Millis between_seeks = 10'000;
constexpr Millis minute = 60'000;
constexpr Millis settling = 1500;  // after a start, players find their pace
constexpr Millis oldest = 10'000;
constexpr double in_step_within = 500;

// The table of corrections, all in milliseconds.
struct Limits {
    double dead_zone, gentle, seek;  // gentle: up to here in proportion
    double gentle_rate, most_rate;
};
constexpr Limits recorded{40, 1000, 2000, 0.05, 0.10};
constexpr Limits live{300, 4000, 4000, 0.03, 0.03};

bool is_live(const Room& room) {
    return room.playback.media && room.playback.media->timeline == "live";
}

double measured(double value, const char* field) {
    if (!(value >= 0 && value <= 600'000)) throw Failure(bad_request, {{"field", field}});
    return value;
}

bool is_alike(const Link& one, const Link& other) {
    return one.unstable == other.unstable && std::abs(one.rtt_ms - other.rtt_ms) < 20 &&
           std::abs(one.jitter_ms - other.jitter_ms) < 20;
}

bool is_calm(const Correction& memory, const PositionReport& report, Millis now) {
    return now < memory.calm_until || report.seeks >= 3;
}

bool may_seek(const Correction& memory, Millis now) {
    return memory.seeks.empty() || now >= memory.seeks.back() + between_seeks;
}

void remember_seek(Correction& memory, Millis now) {
    std::erase_if(memory.seeks, [&](Millis at) { return at <= now - minute; });
    memory.seeks.push_back(now);
    if (memory.seeks.size() >= 3) memory.calm_until = now + minute;
}

// `behind` by two seconds is made up for in two seconds, within limits.
Correct by_rate(const Room& room, const Limits& limits, double behind, Millis now) {
    double most = std::abs(behind) <= limits.gentle ? limits.gentle_rate : limits.most_rate;
    double factor = 1 + std::clamp(behind / 2000, -most, most);
    return {room.playback.version, room.position(now), now, "rate", room.playback.rate * factor};
}

Correct by_seek(const Room& room, Millis now) {
    auto at = now + lead(room);
    return {room.playback.version, room.position(at), at, "seek", {}};
}

}  // namespace

void link_stats(Room& room, const Act& act, const LinkStats& wanted, Change& change) {
    acting(room, act);
    Link link{measured(wanted.rtt_ms, "rttMs"), measured(wanted.jitter_ms, "jitterMs"),
              wanted.unstable.value_or(false)};
    auto known = room.links.find(act.member);
    if (known != room.links.end() && is_alike(known->second, link)) return;
    room.links[act.member] = link;
    change.commutes = true;
    change.touch("l:" + act.member);
}

std::optional<double> drift(const Room& room, const PositionReport& report, Millis now) {
    const auto& playback = room.playback;
    if (playback.status != "playing" || report.status != "playing") return {};
    if (report.version < playback.version) return {};
    if (is_live(room) && playback.anchor_ms <= longest_media) return {};
    auto began = static_cast<double>(playback.anchor_server_ms + settling);
    bool recent = report.at_server_ms >= static_cast<double>(now - oldest) &&
                  report.at_server_ms <= static_cast<double>(now + 1000);
    if (!recent || report.at_server_ms < began) return {};
    auto drift =
        report.position_ms - static_cast<double>(room.position(std::llround(report.at_server_ms)));
    if (!std::isfinite(drift)) return {};
    return drift;
}

std::optional<Correct> judge(const Room& room, const std::string& member,
                             const PositionReport& report, Millis now, Correction& memory) {
    const Seat* seat = room.seat(member);
    bool follows =
        seat && (seat->member.status == "active" || seat->member.status == "catching_up");
    if (!follows || report.blocked || now < memory.at + between_corrections) return {};
    auto ahead = drift(room, report, now);
    if (!ahead) return {};
    const auto& limits = is_live(room) ? live : recorded;
    bool calm = is_calm(memory, report, now);
    double distance = std::abs(*ahead);
    if (distance < limits.dead_zone * (calm ? 2 : 1)) return {};
    bool seeks = distance > limits.seek;
    if (seeks && (calm || !may_seek(memory, now))) return {};
    memory.at = now;
    if (!seeks) return by_rate(room, limits, -*ahead, now);
    remember_seek(memory, now);
    return by_seek(room, now);
}

bool caught_up(const Room& room, const std::string& member, const PositionReport& report,
               Millis now) {
    const Seat* seat = room.seat(member);
    if (!seat || seat->member.status != "catching_up") return false;
    auto ahead = drift(room, report, now);
    return ahead && std::abs(*ahead) <= in_step_within;
}

}  // namespace party
