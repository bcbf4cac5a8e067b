#include "workers/party/room/presence.h"

#include <algorithm>

#include "workers/party/room/barrier.h"
#include "workers/party/room/ids.h"
#include "workers/party/room/playback.h"
#include "workers/party/room/problems.h"
#include "workers/party/room/roles.h"

namespace party {

namespace {

constexpr std::uint16_t replaced = 4409;

Millis removed_at(const Room& room, const Seat& seat) {
    bool leads = seat.member.id == room.about.host;
    return seat.gone_since + (leads ? host_removed_after : removed_after);
}

Millis expires_at(const About& about) {
    return std::max(about.empty_since, about.starts_at) + empty_for;
}

void hold(Room& room, const Act& act, Change& change) {
    const auto& status = room.playback.status;
    if (status != "playing" && status != "waiting") return;
    halt(room, "paused", room.position(act.now), act.now);
    tell_state(room, act, "auto", change);
}

// The room goes on without the host, or waits for one.
void replace_host(Room& room, const Act& act, const std::string& reason, Change& change) {
    auto next = room.settings.auto_host ? next_host(room) : "";
    make_host(room, act, next, reason, change);
    if (!next.empty() || room.settings.auto_host) return;
    room.about.paused_since = act.now;
    change.touch("about");
    hold(room, act, change);
}

void turn_away(Room& room, const Act& act, Seat& seat, Change& change) {
    seat.member.status = "away";
    seat.stalled_since = 0;
    tell_updated(seat, act.now, change);
    member_gone(room, act, seat.member.id, change);
}

// Members that are gone, the host last: so nobody who is to be removed becomes host.
std::vector<std::string> due(const Room& room, Millis now) {
    std::vector<std::string> members;
    for (const auto& [id, seat] : room.seats) {
        if (seat.gone_since == 0 || now < removed_at(room, seat)) continue;
        members.insert(id == room.about.host ? members.end() : members.begin(), id);
    }
    return members;
}

void drop_expired(Room& room, Millis now, Change& change) {
    auto over = [&](const auto& one) { return one.expires_at <= now; };
    if (std::erase_if(room.knocks, over) > 0) change.touch("knocks");
    if (std::erase_if(room.invites, over) > 0) change.touch("invites");
    auto served = [&](const Ban& ban) { return ban.until != 0 && ban.until <= now; };
    if (std::erase_if(room.bans, served) > 0) change.touch("bans");
}

}  // namespace

void remove_member(Room& room, const Act& act, const std::string& member, const std::string& reason,
                   Change& change) {
    Seat* seat = room.seat(member);
    if (!seat) return;
    UserLeft left{member, seat->member.user, seat->member.name, reason};
    room.seats.erase(member);
    room.links.erase(member);
    change.touch("m:" + member);
    change.touch("l:" + member);
    change.tell("party:user_left", left);
    member_gone(room, act, member, change);
    if (room.about.host == member)
        replace_host(room, act, reason == "timeout" ? reason : "left", change);
    if (room.seats.empty()) {
        room.about.empty_since = act.now;
        change.touch("about");
        hold(room, act, change);
    }
    wake_for_members(room, change);
}

void fill_host(Room& room, const Act& act, const std::string& member, Change& change) {
    const Seat* seat = room.seat(member);
    if (!room.about.host.empty() || !seat) return;
    bool own = can_reclaim(room, member, act.now) || seat->member.user == room.about.owner;
    if (!own && !room.settings.auto_host) return;
    make_host(room, act, member, own ? "reclaim" : "left", change);
    room.about.paused_since = 0;
    change.touch("about");
}

void end_room(Room& room, const std::string& reason, Change& change) {
    room.about.ended = reason;
    change.touch("about");
    change.tell("party:ended", Ended{reason});
    change.wake("members", 0);
    change.ends_room = true;
}

void wake_for_members(const Room& room, Change& change) {
    Millis first = 0;
    auto at = [&](Millis time) { first = first == 0 ? time : std::min(first, time); };
    for (const auto& [id, seat] : room.seats) {
        if (seat.gone_since == 0) continue;
        bool away = seat.member.status == "away";
        at(away ? removed_at(room, seat) : seat.gone_since + away_after);
    }
    for (const auto& knock : room.knocks) at(knock.expires_at);
    if (room.about.paused_since != 0) at(room.about.paused_since + hostless_for);
    if (room.seats.empty()) at(expires_at(room.about));
    change.wake("members", first);
}

void lost(Room& room, const Act& act, const Lost& which, Change& change) {
    for (const auto& [id, known] : room.seats) {
        if (known.connection != which.connection || which.connection.empty()) continue;
        auto& seat = room.seats[id];
        seat.connection.clear();
        seat.gone_since = act.now;
        change.touch("m:" + id);
        return wake_for_members(room, change);
    }
}

std::string member_meant(const Room& room, const Person& person) {
    auto own = member_id(room.about.id, person);
    if (!person.unnamed || room.seat(own)) return own;
    for (const auto& [id, seat] : room.seats) {
        bool same = seat.member.user == person.user && seat.member.profile == person.profile;
        if (same && seat.unnamed && seat.gone_since != 0) return id;
    }
    return own;
}

void returned(Room& room, const Act& act, Change& change) {
    Seat& seat = acting(room, act);
    if (!seat.connection.empty() && seat.connection != act.person.connection) {
        change.dismiss(act.member, seat.connection, replaced, "replaced_by_new_connection");
    }
    seat.connection = act.person.connection;
    seat.gone_since = 0;
    change.touch("m:" + act.member);
    if (seat.member.status == "away") {
        seat.member.status = "active";
        check_media(room, seat, change);
        tell_updated(seat, act.now, change);
    }
    fill_host(room, act, act.member, change);
    wake_for_members(room, change);
}

void tick_members(Room& room, const Act& act, Change& change) {
    if (!room.exists() || !room.about.ended.empty()) return;
    drop_expired(room, act.now, change);
    for (const auto& [id, seat] : room.seats) {
        if (seat.gone_since == 0 || seat.member.status == "away") continue;
        if (act.now >= seat.gone_since + away_after) turn_away(room, act, room.seats[id], change);
    }
    for (const auto& member : due(room, act.now))
        remove_member(room, act, member, "timeout", change);
    const auto& about = room.about;
    if (about.paused_since != 0 && act.now >= about.paused_since + hostless_for) {
        return end_room(room, "idle", change);
    }
    if (room.seats.empty() && act.now >= expires_at(about)) {
        return end_room(room, about.starts_at == 0 ? "idle" : "expired", change);
    }
    wake_for_members(room, change);
}

}  // namespace party
