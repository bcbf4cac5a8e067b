#include "workers/party/room/entry.h"

#include <algorithm>

#include "workers/party/room/ids.h"
#include "workers/party/room/media.h"
#include "workers/party/room/moderation.h"
#include "workers/party/room/names.h"
#include "workers/party/room/presence.h"
#include "workers/party/room/problems.h"
#include "workers/party/room/roles.h"

namespace party {

namespace {

constexpr std::size_t most_knocks = 50;

struct Joined {
    std::string room;
    bool is_host = false;
    Member member;
    Snapshot snapshot;
    static constexpr auto fields() {
        return std::tuple{Field{"roomId", &Joined::room}, Field{"isHost", &Joined::is_host},
                          Field{"member", &Joined::member}, Field{"snapshot", &Joined::snapshot}};
    }
};

struct Pending {
    std::string room;
    bool pending = true;
    std::string knock;
    Millis expires_at = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"roomId", &Pending::room}, Field{"pending", &Pending::pending},
                          Field{"knockId", &Pending::knock},
                          Field{"expiresAt", &Pending::expires_at}};
    }
};

// What brings somebody in besides the room's name.
struct Pass {
    Invite* invite = nullptr;
    Knock* knock = nullptr;  // that was admitted
    bool free() const { return invite || knock; }
    std::string role(const Room& room) const {
        return invite ? invite->role : knock ? knock->role : room.about.join_role;
    }
};

void refuse_banned(const Room& room, const Act& act) {
    const Ban* ban = ban_of(room, act.person.user, act.now);
    if (!ban) return;
    if (ban->until == 0) throw Failure(banned);
    throw Failure(banned, {{"until", ban->until}})
        .retry_after(std::chrono::milliseconds{ban->until - act.now});
}

// Null when the code is the room's own, or neither code nor token was given.
Invite* invite_of(Room& room, const Join& wanted, Millis now) {
    auto code = wanted.code ? written_code(*wanted.code) : std::nullopt;
    if (!wanted.invite && (!wanted.code || code == room.about.code)) return nullptr;
    for (auto& invite : room.invites) {
        bool same = wanted.invite ? invite.token == *wanted.invite : invite.code == code;
        if (same && invite.uses_left > 0 && now < invite.expires_at) return &invite;
    }
    throw Failure(bad_code);
}

Knock* knock_of(Room& room, const std::string& id, Millis now) {
    auto found = std::find_if(room.knocks.begin(), room.knocks.end(), [&](const Knock& one) {
        return one.id == id && now < one.expires_at;
    });
    return found == room.knocks.end() ? nullptr : &*found;
}

Pass pass_of(Room& room, const Act& act, const Join& wanted) {
    Pass pass{invite_of(room, wanted, act.now), nullptr};
    Knock* knock = knock_of(room, act.member, act.now);
    if (knock && knock->answer == "admitted") pass.knock = knock;
    return pass;
}

void tell_doorkeepers(const Room& room, const Knock& knock, const Act& act, Change& change) {
    KnockWord word{knock.id, {knock.user, knock.name, act.person.avatar}, knock.expires_at};
    for (const auto& [id, seat] : room.seats) {
        if (may(room, seat, Permission::admit)) change.whisper(id, "party:knock", word);
    }
}

void ask_to_come_in(Room& room, const Act& act, const Join& wanted, Change& change) {
    Knock* knock = knock_of(room, act.member, act.now);
    if (knock && knock->answer == "denied") throw Failure(approval_denied);
    if (!knock) {
        std::erase_if(room.knocks, [&](const Knock& one) { return one.id == act.member; });
        if (room.knocks.size() >= most_knocks) throw Failure(room_full);
        const auto& person = act.person;
        knock = &room.knocks.emplace_back(
            Knock{act.member, person.user, person.profile,
                  name_for(room, act.member, wanted.name, person.name), person.connection,
                  act.now + knock_for, "", room.about.join_role});
        tell_doorkeepers(room, *knock, act, change);
    }
    knock->connection = act.person.connection;
    change.touch("knocks");
    wake_for_members(room, change);
    change.reply(Pending{room.about.id, true, knock->id, knock->expires_at});
}

// True when the door stands open; false when somebody has to be asked first.
bool may_enter(const Room& room, const Act& act, const Join& wanted, const Pass& pass) {
    const auto& settings = room.settings;
    if (settings.locked) throw Failure(room_locked);
    if (settings.has_password && !pass.free() && wanted.password_hash != room.about.password_hash) {
        throw Failure(password_required);
    }
    if (settings.approval && !pass.free()) return false;
    if (static_cast<std::int64_t>(room.seats.size()) >= settings.capacity) throw Failure(room_full);
    if (act.person.kids && !settings.kids_safe) throw Failure(media_not_allowed);
    return true;
}

void use_up(Room& room, const Pass& pass, Change& change) {
    if (pass.invite) {
        --pass.invite->uses_left;
        std::erase_if(room.invites, [](const Invite& one) { return one.uses_left <= 0; });
        change.touch("invites");
    } else if (pass.knock) {
        auto id = pass.knock->id;
        std::erase_if(room.knocks, [&](const Knock& one) { return one.id == id; });
        change.touch("knocks");
    }
}

// The version is the one after all that is told here, so nothing of it reaches who joins twice.
void reply_joined(const Room& room, const Act& act, Change& change) {
    const Seat& seat = *room.seat(act.member);
    auto version = change.next_version(room) - 1;
    change.reply(Joined{room.about.id, room.about.host == act.member, seat.member,
                        snapshot_of(room, act.member, version, act.now)});
}

