#include "workers/party/node/messages.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "common/crypto/digest.h"
#include "workers/party/node/push_messages.h"
#include "workers/party/node/records.h"
#include "workers/party/node/resume.h"
#include "workers/party/node/sessions.h"
#include "workers/party/party_sql.h"
#include "workers/party/room/barrier.h"
#include "workers/party/room/chat.h"
#include "workers/party/room/entry.h"
#include "workers/party/room/ids.h"
#include "workers/party/room/lifecycle.h"
#include "workers/party/room/match.h"
#include "workers/party/room/moderation.h"
#include "workers/party/room/playback.h"
#include "workers/party/room/polls.h"
#include "workers/party/room/presence.h"
#include "workers/party/room/queue.h"
#include "workers/party/room/roles.h"

namespace party {

namespace {

using Run = std::function<void(Session&, const Incoming&)>;

// A command of the room that the person is in.
template <class Body>
Run in_room(void (*command)(Room&, const Act&, const Body&, Change&)) {
    return [command](Session& session, const Incoming& message) {
        session.submit(message, [command, body = read_data<Body>(message.data)](
                                    Room& room, const Act& act, Change& change) {
            command(room, act, body, change);
        });
    };
}

// Something between the client and this node.
template <class Body>
Run here(void (*function)(Session&, const Incoming&, const Body&)) {
    return [function](Session& session, const Incoming& message) {
        function(session, message, read_data<Body>(message.data));
    };
}

// Time and session.

struct Ping {
    double t0 = 0;
    static constexpr auto fields() { return std::tuple{Field{"t0", &Ping::t0}}; }
};
struct Pong {
    double t0 = 0, t1 = 0, t2 = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"t0", &Pong::t0}, Field{"t1", &Pong::t1}, Field{"t2", &Pong::t2}};
    }
};
double thousandths(double ms) { return std::round(ms * 1000) / 1000; }

void ping(Session& session, const Incoming& message, const Ping& sent) {
    auto received = thousandths(session.tools().clock.exact());
    session.keep_time();
    Pong pong{sent.t0, received, thousandths(session.tools().clock.exact())};
    Incoming to{"sync:pong", message.id, {}, {}};
    if (message.id.empty()) return session.say("sync:pong", Change::json_of(pong));
    session.reply(to, Change::json_of(pong));
}

// Where a stream stands, so that it can be resumed even when nothing happened in it.
struct StreamPosition {
    std::string name, epoch;
    std::int64_t version = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"name", &StreamPosition::name},
                          Field{"epoch", &StreamPosition::epoch},
                          Field{"ver", &StreamPosition::version}};
    }
};
struct Streams {
    std::vector<StreamPosition> all;
    static constexpr auto fields() { return std::tuple{Field{"streams", &Streams::all}}; }
};

struct Introduction {
    std::vector<std::string> features;
    bool beats = false;
    static constexpr auto fields() {
        return std::tuple{Field{"features", &Introduction::features, Entries{0, 50}, Length{1, 40}},
                          Field{"appHeartbeat", &Introduction::beats}};
    }
};
void introduce(Session& session, const Incoming& message, const Introduction& who) {
    session.introduce(who.features, who.beats);
    auto& push = session.sessions().push();
    if (std::count(who.features.begin(), who.features.end(), "devices")) {
        push.devices.watch(session);
    }
    auto [epoch, version] = push.streams.position(session.person().user);
    Streams streams;
    if (!epoch.empty()) streams.all.push_back({"user", epoch, version});
    session.reply(message, Change::json_of(streams));
}

struct NewToken {
    Secret token;
    static constexpr auto fields() { return std::tuple{Field{"token", &NewToken::token}}; }
};
void refresh(Session& session, const Incoming& message, const NewToken& sent) {
    auto token = session.tools().tokens.read(sent.token.reveal(), system_now());
    if (token.user.text() != session.person().user) throw Failure(forbidden);
    session.renew(token);
    session.reply(message, R"({"expiresAt":)" + std::to_string(unix_seconds(token.expires)) + "}");
}

// Rooms: in.

std::string hash_of(Session& session, const std::string& password) {
    if (password.empty()) return {};
    return hex(hmac_sha256(session.tools().box.derive("party password"), password));
}

void enter_by(Session& session, const std::string& room, const Outcome& outcome) {
    if (outcome.failure) return;
    auto answer = parse_json(outcome.answer);
    const auto* pending = answer.find("pending");
    if (pending && pending->boolean) return session.knock_at(room);
    const auto* member = answer.find("member");
    const auto* id = member ? member->find("memberId") : nullptr;
    session.enter(room, id ? id->text : member_id(room, session.person()));
}

