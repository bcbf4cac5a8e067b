#include "workers/party/room/roles.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "workers/party/room/problems.h"

namespace party {

namespace {

constexpr Millis reclaim_for = 10 * 60'000;
constexpr std::array names{"play_pause",   "seek",        "rate",    "media", "queue_add",
                           "queue_remove", "queue_order", "vote",    "chat",  "react",
                           "invite",       "admit",       "mute",    "kick",  "ban",
                           "lock",         "settings",    "promote", "end"};

// "host", "cohosts", "everyone" (but viewers), as the settings say it.
bool among(const std::string& role, const std::string& group) {
    int least = group == "host" ? 4 : group == "cohosts" ? 3 : 1;
    return rank_of(role) >= least;
}

// "off", "hosts", "members", "everyone"; a viewer only reads, whatever the group.
bool may_chat(const Settings& settings, const std::string& role) {
    if (settings.chat == "off") return false;
    return rank_of(role) >= (settings.chat == "hosts" ? 3 : 1);
}

}  // namespace

const char* name_of(Permission permission) { return names[static_cast<std::size_t>(permission)]; }

int rank_of(const std::string& role) {
    if (role == "host") return 4;
    if (role == "cohost") return 3;
    if (role == "dj") return 2;
    return role == "member" ? 1 : 0;
}

bool may(const Room& room, const Seat& seat, Permission permission) {
    const auto& settings = room.settings;
    const auto& role = seat.member.role;
    switch (permission) {
        case Permission::play_pause:
            return among(role, settings.control);
        case Permission::seek:
            return among(role, settings.seek_control);
        case Permission::rate:
            return settings.allow_rate && among(role, settings.control);
        case Permission::queue_add:
            return rank_of(role) >= 1;
        case Permission::media:
        case Permission::queue_remove:
        case Permission::queue_order:
            return rank_of(role) >= 2;
        case Permission::vote:
            return rank_of(role) >= 1;
        case Permission::chat:
            return may_chat(settings, role);
        case Permission::react:
            return settings.reactions && rank_of(role) >= 1;
        case Permission::invite:
        case Permission::admit:
        case Permission::mute:
        case Permission::kick:
        case Permission::ban:
        case Permission::lock:
            return rank_of(role) >= 3;
        case Permission::settings:
        case Permission::promote:
        case Permission::end:
            return rank_of(role) >= 4;
    }
    return false;
}

const Seat& acting(const Room& room, const Act& act) {
    if (!room.exists()) throw Failure(room_not_found);
    if (!room.about.ended.empty()) throw Failure(room_ended);
    const Seat* seat = room.seat(act.member);
    if (!seat) throw Failure(not_in_room);
    return *seat;
}

Seat& acting(Room& room, const Act& act) {
    acting(std::as_const(room), act);
    return room.seats[act.member];
}

const Seat& require(const Room& room, const Act& act, Permission permission) {
    const Seat& seat = acting(room, act);
    if (!may(room, seat, permission)) {
        throw Failure(not_allowed, {{"permission", name_of(permission)}});
    }
    return seat;
}

Seat& require(Room& room, const Act& act, Permission permission) {
    require(std::as_const(room), act, permission);
    return room.seats[act.member];
}

Seat& target(Room& room, const std::string& member) {
    Seat* seat = room.seat(member);
    if (!seat) throw Failure(target_not_found);
    return *seat;
}

void tell_updated(const Seat& seat, Millis now, Change& change) {
    UserUpdated updated{seat.member, {}};
    if (seat.muted_until > now) updated.muted_until = seat.muted_until;
    change.touch("m:" + seat.member.id);
    change.tell("party:user_updated", updated);
}

void make_host(Room& room, const Act& act, const std::string& member, const std::string& reason,
               Change& change) {
    auto& about = room.about;
    auto previous = about.host;
    bool lost = reason == "left" || reason == "timeout";
    Seat* before = room.seat(previous);
    Seat* after = room.seat(member);
    if (before) before->member.role = reason == "reclaim" ? about.host_was : "cohost";
    about.host = member;
    about.host_was = after ? after->member.role : "";
    if (lost && !previous.empty()) {
        about.former_host = previous;
        about.reclaim_until = act.now + reclaim_for;
    } else if (!lost) {
        about.former_host.clear();
        about.reclaim_until = 0;
    }
    change.touch("about");
    if (after) after->member.role = "host";
    HostChanged changed{{}, {}, reason};
    if (after) changed.host = member;
    if (!previous.empty()) changed.previous = previous;
    change.tell("party:host_changed", changed);
    if (before) tell_updated(*before, act.now, change);
    if (after) tell_updated(*after, act.now, change);
}

std::string next_host(const Room& room) {
    const Seat* best = nullptr;
    auto order = [](const Seat& seat) {
        return std::tuple{-rank_of(seat.member.role), seat.member.joined_at, seat.member.id};
    };
    for (const auto& [id, seat] : room.seats) {
        if (id == room.about.host || seat.gone_since != 0) continue;
        if (!best || order(seat) < order(*best)) best = &seat;
    }
    return best ? best->member.id : "";
}

bool can_reclaim(const Room& room, const std::string& member, Millis now) {
    const auto& about = room.about;
    return about.former_host == member && about.host != member && now < about.reclaim_until;
}

void host(Room& room, const Act& act, const Host& wanted, Change& change) {
    acting(room, act);
    if (wanted.member == act.member && can_reclaim(room, act.member, act.now)) {
        return make_host(room, act, act.member, "reclaim", change);
    }
    require(room, act, Permission::promote);
    if (wanted.member == act.member) return;
    if (target(room, wanted.member).gone_since != 0) throw Failure(target_not_found);
    make_host(room, act, wanted.member, "manual", change);
}

void role(Room& room, const Act& act, const Role& wanted, Change& change) {
    require(room, act, Permission::promote);
    Seat& seat = target(room, wanted.member);
    if (seat.member.role == "host") throw Failure(not_allowed, {{"permission", "promote"}});
    if (seat.member.role == wanted.role) return;
    seat.member.role = wanted.role;
    tell_updated(seat, act.now, change);
}

}  // namespace party
