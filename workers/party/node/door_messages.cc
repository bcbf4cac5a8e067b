#include "workers/party/node/door_messages.h"

#include "common/base/text.h"
#include "common/crypto/digest.h"
#include "workers/party/node/ban_messages.h"
#include "workers/party/node/records.h"
#include "workers/party/node/shared_pace.h"
#include "workers/party/party_sql.h"
#include "workers/party/room/ids.h"

namespace party {

namespace {

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

using Note = std::function<void(Database&)>;

// `answer`: the reply to who came in.
Note arrival(Session& session, const std::string& room, const std::string& answer) {
    auto joined = parse_json(answer);
    const auto* member = joined.find("member");
    const auto* role = member ? member->find("role") : nullptr;
    const auto& live = session.rooms().open(room).room();
    return [room, user = Uuid::parse(session.person().user),
            profile = Uuid::parse(session.person().profile), role = role ? role->text : "member",
            owner = Uuid::parse(live.about.owner),
            visibility = live.settings.visibility](Database& db) {
        if (owner) db.run(sql::insert_participant, room, *user, profile, role, *owner, visibility);
    };
}

// The same for a command that is repeated, so that it makes one room; nobody else can foresee it.
std::string random_of(Session& session, const std::string& command_id) {
    if (command_id.empty()) return hex(random_bytes(16));
    auto key = session.tools().box.derive("party room");
    return hex(hmac_sha256(key, session.person().user + ' ' + command_id)).substr(0, 32);
}

constexpr std::chrono::hours code_lives{24 * 8};

std::string json_of(const JsonValue* value) {
    JsonWriter writer;
    if (value) write_json(writer, *value);
    return writer.take();
}

// `answer`: the reply to its creator, who is noted with the party: notes may change places.
void remember_party(Session& session, const std::string& room, const std::string& answer) {
    auto made = parse_json(answer);
    const auto* settings = made.find("settings");
    const auto* state = made.find("state");
    const auto* start = made.find("startAt");
    const auto* title = settings ? settings->find("title") : nullptr;
    std::optional<Instant> scheduled;
    if (start && start->integer) scheduled = Instant{std::chrono::milliseconds{start->integer}};
    session.tools().records.note([room, scheduled, user = Uuid::parse(session.person().user),
                                  title = title ? title->text : "", settings = json_of(settings),
                                  media = json_of(state ? state->find("media") : nullptr),
                                  arrive = arrival(session, room, answer)](Database& db) {
        db.run(sql::insert_party, room, *user, title, settings, media, scheduled);
        arrive(db);
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
        false,
        [&session, room](const Outcome& outcome) {
            enter_by(session, room, outcome);
            if (outcome.failure || session.room_id() != room) return;
            session.tools().records.note(arrival(session, room, outcome.answer));
            // Behind the reply.
            session.tools().loop.post([self = session.self()] {
                if (*self) (*self)->tell_position();
            });
        });
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
             const std::function<void(const std::string& room)>& found) {
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

using Departure = void (*)(Room&, const Act&, const Nothing&, Change&);

void depart(Session& session, const Incoming& message, Departure command) {
    auto room = session.room_id();
    if (room.empty()) throw Failure(not_in_room);
    session.submit_to(
        room, message,
        [command](Room& in, const Act& act, Change& change) { command(in, act, {}, change); },
        false,
        [&session](const Outcome& outcome) {
            if (!outcome.failure) session.quit_room();
        });
}

void make_room(Session& session, const Incoming& message, const std::shared_ptr<Create>& wanted) {
    auto random = random_of(session, message.command_id);
    auto room = new_room_id(random), code = new_code(random);
    auto copy = std::make_shared<Incoming>(message);
    session.tools().rooms.claim_code(
        code, room, code_lives,
        [self = session.self(), wanted, room, code, copy](bool claimed, bool away) {
            if (!*self) return;
            auto& session = **self;
            if (away || !claimed) {
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
                                  remember_party(session, room, outcome.answer);
                                  take_over_bans(session, room);
                              });
        });
}

void find_room(Session& session, const Incoming& message, const std::shared_ptr<Join>& wanted) {
    if (wanted->room) return join_room(session, message, *wanted->room, wanted);
    auto copy = std::make_shared<Incoming>(message);
    auto go = [self = session.self(), copy, wanted](const std::string& room) {
        if (*self) join_room(**self, *copy, room, wanted);
    };
    if (!wanted->code) return by_code(session, message, *wanted->invite, go);
    by_code(session, message, written_code(*wanted->code).value_or("nonsense"), go);
}

}  // namespace

void create_room(Session& session, const Incoming& message, const Create& sent) {
    auto wanted = std::make_shared<Create>(sent);
    wanted->waits = session.waits_for_others();
    wanted->settings.password_hash = hash_of(session, sent.settings.password.value.value_or(""));
    at_shared_pace(session, message, "made", parties_made,
                   [wanted](Session& session, const Incoming& message) {
                       make_room(session, message, wanted);
                   });
}

void enter(Session& session, const Incoming& message, const Join& sent) {
    auto wanted = std::make_shared<Join>(sent);
    wanted->waits = session.waits_for_others();
    wanted->password_hash = hash_of(session, sent.password.value_or(""));
    if (!sent.room && !sent.code && !sent.invite) throw Failure(bad_request, {{"field", "roomId"}});
    at_shared_pace(session, message, "joined", parties_joined,
                   [wanted](Session& session, const Incoming& message) {
                       find_room(session, message, wanted);
                   });
}

void leave_room(Session& session, const Incoming& message, const Nothing&) {
    depart(session, message, leave);
}

void end_room(Session& session, const Incoming& message, const Nothing&) {
    depart(session, message, end);
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

void patch(Session& session, const Incoming& message, const SettingsPatch& sent) {
    auto wanted = std::make_shared<Wishes>(sent.settings);
    wanted->password_hash = hash_of(session, sent.settings.password.value.value_or(""));
    auto id = session.room().id();
    session.submit_to(
        id, message,
        [wanted](Room& in, const Act& act, Change& change) { update(in, act, *wanted, change); },
        false,
        [&session, id, wanted](const Outcome& outcome) {
            auto* live = session.rooms().find(id);
            if (outcome.failure || !live || wanted->visibility != "public") return;
            const auto& about = live->room().about;
            session.tools().rooms.enlist(id, about.owner, true, about.created_at);
            session.tools().records.note([id](Database& db) { db.run(sql::open_party, id); });
        });
}

}  // namespace party
