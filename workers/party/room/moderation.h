// Keeping order: mute, kick, ban and lock. Who may is in roles.h.
#pragma once

#include "workers/party/room/change.h"

namespace party {

inline constexpr Range ban_minutes{1, 525'600};

struct Removal {  // party:kick, party:ban, party:unban: one of member and user
    std::optional<std::string> member, user, reason;
    std::optional<std::int64_t> minutes;
    static constexpr auto fields() {
        return std::tuple{Field{"memberId", &Removal::member}, Field{"userId", &Removal::user},
                          Field{"reason", &Removal::reason, Length{0, 200}},
                          Field{"minutes", &Removal::minutes, ban_minutes}};
    }
};
struct Kicked {  // party:kicked, to the target alone
    std::optional<std::string> reason;
    std::optional<Millis> ban_until;  // null: as long as the room is
    static constexpr auto fields() {
        return std::tuple{Field{"reason", &Kicked::reason}, Field{"banUntil", &Kicked::ban_until}};
    }
};
// Both remove all members of the target's account. A kick bars it for a minute, or `minutes`; a ban
// for `minutes`, or as long as the room is. Who is not there can be banned by `user`.
void kick(Room& room, const Act& act, const Removal& wanted, Change& change);
void ban(Room& room, const Act& act, const Removal& wanted, Change& change);
void unban(Room& room, const Act& act, const Removal& wanted, Change& change);
// By the node: bans of the owner from earlier parties. Who is here already stays.
void keep_out(Room& room, const std::vector<Ban>& bans, Change& change);
// The ban or kick that holds for this account now, if any.
const Ban* ban_of(const Room& room, const std::string& user, Millis now);

// Until when this account may not write, also when it left and came back; 0: it may.
Millis muted_until(const Room& room, const std::string& user);

struct Mute {  // party:mute
    std::string member;
    std::int64_t minutes = 0;  // 0: not muted any more
    static constexpr auto fields() {
        return std::tuple{Field{"memberId", &Mute::member},
                          Field{"minutes", &Mute::minutes, Range{0, 10'080}}};
    }
};
void mute(Room& room, const Act& act, const Mute& wanted, Change& change);

struct Lock {  // party:lock
    bool locked = true;
    static constexpr auto fields() { return std::tuple{Field{"locked", &Lock::locked}}; }
};
void lock(Room& room, const Act& act, const Lock& wanted, Change& change);

}  // namespace party