constexpr std::chrono::hours code_lives{24 * 8};

void remember_party(Session& session, const std::string& room, const Create& wanted) {
    auto user = Uuid::parse(session.person().user);
    auto title = wanted.title.value_or(wanted.settings.title.value_or(""));
    std::optional<Instant> scheduled;
    if (wanted.starts_at) scheduled = Instant{std::chrono::milliseconds{*wanted.starts_at}};
    session.tools().records.note([=](Database& db) {
        db.run(sql::insert_party, room, *user, title, std::string("{}"),
               std::optional<std::string>{}, scheduled);
    });
}

void create_room(Session& session, const Incoming& message, const Create& sent) {
    auto wanted = std::make_shared<Create>(sent);
    wanted->waits = session.waits_for_others();
    wanted->settings.password_hash = hash_of(session, sent.settings.password.value.value_or(""));
    auto random = hex(random_bytes(16));
    auto room = new_room_id(random), code = new_code(random);
    auto copy = std::make_shared<Incoming>(message);
    session.tools().rooms.claim_code(
        code, room, code_lives, [self = session.self(), wanted, room, code, copy](bool, bool away) {
            if (!*self) return;
            auto& session = **self;
            if (away) {
                return session.fail(*copy,
                                    Failure(unavailable).retry_after(std::chrono::seconds{1}));
            }
            auto command = [wanted, room, code](Room& blank, const Act& act, Change& change) {
                blank.about.id = room;
                blank.about.code = code;
                blank.epoch = act.random.substr(0, 8);
                create(blank, act, *wanted, change);
            };
            session.submit_to(room, *copy, command, true,
                              [&session, room, wanted](const Outcome& outcome) {
                                  if (outcome.failure) return;
                                  enter_by(session, room, outcome);
                                  bool open = wanted->settings.visibility == "public";
                                  session.tools().rooms.enlist(room, session.person().user, open,
                                                               session.tools().clock.now());
                                  remember_party(session, room, *wanted);
                              });
        });
}

void join_room(Session& session, const Incoming& message, const std::string& room,
               const std::shared_ptr<Join>& wanted) {
    session.submit_to(
        room, message,
        [wanted, room](Room& in, const Act& act, Change& change) {
            Act mine = act;
            if (mine.member.empty() || !in.seat(mine.member)) mine.member.clear();
            join(in, mine, *wanted, change);
        },
        false, [&session, room](const Outcome& outcome) { enter_by(session, room, outcome); });
}

constexpr int most_wrong_codes = 5, block_after = 15;

// Who tries codes at random is stopped: five wrong ones in a minute, a quarter of an hour after
// fifteen.
const Script wrong_code{R"lua(
local tries = redis.call('INCR', KEYS[1])
if tries == 1 then redis.call('EXPIRE', KEYS[1], 60) end
if redis.call('INCR', KEYS[2]) == 1 then redis.call('EXPIRE', KEYS[2], 900) end
return tries
)lua"};

std::vector<std::string> tries_of(const std::string& user) {
    return {"p:tries:{" + user + "}:m", "p:tries:{" + user + "}:q"};
}

void by_code(Session& session, const Incoming& message, const std::string& code,
             std::function<void(const std::string& room)> found) {
    auto copy = std::make_shared<Incoming>(message);
    auto tries = tries_of(session.person().user);
    session.tools().redis.ask(
        {"MGET", tries[0], tries[1]},
        [self = session.self(), copy, code, found, tries](std::optional<RedisReply> reply) {
            if (!*self) return;
            auto& session = **self;
            auto number = [&](std::size_t at) {
                return reply && reply->list.size() == 2
                           ? parse_integer(reply->list[at].text).value_or(0)
                           : 0;
            };
            if (number(0) >= most_wrong_codes || number(1) >= block_after) {
                auto wait =
                    number(1) >= block_after ? std::chrono::minutes{15} : std::chrono::minutes{1};
                return session.fail(*copy, Failure(bad_code).retry_after(wait));
            }
            session.tools().rooms.find_code(
                code, [self, copy, found, tries](std::optional<std::string> room, bool away) {
                    if (!*self) return;
                    if (room) return found(*room);
                    if (!away) (*self)->tools().redis.run(wrong_code, tries, {}, {});
                    (*self)->fail(*copy, Failure(away ? unavailable : bad_code));
                });
        });
}

