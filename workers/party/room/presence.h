// Who is there: connections that are lost and come back, members that go, and who leads then. A
// member whose connection is lost keeps its seat: shown as away after 5 s, removed after 45 s, the
// host after 120 s. A room without members stands for 15 minutes, a scheduled one until 15 minutes
// after its time.
//
// All that must happen later happens in `tick_members`, at the one alarm "members".
#pragma once

#include "workers/party/room/change.h"

namespace party {

inline constexpr Millis away_after = 5'000;
inline constexpr Millis removed_after = 45'000;
inline constexpr Millis host_removed_after = 120'000;
inline constexpr Millis knock_for = 60'000;
inline constexpr Millis hostless_for = 10 * 60'000;
inline constexpr Millis empty_for = 15 * 60'000;

struct UserLeft {                            // party:user_left
    std::string member, user, name, reason;  // left, timeout, kicked, banned, replaced
    static constexpr auto fields() {
        return std::tuple{Field{"memberId", &UserLeft::member}, Field{"userId", &UserLeft::user},
                          Field{"userName", &UserLeft::name}, Field{"reason", &UserLeft::reason}};
    }
};
// Takes a member out of the room, and gives the room another host if it was the host.
void remove_member(Room& room, const Act& act, const std::string& member, const std::string& reason,
                   Change& change);

// Makes a member host of a room that has none, if it may be. Called for each that comes.
void fill_host(Room& room, const Act& act, const std::string& member, Change& change);

struct Ended {           // party:ended
    std::string reason;  // host, idle, expired, admin
    static constexpr auto fields() { return std::tuple{Field{"reason", &Ended::reason}}; }
};
void end_room(Room& room, const std::string& reason, Change& change);

// Sets the alarm to the first moment at which anything here is due.
void wake_for_members(const Room& room, Change& change);

struct Lost {  // a connection is gone; by the room itself
    std::string connection;
    static constexpr auto fields() { return std::tuple{Field{"connection", &Lost::connection}}; }
};
// Nothing happens when another connection speaks for its member by now.
void lost(Room& room, const Act& act, const Lost& which, Change& change);

// Which member this person is, or would be, on this device. One without a name comes back as the
// member that the same profile lost on such a device.
std::string member_meant(const Room& room, const Person& person);

// `act.member` speaks on `act.person.connection` now; the connection before it is closed. Throws
// not_in_room when it was removed meanwhile.
void returned(Room& room, const Act& act, Change& change);

void tick_members(Room& room, const Act& act, Change& change);

}  // namespace party
