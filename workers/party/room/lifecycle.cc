#include "workers/party/room/lifecycle.h"

#include "workers/party/room/entry.h"
#include "workers/party/room/names.h"
#include "workers/party/room/playback.h"
#include "workers/party/room/presence.h"
#include "workers/party/room/problems.h"
#include "workers/party/room/roles.h"
#include "workers/party/room/unicode.h"
#include "workers/party/room/wording.h"

namespace party {

namespace {

constexpr Millis furthest_start = Millis{7} * 24 * 3'600'000;

struct Created {
    std::string room;
    bool is_host = true;
    std::string code, invite_url;
    Member member;
    PlaybackView state;
    Settings settings;
    std::optional<Millis> starts_at;
    static constexpr auto fields() {
        return std::tuple{
            Field{"roomId", &Created::room},       Field{"isHost", &Created::is_host},
            Field{"code", &Created::code},         Field{"inviteUrl", &Created::invite_url},
            Field{"member", &Created::member},     Field{"state", &Created::state},
            Field{"settings", &Created::settings}, Field{"startAt", &Created::starts_at}};
    }
};

struct Renamed {
    Member member;
    static constexpr auto fields() { return std::tuple{Field{"member", &Renamed::member}}; }
};

template <class T>
void take(const std::optional<T>& wish, T& setting) {
    if (wish) setting = *wish;
}

bool with_kids(const Room& room) {
    for (const auto& [id, seat] : room.seats) {
        if (seat.kids) return true;
    }
    return false;
}

void set_password(Room& room, const Wishes& wanted, Change& change) {
    if (!wanted.password.given) return;
    bool none = !wanted.password.value || wanted.password.value->empty();
    room.about.password_hash = none ? "" : wanted.password_hash;
    room.settings.has_password = !none;
    change.touch("about");
}

void apply(Room& room, const Wishes& wanted, Change& change) {
    auto& settings = room.settings;
    if (wanted.capacity && *wanted.capacity > room.about.most_members) {
        throw Failure(plan_required, {{"capacity", room.about.most_members}});
    }
    if (wanted.title) settings.title = clean_line(*wanted.title);
    take(wanted.visibility, settings.visibility);
    take(wanted.locked, settings.locked);
    take(wanted.capacity, settings.capacity);
    take(wanted.approval, settings.approval);
    take(wanted.control, settings.control);
    take(wanted.seek_control, settings.seek_control);
    take(wanted.chat, settings.chat);
    take(wanted.slow_mode_s, settings.slow_mode_s);
    take(wanted.reactions, settings.reactions);
    take(wanted.wait_policy, settings.wait_policy);
    take(wanted.auto_host, settings.auto_host);
    take(wanted.allow_rate, settings.allow_rate);
    take(wanted.start_paused_on_next, settings.start_paused_on_next);
    take(wanted.kids_safe, settings.kids_safe);
    take(wanted.links, settings.links);
    take(wanted.blocked_words, settings.blocked_words);
    for (auto& word : settings.blocked_words) word = composed(word);
    set_password(room, wanted, change);
    change.touch("settings");
}

// What runs already must suit a room that becomes one for kids, and kids must not be left in one
// that is none any more.
void check_kids(const Room& room) {
    if (!room.settings.kids_safe && with_kids(room)) throw Failure(media_not_allowed);
    if (room.playback.media) require_fit(room, *room.playback.media);
}

Millis start_of(const Create& wanted, Millis now) {
    if (!wanted.starts_at) return 0;
    if (*wanted.starts_at <= now || *wanted.starts_at > now + furthest_start) {
        throw Failure(bad_request, {{"field", "startAt"}});
    }
    return *wanted.starts_at;
}

void fill_about(Room& room, const Act& act, const Create& wanted) {
    auto& about = room.about;
    about.owner = act.person.user;
    about.created_at = act.now;
    about.starts_at = start_of(wanted, act.now);
    about.most_members = act.person.party_size;
    about.join_role = wanted.invite_role.value_or("member");
    room.settings.capacity = about.most_members;
    room.settings.kids_safe = act.person.kids;
}

}  // namespace

void create(Room& room, const Act& act, const Create& wanted, Change& change) {
    fill_about(room, act, wanted);
    Seat& seat = sit_down(room, act, {wanted.name, "host", wanted.waits, false}, change);
    room.about.host = seat.member.id;
    room.about.host_was = "cohost";
    apply(room, wanted.settings, change);
    if (wanted.title) room.settings.title = clean_line(*wanted.title);
    check_kids(room);
    if (wanted.media) put_media(room, act, media_of(*wanted.media), change);
    for (const char* part : {"about", "settings", "playback", "queue"}) change.touch(part);
    Created created{room.about.id,   true,
                    room.about.code, link_to(act, room.about.code),
                    seat.member,     view(room, act.now),
                    room.settings,   {}};
    if (room.about.starts_at != 0) {
        created.starts_at = room.about.starts_at;
        change.wake("start", room.about.starts_at);
    }
    change.reply(created);
}

void leave(Room& room, const Act& act, const Nothing&, Change& change) {
    acting(room, act);
    remove_member(room, act, act.member, "left", change);
}

void end(Room& room, const Act& act, const Nothing&, Change& change) {
    if (act.person.admin && room.exists() && !room.seat(act.member)) {
        return end_room(room, "admin", change);
    }
    require(room, act, Permission::end);
    end_room(room, "host", change);
}

void tell_settings(const Room& room, const Act& act, Change& change) {
    change.touch("settings");
    change.tell("party:updated", Updated{room.settings, act.member});
}

void update(Room& room, const Act& act, const Wishes& wanted, Change& change) {
    require(room, act, Permission::settings);
    apply(room, wanted, change);
    check_kids(room);
    tell_settings(room, act, change);
    change.reply(Updated{room.settings, act.member});
}

void rename(Room& room, const Act& act, const Rename& wanted, Change& change) {
    Seat& seat = acting(room, act);
    auto name = clean_name(wanted.name);
    if (!is_name(name)) throw Failure(bad_request, {{"field", "userName"}});
    seat.member.name = free_name(room, act.member, name);
    tell_updated(seat, act.now, change);
    change.reply(Renamed{seat.member});
}

void snapshot(Room& room, const Act& act, const Nothing&, Change& change) {
    acting(room, act);
    change.reply(snapshot_of(room, act.member, room.version, act.now));
}

}  // namespace party
