// Who may do what in a room, who is its host, and the commands that change that. Every command asks
// `require` first; mute, kick and ban are in moderation.h.
//
// Roles by rank: host (one), cohost, dj (the queue), member, viewer (reads only). A member acts on
// those of lower rank only; the host on everybody.
#pragma once

#include "workers/party/room/change.h"

namespace party {

enum class Permission : unsigned char {
    play_pause,
    seek,
    rate,
    media,
    queue_add,
    queue_remove,
    queue_order,
    vote,
    chat,
    react,
    invite,
    admit,
    mute,
    kick,
    ban,
    lock,
    settings,
    promote,
    end
};

const char* name_of(Permission permission);
bool may(const Room& room, const Seat& seat, Permission permission);
int rank_of(const std::string& role);  // 4 host ... 0 viewer

// The seat of who acts. Throws room_not_found, room_ended, not_in_room.
Seat& acting(Room& room, const Act& act);
const Seat& acting(const Room& room, const Act& act);
// The same for one who must be allowed to. Throws not_allowed besides, with detail `permission`.
Seat& require(Room& room, const Act& act, Permission permission);
const Seat& require(const Room& room, const Act& act, Permission permission);
// Throws target_not_found.
Seat& target(Room& room, const std::string& member);

struct UserUpdated {  // party:user_updated
    Member member;
    std::optional<Millis> muted_until;
    static constexpr auto fields() {
        return std::tuple{Field{"member", &UserUpdated::member},
                          Field{"mutedUntil", &UserUpdated::muted_until}};
    }
};
// Touches the seat, and tells everybody how the member is now.
void tell_updated(const Seat& seat, Millis now, Change& change);

struct HostChanged {                            // party:host_changed
    std::optional<std::string> host, previous;  // null: nobody
    std::string reason;
    static constexpr auto fields() {
        return std::tuple{Field{"hostId", &HostChanged::host},
                          Field{"previousId", &HostChanged::previous},
                          Field{"reason", &HostChanged::reason}};
    }
};
// Makes `member` the host. Who was it becomes cohost, if still here, or after a reclaim what it was
// before. `member` empty: nobody is host any more. After `left` and `timeout` (other reasons:
// manual, reclaim) the previous host may reclaim for ten minutes.
void make_host(Room& room, const Act& act, const std::string& member, const std::string& reason,
               Change& change);
// Who follows the host: the cohost, else dj, else member, else viewer who is longest there, of
// those who are connected. Empty: none.
std::string next_host(const Room& room);
// Whether this member was host a short while ago and may take it back.
bool can_reclaim(const Room& room, const std::string& member, Millis now);

struct Host {  // party:host
    std::string member;
    static constexpr auto fields() { return std::tuple{Field{"memberId", &Host::member}}; }
};
void host(Room& room, const Act& act, const Host& wanted, Change& change);

struct Role {  // party:role
    std::string member, role;
    static constexpr auto fields() {
        return std::tuple{Field{"memberId", &Role::member},
                          Field{"role", &Role::role, OneOf{"cohost", "dj", "member", "viewer"}}};
    }
};
void role(Room& room, const Act& act, const Role& wanted, Change& change);

}  // namespace party