void enter(Session& session, const Incoming& message, const Join& sent) {
    auto wanted = std::make_shared<Join>(sent);
    wanted->waits = session.waits_for_others();
    wanted->password_hash = hash_of(session, sent.password.value_or(""));
    if (sent.room) return join_room(session, message, *sent.room, wanted);
    auto copy = std::make_shared<Incoming>(message);
    auto go = [self = session.self(), copy, wanted](const std::string& room) {
        if (*self) join_room(**self, *copy, room, wanted);
    };
    if (sent.code) {
        auto code = written_code(*sent.code);
        return by_code(session, message, code.value_or("nonsense"), go);
    }
    if (sent.invite) return by_code(session, message, *sent.invite, go);
    throw Failure(bad_request, {{"field", "roomId"}});
}

// Rooms: out.

template <void (*command)(Room&, const Act&, const Nothing&, Change&)>
void depart(Session& session, const Incoming& message, const Nothing& nothing) {
    auto room = session.room_id();
    if (room.empty()) throw Failure(not_in_room);
    session.submit_to(
        room, message,
        [nothing](Room& in, const Act& act, Change& change) { command(in, act, nothing, change); },
        false,
        [&session](const Outcome& outcome) {
            if (!outcome.failure) session.quit_room();
        });
}

// A code and a token of an invite lead to the room as its own code does.
void invite(Session& session, const Incoming& message, const NewInvite& wanted) {
    auto room = session.room().id();
    session.submit_to(
        room, message,
        [wanted](Room& in, const Act& act, Change& change) {
            invite_create(in, act, wanted, change);
        },
        false,
        [&session, room, wanted](const Outcome& outcome) {
            if (outcome.failure) return;
            auto made = parse_json(outcome.answer);
            std::chrono::seconds ttl{wanted.ttl_s.value_or(86'400)};
            for (const char* name : {"code", "token"}) {
                const auto* one = made.find(name);
                if (one) session.tools().rooms.claim_code(one->text, room, ttl, [](bool, bool) {});
            }
        });
}

void revoke_invite(Session& session, const Incoming& message, const WhichInvite& which) {
    auto& live = session.room();
    auto before = live.room().about.code;
    session.submit_to(
        live.id(), message,
        [which](Room& in, const Act& act, Change& change) {
            invite_revoke(in, act, which, change);
        },
        false,
        [&session, before, id = live.id(), which](const Outcome& outcome) {
            auto* live = session.rooms().find(id);
            if (outcome.failure || !live) return;
            auto& store = session.tools().rooms;
            for (const auto& gone : {which.code, which.token}) {
                if (gone) store.release_code(*gone);
            }
            auto now = live->room().about.code;
            if (now != before) {
                store.release_code(before);
                store.claim_code(now, id, code_lives, [](bool, bool) {});
            }
        });
}

void change_settings(Session& session, const Incoming& message, const Wishes& sent) {
    auto wanted = std::make_shared<Wishes>(sent);
    wanted->password_hash = hash_of(session, sent.password.value.value_or(""));
    session.submit(message, [wanted](Room& in, const Act& act, Change& change) {
        update(in, act, *wanted, change);
    });
}

// party:update {settings: {...}}
struct SettingsPatch {
    Wishes settings;
    static constexpr auto fields() {
        return std::tuple{Field{"settings", &SettingsPatch::settings}};
    }
};
void patch(Session& session, const Incoming& message, const SettingsPatch& sent) {
    change_settings(session, message, sent.settings);
}

struct Listing {
    std::optional<std::string> scope;
    std::optional<std::int64_t> cursor;
    static constexpr auto fields() {
        return std::tuple{Field{"scope", &Listing::scope, OneOf{"mine", "friends", "public"}},
                          Field{"cursor", &Listing::cursor, Range{0, 10'000}}};
    }
};
struct Listed {
    std::string room, title;
    std::int64_t members = 0, capacity = 0;
    std::string status;
    bool locked = false, password = false;
    std::optional<std::string> media;
    static constexpr auto fields() {
        return std::tuple{
            Field{"roomId", &Listed::room},          Field{"title", &Listed::title},
            Field{"members", &Listed::members},      Field{"capacity", &Listed::capacity},
            Field{"status", &Listed::status},        Field{"locked", &Listed::locked},
            Field{"hasPassword", &Listed::password}, Field{"mediaTitle", &Listed::media}};
    }
};
struct Listings {
    std::vector<Listed> rooms;
    std::optional<std::int64_t> cursor;
    static constexpr auto fields() {
        return std::tuple{Field{"rooms", &Listings::rooms}, Field{"cursor", &Listings::cursor}};
    }
};
constexpr std::int64_t page = 20;

Listed listed(const Room& room, bool kids) {
    Listed result{room.about.id,
                  room.settings.title,
                  static_cast<std::int64_t>(room.seats.size()),
                  room.settings.capacity,
                  room.playback.status,
                  room.settings.locked,
                  room.settings.has_password,
                  {}};
    if (room.playback.media && !kids) result.media = room.playback.media->title;
    return result;
}

// Loads the rooms of a list one after the other; a page has 20 of them.
struct Collection {
    std::shared_ptr<Session*> self;
    Incoming message;
    std::vector<std::string> rooms;
    bool mine = false;
    Listings found;
    std::size_t next = 0;
};
void collect(const std::shared_ptr<Collection>& work) {
    if (!*work->self) return;
    auto& session = **work->self;
    if (work->next == work->rooms.size()) {
        return session.reply(work->message, Change::json_of(work->found));
    }
    const auto& id = work->rooms[work->next++];
    session.tools().rooms.load(id, [work](std::optional<Room> room, bool) {
        if (!*work->self) return;
        bool kids = (*work->self)->person().kids;
        bool shown = room && room->about.ended.empty() &&
                     (work->mine || room->settings.visibility == "public") &&
                     (!kids || room->settings.kids_safe);
        if (shown) work->found.rooms.push_back(listed(*room, kids));
        collect(work);
    });
}

void list_rooms(Session& session, const Incoming& message, const Listing& wanted) {
    auto scope = wanted.scope.value_or("mine");
    if (scope == "friends") return session.reply(message, Change::json_of(Listings{}));
    auto from = wanted.cursor.value_or(0);
    auto list = scope == "public" ? "public" : "of:" + session.person().user;
    auto work = std::make_shared<Collection>();
    work->self = session.self();
    work->message = message;
    work->mine = scope == "mine";
    session.tools().rooms.listed(list, from, page, [work, from](std::vector<std::string> rooms) {
        work->rooms = std::move(rooms);
        if (static_cast<std::int64_t>(work->rooms.size()) == page) work->found.cursor = from + page;
        collect(work);
    });
}

// What changes nothing in the room.

void emote(Session& session, const Incoming& message, const Emote& sent) {
    auto& room = session.room();
    check_emote(room.room(), session.act(), sent);
    room.note_emote(sent.emoji);
    if (!message.id.empty()) session.reply(message, "{}");
}

struct TypingWord {
    std::string member;
    bool on = false;
    static constexpr auto fields() {
        return std::tuple{Field{"memberId", &TypingWord::member}, Field{"on", &TypingWord::on}};
    }
};
void typing(Session& session, const Incoming& message, const Typing& sent) {
    auto& room = session.room();
    if (check_typing(room.room(), session.act(), sent)) {
        room.say("party:typing", Change::json_of(TypingWord{session.member(), sent.on}));
    }
    if (!message.id.empty()) session.reply(message, "{}");
}

void report_message(Session& session, const Incoming& message, const ReportMessage& sent) {
    auto reported = check_report(session.room().room(), session.act(), sent);
    auto reporter = Uuid::parse(reported.reporter), target = Uuid::parse(reported.message.user);
    session.tools().records.note([=](Database& db) {
        db.run(sql::insert_report, Uuid::make(), reported.room, *reporter, *target,
               reported.message.text, reported.reason);
    });
    session.reply(message, "{}");
}

void stats(Session& session, const Incoming& message, const LinkStats& sent) {
    if (session.room_id().empty()) return;
    session.submit(message, [sent](Room& room, const Act& act, Change& change) {
        link_stats(room, act, sent, change);
    });
}

void run_quietly(Session& session, Command command) { session.submit({}, std::move(command)); }

void report(Session& session, const Incoming& message, const PositionReport& sent) {
    auto& live = session.room();
    const auto& room = live.room();
    auto now = session.tools().clock.now();
    if (auto ahead = drift(room, sent, now)) live.note_drift(session.member(), *ahead);
    if (auto word = judge(room, session.member(), sent, now, session.corrections())) {
        session.say("party:correct", Change::json_of(*word));
    }
    if (caught_up(room, session.member(), sent, now)) run_quietly(session, in_step);
    const auto* seat = room.seat(session.member());
    bool is_blocked = seat && seat->member.status == "blocked";
    if (sent.blocked.has_value() != is_blocked && seat) {
        run_quietly(session,
                    [why = Blocked{sent.blocked}](Room& in, const Act& act, Change& change) {
                        blocked(in, act, why, change);
                    });
    }
    if (!message.id.empty()) session.reply(message, "{}");
}

}  // namespace

bool drops_silently(Pace pace) {
    return pace == Pace::emote || pace == Pace::react || pace == Pace::typing ||
           pace == Pace::report;
}

std::span<const MessageType> all_messages() {
    static const MessageType table[] = {
        {"session:hello", Pace::ask, here(introduce)},
        {"session:resume", Pace::ask, resume},
        {"auth:refresh", Pace::ask, here(refresh)},
        {"sync:ping", Pace::report, here(ping)},
        {"sync:stats", Pace::report, here(stats)},

        {"playback:update", Pace::playback, playback_update},
        {"device:list", Pace::ask, device_list},
        {"device:command", Pace::ask, device_command},
        {"device:ack", Pace::ask, device_ack},
        {"notify:read", Pace::ask, notify_read},
        {"sub:add", Pace::ask, sub_add},
        {"sub:remove", Pace::ask, sub_remove},

        {"party:create", Pace::join, here(create_room)},
        {"party:join", Pace::join, here(enter)},
        {"party:leave", Pace::ask, here(depart<leave>)},
        {"party:end", Pace::ask, here(depart<end>)},
        {"party:snapshot", Pace::ask, in_room(snapshot)},
        {"party:list", Pace::ask, here(list_rooms)},
        {"party:update", Pace::ask, here(patch)},
        {"party:rename", Pace::ask, in_room(rename)},
        {"party:admit", Pace::ask, in_room(admit)},
        {"party:invite:create", Pace::ask, here(invite)},
        {"party:invite:revoke", Pace::ask, here(revoke_invite)},
        {"party:invite:list", Pace::ask, in_room(invite_list)},
        {"party:host", Pace::ask, in_room(host)},
        {"party:role", Pace::ask, in_room(role)},
        {"party:kick", Pace::ask, in_room(kick)},
        {"party:ban", Pace::ask, in_room(ban)},
        {"party:unban", Pace::ask, in_room(unban)},
        {"party:mute", Pace::ask, in_room(mute)},
        {"party:lock", Pace::ask, in_room(lock)},

        {"party:play", Pace::transport, in_room(play)},
        {"party:pause", Pace::transport, in_room(pause)},
        {"party:seek", Pace::transport, in_room(seek)},
        {"party:rate", Pace::transport, in_room(rate)},
        {"party:media", Pace::transport, in_room(media)},
        {"party:stop", Pace::transport, in_room(stop)},
        {"party:ready", Pace::ask, in_room(ready)},
        {"party:buffering", Pace::ask, in_room(buffering)},
        {"party:ignore_wait", Pace::ask, in_room(ignore_wait)},
        {"party:blocked", Pace::ask, in_room(blocked)},
        {"party:media_match", Pace::ask, in_room(media_match)},
        {"party:report", Pace::report, here(report)},

        {"party:chat", Pace::chat, in_room(chat)},
        {"party:chat:history", Pace::ask, in_room(chat_history)},
        {"party:chat:delete", Pace::ask, in_room(chat_delete)},
        {"party:chat:pin", Pace::ask, in_room(chat_pin)},
        {"party:chat:clear", Pace::ask, in_room(chat_clear)},
        {"party:react", Pace::react, in_room(react)},
        {"party:emote", Pace::emote, here(emote)},
        {"party:typing", Pace::typing, here(typing)},
        {"party:report_msg", Pace::ask, here(report_message)},
        {"party:announce", Pace::ask, in_room(announce)},

        {"party:queue:add", Pace::ask, in_room(queue_add)},
        {"party:queue:remove", Pace::ask, in_room(queue_remove)},
        {"party:queue:move", Pace::ask, in_room(queue_move)},
        {"party:queue:clear", Pace::ask, in_room(queue_clear)},
        {"party:queue:next", Pace::ask, in_room(queue_next)},
        {"party:queue:prev", Pace::ask, in_room(queue_previous)},
        {"party:queue:shuffle", Pace::ask, in_room(queue_shuffle)},
        {"party:queue:mode", Pace::ask, in_room(queue_mode)},
        {"party:queue:suggest", Pace::ask, in_room(queue_suggest)},
        {"party:vote", Pace::ask, in_room(vote)},
        {"party:vote_skip", Pace::ask, in_room(vote_skip)},
        {"party:poll:create", Pace::ask, in_room(poll_create)},
        {"party:poll:vote", Pace::ask, in_room(poll_vote)},
        {"party:poll:close", Pace::ask, in_room(poll_close)},
    };
    return table;
}

const MessageType* find_message(std::string_view name) {
    static const auto by_name = [] {
        std::map<std::string_view, const MessageType*> result;
        for (const auto& one : all_messages()) result[one.name] = &one;
        return result;
    }();
    auto at = by_name.find(name);
    return at == by_name.end() ? nullptr : at->second;
}

}  // namespace party
