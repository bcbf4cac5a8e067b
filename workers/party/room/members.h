// Who is in a room, and who may come in: parts of a Room (room.h), as plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/json/fields.h"

namespace party {

using Millis = std::int64_t;  // since 1970 by the clock that all nodes share, or a span

struct Device {
    std::string id, type;
    static constexpr auto fields() {
        return std::tuple{Field{"id", &Device::id}, Field{"type", &Device::type}};
    }
};

// As everybody sees a member.
struct Member {
    std::string id;  // the same for one profile on one device, whenever it comes
    std::string user, profile, name;
    std::optional<std::string> avatar;
    std::string role = "member";  // host, cohost, dj, member, viewer
    Device device;
    Millis joined_at = 0;
    std::string status = "active";  // active, away, buffering, blocked, unsupported, catching_up
    bool ready = false;
    static constexpr auto fields() {
        return std::tuple{
            Field{"memberId", &Member::id},       Field{"userId", &Member::user},
            Field{"profileId", &Member::profile}, Field{"userName", &Member::name},
            Field{"avatar", &Member::avatar},     Field{"role", &Member::role},
            Field{"device", &Member::device},     Field{"joinedAt", &Member::joined_at},
            Field{"status", &Member::status},     Field{"ready", &Member::ready}};
    }
};

// A member's place: what the room remembers about a member besides.
struct Seat {
    Member member;
    std::string connection;    // the one that speaks for the member; empty while there is none
    Millis gone_since = 0;     // when that connection was lost; 0: it is there
    bool waits = false;        // announced `ready`: takes part in waiting barriers
    bool ignored = false;      // the room does not wait for this member
    Millis ignored_until = 0;  // by itself, after too many waits
    std::vector<Millis>
        stalls;                // when the room waited for this member to buffer, the last 5 minutes
    Millis stalled_since = 0;  // buffers, and the room may come to wait for it; 0: it does not
    Millis muted_until = 0;
    bool kids = false;
    bool unnamed = false;                   // of a device that does not say which one it is
    std::optional<std::string> max_rating;  // of the profile's parental limits
    static constexpr auto fields() {
        return std::tuple{
            Field{"member", &Seat::member},          Field{"connection", &Seat::connection},
            Field{"gone", &Seat::gone_since},        Field{"waits", &Seat::waits},
            Field{"ignored", &Seat::ignored},        Field{"ignoredUntil", &Seat::ignored_until},
            Field{"stalls", &Seat::stalls},          Field{"stalledSince", &Seat::stalled_since},
            Field{"mutedUntil", &Seat::muted_until}, Field{"kids", &Seat::kids},
            Field{"unnamed", &Seat::unnamed},        Field{"maxRating", &Seat::max_rating}};
    }
};

// How well a member is connected, as its client measured it.
struct Link {
    double rtt_ms = 0, jitter_ms = 0;
    bool unstable = false;  // gave up on following closely; the others do not wait for its link
    static constexpr auto fields() {
        return std::tuple{Field{"rttMs", &Link::rtt_ms}, Field{"jitterMs", &Link::jitter_ms},
                          Field{"unstable", &Link::unstable}};
    }
};

// What an account must not: come in, or, when only muted, write.
struct Ban {
    std::string user;
    Millis until = 0;  // a kick is a ban of a minute; 0: as long as the room is
    bool kicked = false, muted = false;
    static constexpr auto fields() {
        return std::tuple{Field{"userId", &Ban::user}, Field{"until", &Ban::until},
                          Field{"kicked", &Ban::kicked}, Field{"muted", &Ban::muted}};
    }
};

struct Invite {
    std::string token, code;  // the code is for people to type
    std::string role = "member";
    std::int64_t uses_left = 1;
    Millis expires_at = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"token", &Invite::token}, Field{"code", &Invite::code},
                          Field{"role", &Invite::role}, Field{"usesLeft", &Invite::uses_left},
                          Field{"expiresAt", &Invite::expires_at}};
    }
};

// Someone who asked to come in and waits for a host.
struct Knock {
    std::string id, user, profile, name, connection;
    Millis expires_at = 0;
    std::string answer;  // empty, admitted, denied
    std::string role = "member";
    static constexpr auto fields() {
        return std::tuple{Field{"knockId", &Knock::id},
                          Field{"userId", &Knock::user},
                          Field{"profileId", &Knock::profile},
                          Field{"userName", &Knock::name},
                          Field{"connection", &Knock::connection},
                          Field{"expiresAt", &Knock::expires_at},
                          Field{"answer", &Knock::answer},
                          Field{"role", &Knock::role}};
    }
};

}  // namespace party
