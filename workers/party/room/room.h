// A room: all that its members share, as plain values. Every node that has members of a room holds
// a copy; the truth is in Redis, part by part (see `part`), under one version. How a room changes
// is in the other files of this folder, as functions without input, output or clock.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workers/party/room/members.h"
#include "workers/party/room/programme.h"
#include "workers/party/room/shared_map.h"

namespace party {

struct Settings {
    std::string title;
    std::string visibility = "private";  // private, friends, public
    bool locked = false;
    bool has_password = false;
    std::int64_t capacity = 10;
    bool approval = false;
    std::string control = "host";       // host, cohosts, everyone: who may play and pause
    std::string seek_control = "host";  // the same for seeks
    std::string chat = "everyone";      // everyone, members, hosts, off
    std::int64_t slow_mode_s = 0;
    bool reactions = true;
    std::string wait_policy = "grace";  // off, grace, strict
    bool auto_host = true;
    bool allow_rate = true;
    bool start_paused_on_next = false;
    bool kids_safe = false;
    std::string links = "members";  // off, members, hosts: who may write links
    std::vector<std::string> blocked_words;
    static constexpr auto fields() {
        return std::tuple{Field{"title", &Settings::title},
                          Field{"visibility", &Settings::visibility},
                          Field{"locked", &Settings::locked},
                          Field{"hasPassword", &Settings::has_password},
                          Field{"capacity", &Settings::capacity},
                          Field{"approval", &Settings::approval},
                          Field{"control", &Settings::control},
                          Field{"seekControl", &Settings::seek_control},
                          Field{"chat", &Settings::chat},
                          Field{"slowModeSec", &Settings::slow_mode_s},
                          Field{"reactions", &Settings::reactions},
                          Field{"waitPolicy", &Settings::wait_policy},
                          Field{"autoHost", &Settings::auto_host},
                          Field{"allowRate", &Settings::allow_rate},
                          Field{"startPausedOnNext", &Settings::start_paused_on_next},
                          Field{"kidsSafe", &Settings::kids_safe},
                          Field{"links", &Settings::links},
                          Field{"blockedWords", &Settings::blocked_words}};
    }
};

struct Reaction {
    std::string emoji;
    std::vector<std::string> members;
    static constexpr auto fields() {
        return std::tuple{Field{"emoji", &Reaction::emoji}, Field{"members", &Reaction::members}};
    }
};

struct ChatMessage {
    std::string id;  // grows with time
    std::string member, user, name, text;
    Millis position_ms = 0, sent_at = 0;
    std::optional<std::string> reply_to;
    bool pinned = false;
    std::vector<Reaction> reactions;
    static constexpr auto fields() {
        return std::tuple{
            Field{"msgId", &ChatMessage::id},       Field{"memberId", &ChatMessage::member},
            Field{"userId", &ChatMessage::user},    Field{"userName", &ChatMessage::name},
            Field{"message", &ChatMessage::text},   Field{"positionMs", &ChatMessage::position_ms},
            Field{"sentAt", &ChatMessage::sent_at}, Field{"replyTo", &ChatMessage::reply_to},
            Field{"pinned", &ChatMessage::pinned},  Field{"reactions", &ChatMessage::reactions}};
    }
};

// What stays as it was at the creation, and who leads.
struct About {
    std::string id, code;
    std::string owner;        // user id of who made the room
    std::string host;         // member id; empty while nobody can be
    std::string host_was;     // role of the host before it became host
    std::string former_host;  // who may reclaim, until `reclaim_until`
    Millis reclaim_until = 0;
    std::string join_role = "member";  // of who comes without an invite
    Millis created_at = 0;
    Millis starts_at = 0;            // scheduled start; 0: none
    Millis paused_since = 0;         // without a host, while auto_host is off
    Millis empty_since = 0;          // without any member; 0: there are some
    std::string password_hash;       // empty: none
    std::int64_t most_members = 10;  // of the owner's plan
    std::int64_t peak_members = 0;
    std::string ended;  // reason, once it is over
    static constexpr auto fields() {
        return std::tuple{Field{"roomId", &About::id},
                          Field{"code", &About::code},
                          Field{"owner", &About::owner},
                          Field{"host", &About::host},
                          Field{"hostWas", &About::host_was},
                          Field{"formerHost", &About::former_host},
                          Field{"reclaimUntil", &About::reclaim_until},
                          Field{"joinRole", &About::join_role},
                          Field{"createdAt", &About::created_at},
                          Field{"startsAt", &About::starts_at},
                          Field{"pausedSince", &About::paused_since},
                          Field{"emptySince", &About::empty_since},
                          Field{"passwordHash", &About::password_hash},
                          Field{"mostMembers", &About::most_members},
                          Field{"peakMembers", &About::peak_members},
                          Field{"ended", &About::ended}};
    }
};

struct Room {
    std::int64_t version = 0;   // of the last event
    std::int64_t revision = 0;  // grows with every command that does not commute
    std::string epoch;
    About about;
    Settings settings;
    Playback playback;
    Queue queue;
    std::optional<Poll> poll;
    std::vector<Ban> bans;
    std::vector<Invite> invites;
    std::vector<Knock> knocks;
    SharedMap<Seat> seats;        // by member id
    SharedMap<Link> links;        // by member id
    SharedMap<ChatMessage> chat;  // by message id, so in order; the last 200

    bool exists() const { return !about.id.empty(); }
    Seat* seat(const std::string& member);  // to write to
    const Seat* seat(const std::string& member) const;
    // Where everybody is at `now`, within the length of the media.
    Millis position(Millis now) const;

    // A part as it is kept, JSON: "rev", "about", "settings", "playback", "queue", "poll", "bans",
    // "invites", "knocks", "m:<member>", "l:<member>", "c:<message>". Empty: there is none.
    std::string part(std::string_view name) const;
    // Takes a part over from another node; empty text removes it. Unknown names are ignored.
    void put_part(std::string_view name, std::string_view json);
    // The same from another copy of the room.
    void take_part(std::string_view name, const Room& from);
};

}  // namespace party
