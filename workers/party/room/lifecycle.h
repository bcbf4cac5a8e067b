// The life of a room: create, update, rename, leave, end. How people get in is in entry.h; who is
// removed, and when, in presence.h.
#pragma once

#include "workers/party/room/change.h"
#include "workers/party/room/media.h"

namespace party {

// What of the settings a client may set; what is missing stays.
struct Wishes {
    std::optional<std::string> title, visibility, control, seek_control, chat, wait_policy, links;
    std::optional<bool> locked, approval, reactions, auto_host, allow_rate, start_paused_on_next,
        kids_safe;
    std::optional<std::int64_t> capacity, slow_mode_s;
    std::optional<std::vector<std::string>> blocked_words;
    ::Change<std::string> password;  // null or empty: none any more
    std::string password_hash;       // by the node, of `password`
    static constexpr auto fields() {
        constexpr OneOf controllers{"host", "cohosts", "everyone"};
        return std::tuple{
            Field{"title", &Wishes::title, Length{0, 80}},
            Field{"visibility", &Wishes::visibility, OneOf{"private", "friends", "public"}},
            Field{"control", &Wishes::control, controllers},
            Field{"seekControl", &Wishes::seek_control, controllers},
            Field{"chat", &Wishes::chat, OneOf{"everyone", "members", "hosts", "off"}},
            Field{"waitPolicy", &Wishes::wait_policy, OneOf{"off", "grace", "strict"}},
            Field{"links", &Wishes::links, OneOf{"off", "members", "hosts"}},
            Field{"locked", &Wishes::locked},
            Field{"approval", &Wishes::approval},
            Field{"reactions", &Wishes::reactions},
            Field{"autoHost", &Wishes::auto_host},
            Field{"allowRate", &Wishes::allow_rate},
            Field{"startPausedOnNext", &Wishes::start_paused_on_next},
            Field{"kidsSafe", &Wishes::kids_safe},
            Field{"capacity", &Wishes::capacity, Range{1, 1000}},
            Field{"slowModeSec", &Wishes::slow_mode_s, Range{0, 60}},
            Field{"blockedWords", &Wishes::blocked_words, Entries{0, 50}, Length{2, 40}},
            Field{"password", &Wishes::password, Length{0, 100}}};
    }
};

struct Create {  // party:create
    std::optional<std::string> name, title;
    std::optional<NewMedia> media;
    Wishes settings;
    std::optional<Millis> starts_at;  // scheduled, at most a week ahead
    std::optional<std::string> invite_role;
    bool waits = false;  // by the node: the client announced the feature `ready`
    static constexpr auto fields() {
        return std::tuple{
            Field{"userName", &Create::name, Length{0, 200}},
            Field{"title", &Create::title, Length{0, 80}},
            Field{"media", &Create::media},
            Field{"settings", &Create::settings},
            Field{"startAt", &Create::starts_at},
            Field{"inviteRole", &Create::invite_role, OneOf{"cohost", "dj", "member", "viewer"}}};
    }
};
// The node has made the room's id, code and epoch. Throws plan_required.
void create(Room& room, const Act& act, const Create& wanted, Change& change);

struct Nothing {  // party:leave, party:end, party:snapshot, ...
    static constexpr auto fields() { return std::tuple{}; }
};
void leave(Room& room, const Act& act, const Nothing& wanted, Change& change);
void end(Room& room, const Act& act, const Nothing& wanted, Change& change);

struct Updated {  // party:updated
    Settings settings;
    std::string by;
    static constexpr auto fields() {
        return std::tuple{Field{"settings", &Updated::settings}, Field{"by", &Updated::by}};
    }
};
// party:update; replies {settings}. Throws plan_required for more members than the plan allows.
void update(Room& room, const Act& act, const Wishes& wanted, Change& change);
void tell_settings(const Room& room, const Act& act, Change& change);

struct Rename {  // party:rename
    std::string name;
    static constexpr auto fields() {
        return std::tuple{Field{"userName", &Rename::name, Length{1, 200}}};
    }
};
void rename(Room& room, const Act& act, const Rename& wanted, Change& change);

// party:snapshot: replies with it.
void snapshot(Room& room, const Act& act, const Nothing& wanted, Change& change);

}  // namespace party
