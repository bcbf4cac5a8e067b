// The door of a room: join, knock and admit, invites.
#pragma once

#include "workers/party/room/change.h"
#include "workers/party/room/snapshot.h"

namespace party {

struct Join {                                       // party:join
    std::optional<std::string> room, code, invite;  // one of them; the node finds the room by it
    std::optional<std::string> name, password;
    bool ready = false;
    bool waits = false;         // by the node: the client announced the feature `ready`
    std::string password_hash;  // by the node, of `password`
    static constexpr auto fields() {
        return std::tuple{Field{"roomId", &Join::room, Length{1, 64}},
                          Field{"code", &Join::code, Length{1, 20}},
                          Field{"inviteToken", &Join::invite, Length{1, 64}},
                          Field{"userName", &Join::name, Length{0, 200}},
                          Field{"password", &Join::password, Length{0, 100}},
                          Field{"ready", &Join::ready}};
    }
};
struct UserJoined {  // party:user_joined
    Member member;
    std::string user, name;  // of the member, for clients that know no members
    static constexpr auto fields() {
        return std::tuple{Field{"member", &UserJoined::member}, Field{"userId", &UserJoined::user},
                          Field{"userName", &UserJoined::name}};
    }
};
// One that is in already returns with this connection. Replies {roomId, isHost, member, snapshot},
// or {roomId, pending, knockId} when a host has to admit first. Throws, looked at in this order:
// room_not_found, room_ended, banned, bad_code, room_locked, password_required, approval_denied,
// room_full, media_not_allowed.
void join(Room& room, const Act& act, const Join& wanted, Change& change);

struct Visitor {
    std::string user, name;
    std::optional<std::string> avatar;
    static constexpr auto fields() {
        return std::tuple{Field{"userId", &Visitor::user}, Field{"userName", &Visitor::name},
                          Field{"avatar", &Visitor::avatar}};
    }
};
struct KnockWord {  // party:knock, to those who may admit
    std::string id;
    Visitor user;
    Millis expires_at = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"knockId", &KnockWord::id}, Field{"user", &KnockWord::user},
                          Field{"expiresAt", &KnockWord::expires_at}};
    }
};
struct Admit {  // party:admit
    std::string id;
    bool allow = false;
    std::optional<std::string> role;
    static constexpr auto fields() {
        return std::tuple{Field{"knockId", &Admit::id}, Field{"allow", &Admit::allow},
                          Field{"role", &Admit::role, OneOf{"cohost", "dj", "member", "viewer"}}};
    }
};
struct Admitted {  // party:admitted, to who knocked: joins again if allowed
    std::string room, id;
    bool allow = false;
    static constexpr auto fields() {
        return std::tuple{Field{"roomId", &Admitted::room}, Field{"knockId", &Admitted::id},
                          Field{"allow", &Admitted::allow}};
    }
};
// Who is admitted has a minute to join. The knock's id is the member id that its owner will have,
// and the word to it goes to the connection that knocked. Throws target_not_found.
void admit(Room& room, const Act& act, const Admit& wanted, Change& change);

struct NewInvite {  // party:invite:create
    std::optional<std::string> role;
    std::optional<std::int64_t> uses, ttl_s;  // 1 and a day when missing
    static constexpr auto fields() {
        return std::tuple{
            Field{"role", &NewInvite::role, OneOf{"cohost", "dj", "member", "viewer"}},
            Field{"maxUses", &NewInvite::uses, Range{1, 100}},
            Field{"ttlSec", &NewInvite::ttl_s, Range{60, 604'800}}};
    }
};
struct InviteView {  // the reply
    std::string code, token, url, qr_text, role;
    std::int64_t uses_left = 0;
    Millis expires_at = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"code", &InviteView::code},
                          Field{"token", &InviteView::token},
                          Field{"url", &InviteView::url},
                          Field{"qrText", &InviteView::qr_text},
                          Field{"role", &InviteView::role},
                          Field{"usesLeft", &InviteView::uses_left},
                          Field{"expiresAt", &InviteView::expires_at}};
    }
};
// An invite asks for neither password nor approval; a locked room stays locked. Nobody can invite
// to a role above the own. Throws conflict beyond 50 of them.
void invite_create(Room& room, const Act& act, const NewInvite& wanted, Change& change);

struct WhichInvite {  // party:invite:revoke: one of the two; the room's own code gets replaced
    std::optional<std::string> code, token;
    static constexpr auto fields() {
        return std::tuple{Field{"code", &WhichInvite::code}, Field{"token", &WhichInvite::token}};
    }
};
void invite_revoke(Room& room, const Act& act, const WhichInvite& which, Change& change);

struct NoInvite {  // party:invite:list; replies {code, invites}
    static constexpr auto fields() { return std::tuple{}; }
};
void invite_list(Room& room, const Act& act, const NoInvite& wanted, Change& change);

// Where a link to the room leads, by its code.
std::string link_to(const Act& act, const std::string& code);

// A seat for who acts, without any question asked.
struct Arrival {
    std::optional<std::string> name;
    std::string role;
    bool waits = false, ready = false;
};
Seat& sit_down(Room& room, const Act& act, const Arrival& arrival, Change& change);

}  // namespace party