void come_in(Room& room, const Act& act, const Join& wanted, Change& change) {
    auto pass = pass_of(room, act, wanted);
    if (!may_enter(room, act, wanted, pass)) return ask_to_come_in(room, act, wanted, change);
    auto role = pass.role(room);
    use_up(room, pass, change);
    Seat& seat = sit_down(room, act, {wanted.name, role, wanted.waits, wanted.ready}, change);
    check_media(room, seat, change);
    change.tell("party:user_joined", UserJoined{seat.member, seat.member.user, seat.member.name});
    fill_host(room, act, act.member, change);
    wake_for_members(room, change);
    reply_joined(room, act, change);
}

void come_back(Room& room, const Act& act, const Join& wanted, Change& change) {
    Seat& seat = *room.seat(act.member);
    seat.waits = wanted.waits;
    returned(room, act, change);
    reply_joined(room, act, change);
}

void require_rank(const Seat& seat, const std::string& role, Permission permission) {
    bool leads = seat.member.role == "host";
    if (!leads && rank_of(role) >= rank_of(seat.member.role)) {
        throw Failure(not_allowed, {{"permission", name_of(permission)}});
    }
}

InviteView view_of(const Act& act, const Invite& invite) {
    auto url = link_to(act, invite.code);
    return {invite.code, invite.token, url, url, invite.role, invite.uses_left, invite.expires_at};
}

struct RoomCode {
    std::string code;
    static constexpr auto fields() { return std::tuple{Field{"code", &RoomCode::code}}; }
};

struct Invites {
    std::string code, url;
    std::vector<InviteView> invites;
    static constexpr auto fields() {
        return std::tuple{Field{"code", &Invites::code}, Field{"url", &Invites::url},
                          Field{"invites", &Invites::invites}};
    }
};

}  // namespace

std::string link_to(const Act& act, const std::string& code) {
    return act.site + "/party#code=" + code;
}

Seat& sit_down(Room& room, const Act& act, const Arrival& arrival, Change& change) {
    const auto& person = act.person;
    auto id = member_id(room.about.id, person);
    // Whose clock is behind by a little still comes after those who are there.
    auto joined = act.now;
    for (const auto& one : room.seats) joined = std::max(joined, one.second.member.joined_at + 1);
    Seat seat;
    seat.member = {id,
                   person.user,
                   person.profile,
                   name_for(room, id, arrival.name, person.name),
                   person.avatar,
                   arrival.role,
                   person.device,
                   joined,
                   "active",
                   arrival.ready};
    seat.connection = person.connection;
    seat.waits = arrival.waits;
    seat.kids = person.kids;
    seat.unnamed = person.unnamed;
    seat.max_rating = person.max_rating;
    seat.muted_until = muted_until(room, person.user);
    auto& about = room.about;
    auto& kept = room.seats[id] = std::move(seat);
    about.empty_since = 0;
    about.peak_members = std::max(about.peak_members, static_cast<std::int64_t>(room.seats.size()));
    change.touch("m:" + id);
    change.touch("about");
    return kept;
}

void join(Room& room, const Act& act, const Join& wanted, Change& change) {
    if (!room.exists()) throw Failure(room_not_found);
    if (!room.about.ended.empty()) throw Failure(room_ended);
    refuse_banned(room, act);
    auto as = act;
    as.member = member_meant(room, act.person);
    if (room.seat(as.member)) {
        come_back(room, as, wanted, change);
    } else {
        come_in(room, as, wanted, change);
    }
}

void admit(Room& room, const Act& act, const Admit& wanted, Change& change) {
    const Seat& seat = require(room, act, Permission::admit);
    Knock* knock = knock_of(room, wanted.id, act.now);
    if (!knock || !knock->answer.empty()) throw Failure(target_not_found);
    if (wanted.role) require_rank(seat, *wanted.role, Permission::admit);
    knock->answer = wanted.allow ? "admitted" : "denied";
    knock->role = wanted.role.value_or(knock->role);
    knock->expires_at = act.now + knock_for;
    change.touch("knocks");
    change.whisper(knock->id, "party:admitted", Admitted{room.about.id, knock->id, wanted.allow});
    change.words.back().connection = knock->connection;
    wake_for_members(room, change);
}

void invite_create(Room& room, const Act& act, const NewInvite& wanted, Change& change) {
    const Seat& seat = require(room, act, Permission::invite);
    auto role = wanted.role.value_or("member");
    require_rank(seat, role, Permission::invite);
    std::erase_if(room.invites, [&](const Invite& one) { return one.expires_at <= act.now; });
    if (room.invites.size() >= 50) throw Failure(conflict);
    Invite invite{new_id(act.random, "invite"), new_code(act.random), role, wanted.uses.value_or(1),
                  act.now + wanted.ttl_s.value_or(86'400) * 1000};
    room.invites.push_back(invite);
    change.touch("invites");
    change.reply(view_of(act, invite));
}

void invite_revoke(Room& room, const Act& act, const WhichInvite& which, Change& change) {
    require(room, act, Permission::invite);
    auto code = which.code ? written_code(*which.code) : std::nullopt;
    if (code && *code == room.about.code) {
        room.about.code = new_code(act.random);
        change.touch("about");
    } else {
        auto meant = [&](const Invite& one) {
            return which.token ? one.token == *which.token : one.code == code;
        };
        if (std::erase_if(room.invites, meant) == 0) throw Failure(bad_code);
        change.touch("invites");
    }
    change.reply(RoomCode{room.about.code});
}

void invite_list(Room& room, const Act& act, const NoInvite&, Change& change) {
    require(room, act, Permission::invite);
    Invites all{room.about.code, link_to(act, room.about.code), {}};
    for (const auto& invite : room.invites) {
        if (act.now < invite.expires_at) all.invites.push_back(view_of(act, invite));
    }
    change.reply(all);
}

}  // namespace party
