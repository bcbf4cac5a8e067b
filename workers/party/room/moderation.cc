#include "workers/party/room/moderation.h"

#include <algorithm>

#include "workers/party/room/lifecycle.h"
#include "workers/party/room/presence.h"
#include "workers/party/room/problems.h"
#include "workers/party/room/roles.h"

namespace party {

namespace {

constexpr Millis minute = 60'000;
constexpr std::uint16_t close_kicked = 4410, close_banned = 4411;

bool outranks(const Seat& one, const Seat& other) {
    return rank_of(one.member.role) > rank_of(other.member.role);
}

// The account that is meant. Nobody acts on the own one or on who has an equal or higher role.
std::string user_meant(const Room& room, const Act& act, const Removal& wanted,
                       Permission permission) {
    const Seat& actor = require(room, act, permission);
    const Seat* named = wanted.member ? room.seat(*wanted.member) : nullptr;
    if (wanted.member && !named) throw Failure(target_not_found);
    if (!named && !wanted.user) throw Failure(bad_request, {{"field", "memberId"}});
    auto user = named ? named->member.user : *wanted.user;
    for (const auto& [id, seat] : room.seats) {
        bool spared = seat.member.user == user && !outranks(actor, seat);
        if (spared) throw Failure(not_allowed, {{"permission", name_of(permission)}});
    }
    return user;
}

std::vector<std::string> members_of(const Room& room, const std::string& user) {
    std::vector<std::string> members;
    for (const auto& [id, seat] : room.seats) {
        if (seat.member.user == user) members.push_back(id);
    }
    return members;
}

void lift(Room& room, const std::string& user, bool muted, Change& change) {
    std::erase_if(room.bans,
                  [&](const Ban& one) { return one.user == user && one.muted == muted; });
    change.touch("bans");
}

void put_ban(Room& room, const Ban& ban, Change& change) {
    lift(room, ban.user, ban.muted, change);
    room.bans.push_back(ban);
}

void send_away(Room& room, const Act& act, const Ban& ban, const Removal& wanted, Change& change) {
    Kicked word{wanted.reason, {}};
    if (ban.until != 0) word.ban_until = ban.until;
    const char* reason = ban.kicked ? "kicked" : "banned";
    for (const auto& id : members_of(room, ban.user)) {
        auto connection = room.seats[id].connection;
        change.whisper(id, "party:kicked", word);
        change.words.back().connection = connection;
        change.dismiss(id, connection, ban.kicked ? close_kicked : close_banned, reason);
        remove_member(room, act, id, reason, change);
    }
    std::erase_if(room.knocks, [&](const Knock& one) { return one.user == ban.user; });
    change.touch("knocks");
}

}  // namespace

const Ban* ban_of(const Room& room, const std::string& user, Millis now) {
    auto found = std::find_if(room.bans.begin(), room.bans.end(), [&](const Ban& ban) {
        return ban.user == user && !ban.muted && (ban.until == 0 || now < ban.until);
    });
    return found == room.bans.end() ? nullptr : &*found;
}

Millis muted_until(const Room& room, const std::string& user) {
    auto found = std::find_if(room.bans.begin(), room.bans.end(),
                              [&](const Ban& ban) { return ban.user == user && ban.muted; });
    return found == room.bans.end() ? 0 : found->until;
}

void kick(Room& room, const Act& act, const Removal& wanted, Change& change) {
    auto user = user_meant(room, act, wanted, Permission::kick);
    if (members_of(room, user).empty()) throw Failure(target_not_found);
    Ban ban{user, act.now + wanted.minutes.value_or(1) * minute, true};
    put_ban(room, ban, change);
    send_away(room, act, ban, wanted, change);
}

void ban(Room& room, const Act& act, const Removal& wanted, Change& change) {
    auto user = user_meant(room, act, wanted, Permission::ban);
    Ban ban{user, wanted.minutes ? act.now + *wanted.minutes * minute : 0, false};
    put_ban(room, ban, change);
    send_away(room, act, ban, wanted, change);
}

void keep_out(Room& room, const std::vector<Ban>& bans, Change& change) {
    if (!room.exists() || !room.about.ended.empty()) return;
    for (const auto& one : bans) put_ban(room, one, change);
}

void unban(Room& room, const Act& act, const Removal& wanted, Change& change) {
    require(room, act, Permission::ban);
    if (!wanted.user) throw Failure(bad_request, {{"field", "userId"}});
    auto before = room.bans.size();
    lift(room, *wanted.user, false, change);
    if (room.bans.size() == before) throw Failure(target_not_found);
}

void mute(Room& room, const Act& act, const Mute& wanted, Change& change) {
    const Seat& actor = require(room, act, Permission::mute);
    const Seat& meant = target(room, wanted.member);
    if (!outranks(actor, meant)) throw Failure(not_allowed, {{"permission", "mute"}});
    auto user = meant.member.user;
    auto until = wanted.minutes == 0 ? 0 : act.now + wanted.minutes * minute;
    if (until == 0) lift(room, user, true, change);
    if (until != 0) put_ban(room, Ban{user, until, false, true}, change);
    for (const auto& id : members_of(room, user)) {
        room.seats[id].muted_until = until;
        tell_updated(room.seats[id], act.now, change);
    }
}

void lock(Room& room, const Act& act, const Lock& wanted, Change& change) {
    require(room, act, Permission::lock);
    if (room.settings.locked == wanted.locked) return;
    room.settings.locked = wanted.locked;
    tell_settings(room, act, change);
}

}  // namespace party
