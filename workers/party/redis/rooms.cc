#include "workers/party/redis/rooms.h"

#include "common/base/text.h"
#include "common/json/json.h"
#include "workers/party/redis/scripts.h"

namespace party {

namespace {

constexpr auto alarms_key = "p:dl";
constexpr std::chrono::hours listed_for{24 * 7};

std::string key_of(const std::string& room, const char* kind = "") {
    return "p:{" + room + "}" + kind;
}

std::string seconds_of(std::chrono::seconds time) { return std::to_string(time.count()); }

template <class Pairs, class Append>
void append_pairs(std::vector<std::string>& words, const Pairs& pairs, const Append& append) {
    words.push_back(std::to_string(pairs.size()));
    for (const auto& one : pairs) append(words, one);
}

std::vector<std::string> keys_of(const Application& wanted) {
    std::vector<std::string> keys{key_of(wanted.room), key_of(wanted.room, ":s"), alarms_key};
    for (const auto& [id, answer] : wanted.answers) {
        keys.push_back(key_of(wanted.room, ":cmd:") + id);
    }
    return keys;
}

// "<version>.<revision>", "*.<revision>", or nothing.
std::string expectation_of(const Application& wanted) {
    if (wanted.expected) {
        auto [version, revision] = *wanted.expected;
        return std::to_string(version) + "." + std::to_string(revision);
    }
    return wanted.judged_at ? "*." + std::to_string(*wanted.judged_at) : "";
}

std::vector<std::string> arguments_of(const Application& wanted) {
    std::vector<std::string> words{wanted.kind == Application::Kind::make ? "make" : "change",
                                   expectation_of(wanted),
                                   wanted.epoch,
                                   wanted.ttl ? seconds_of(*wanted.ttl) : "",
                                   room_channel(wanted.room),
                                   wanted.room};
    append_pairs(words, wanted.events, [](auto& all, const Event& event) {
        all.insert(all.end(), {event.type, event.data});
    });
    append_pairs(words, wanted.parts, [](auto& all, const auto& part) {
        all.insert(all.end(), {part.first, part.second});
    });
    append_pairs(words, wanted.alarms, [](auto& all, const Alarm& alarm) {
        all.insert(all.end(), {alarm.kind, std::to_string(alarm.at)});
    });
    append_pairs(words, wanted.answers, [](auto& all, const auto& answer) {
        all.insert(all.end(), {"", answer.second});
    });
    return words;
}

Applied applied_of(const std::optional<RedisReply>& reply) {
    if (!reply || reply->list.size() < 4) return {};
    const auto& words = reply->list;
    Applied applied{
        .version = words[1].integer, .revision = words[3].integer, .epoch = words[2].text};
    const auto& became = words[0].text;
    using Kind = Applied::Kind;
    applied.kind = became == "done"       ? Kind::done
                   : became == "conflict" ? Kind::conflict
                   : became == "gone"     ? Kind::gone
                                          : Kind::duplicate;
    if (words.size() > 4) applied.answer = words[4].text;
    return applied;
}

// HGETALL: names and values by turns.
std::optional<Room> room_of(const RedisReply& reply) {
    Room room;
    for (std::size_t i = 0; i + 1 < reply.list.size(); i += 2) {
        const auto& name = reply.list[i].text;
        const auto& value = reply.list[i + 1].text;
        if (name == "ver") {
            room.version = parse_integer(value).value_or(0);
        } else if (name == "epoch") {
            room.epoch = value;
        } else {
            room.put_part(name, value);
        }
    }
    return room.epoch.empty() ? std::nullopt : std::optional{std::move(room)};
}

std::vector<std::string> texts_of(const std::optional<RedisReply>& reply) {
    std::vector<std::string> texts;
    if (reply) {
        for (const auto& one : reply->list) texts.push_back(one.text);
    }
    return texts;
}

bool answered(const std::optional<RedisReply>& reply) {
    return reply && reply->kind != RedisReply::Kind::error;
}

void append_part(std::vector<std::string>& words, const Room& room, const std::string& name) {
    auto part = room.part(name);
    if (!part.empty()) words.insert(words.end(), {name, std::move(part)});
}

void append_all_parts(std::vector<std::string>& words, const Room& room) {
    for (auto name :
         {"rev", "about", "settings", "playback", "queue", "poll", "bans", "invites", "knocks"}) {
        append_part(words, room, name);
    }
    for (const auto& [id, seat] : room.seats) append_part(words, room, "m:" + id);
    for (const auto& [id, link] : room.links) append_part(words, room, "l:" + id);
    for (const auto& [id, message] : room.chat) append_part(words, room, "c:" + id);
}

}  // namespace

void RoomStore::apply(const Application& wanted, std::function<void(Applied)> done) {
    redis_.run(script::apply, keys_of(wanted), arguments_of(wanted),
               [done = std::move(done)](auto reply) { done(applied_of(reply)); });
}

void RoomStore::say(const std::string& room, const std::string& epoch,
                    const std::vector<Event>& says) {
    redis_.ask({"PUBLISH", room_channel(room), bulletin_of(epoch, says)}, {});
}

void RoomStore::load(const std::string& room,
                     std::function<void(std::optional<Room>, bool away)> done) {
    redis_.ask({"HGETALL", key_of(room)}, [done = std::move(done)](auto reply) {
        if (!answered(reply)) return done(std::nullopt, true);
        done(room_of(*reply), false);
    });
}

void RoomStore::standing(const std::string& room, std::function<void(Standing)> done) {
    redis_.ask({"HMGET", key_of(room), "ver", "rev", "epoch"},
               [done = std::move(done)](auto reply) {
                   if (!answered(reply) || reply->list.size() != 3) return done({.away = true});
                   const auto& words = reply->list;
                   done({parse_integer(words[0].text).value_or(0),
                         parse_integer(words[1].text).value_or(0), words[2].text});
               });
}

void RoomStore::events(const std::string& room, const std::string& epoch, std::int64_t after,
                       std::function<void(MissedEvents)> done) {
    find_missed(redis_, key_of(room), key_of(room, ":s"), epoch, after, std::move(done));
}

void RoomStore::restore(const Room& room, const std::string& new_epoch, std::chrono::seconds ttl,
                        std::function<void(bool won)> done) {
    const auto& id = room.about.id;
    std::vector<std::string> arguments{std::to_string(room.version), room.epoch, new_epoch,
                                       seconds_of(ttl), room_channel(id)};
    append_all_parts(arguments, room);
    redis_.run(script::restore, {key_of(id), key_of(id, ":s")}, std::move(arguments),
               [done = std::move(done)](auto reply) {
                   done(reply && reply->kind == RedisReply::Kind::integer);
               });
    enlist(id, room.about.owner, room.settings.visibility == "public", room.about.created_at);
    if (!room.about.code.empty()) claim_code(room.about.code, id, ttl, [](bool, bool) {});
}

void RoomStore::drop(const std::string& room, const Room& last) {
    redis_.ask({"DEL", key_of(room), key_of(room, ":s")}, {});
    redis_.ask({"ZREM", "p:public", room}, {});
    redis_.ask({"ZREM", "p:of:" + last.about.owner, room}, {});
    if (!last.about.code.empty()) release_code(last.about.code);
    for (const auto& invite : last.invites) release_code(invite.code);
}

void RoomStore::renew(const std::string& room, std::chrono::seconds ttl) {
    for (auto kind : {"", ":s"}) {
        redis_.ask({"EXPIRE", key_of(room, kind), seconds_of(ttl)}, {});
    }
}

void RoomStore::due(Millis now, std::function<void(std::vector<DueAlarm>)> done) {
    redis_.run(script::due, {alarms_key}, {std::to_string(now)},
               [done = std::move(done)](auto reply) {
                   std::vector<DueAlarm> alarms;
                   for (const auto& text : texts_of(reply)) {
                       auto bar = text.find('|');
                       if (bar == text.npos) continue;
                       alarms.push_back({text.substr(0, bar), text.substr(bar + 1)});
                   }
                   done(std::move(alarms));
               });
}

void RoomStore::set_alarm(const std::string& room, const Alarm& alarm) {
    auto name = room + "|" + alarm.kind;
    if (alarm.at == 0) return redis_.ask({"ZREM", alarms_key, name}, {});
    redis_.ask({"ZADD", alarms_key, std::to_string(alarm.at), name}, {});
}

void RoomStore::claim_code(const std::string& code, const std::string& room,
                           std::chrono::seconds ttl,
                           std::function<void(bool claimed, bool away)> done) {
    redis_.ask({"SET", "p:code:" + code, room, "EX", seconds_of(ttl), "NX", "GET"},
               [room, done = std::move(done)](auto holder) {
                   if (!answered(holder)) return done(false, true);
                   bool was_free = holder->kind == RedisReply::Kind::nil;
                   done(was_free || holder->text == room, false);
               });
}

void RoomStore::find_code(const std::string& code,
                          std::function<void(std::optional<std::string> room, bool away)> done) {
    redis_.ask({"GET", "p:code:" + code}, [done = std::move(done)](auto reply) {
        if (!answered(reply)) return done(std::nullopt, true);
        bool found = reply->kind == RedisReply::Kind::text;
        done(found ? std::optional{reply->text} : std::nullopt, false);
    });
}

void RoomStore::release_code(const std::string& code) { redis_.ask({"DEL", "p:code:" + code}, {}); }

void RoomStore::enlist(const std::string& room, const std::string& owner, bool open_to_all,
                       Millis created) {
    auto list = "p:of:" + owner;
    auto since = std::to_string(created), ttl = seconds_of(listed_for);
    redis_.ask({"ZADD", list, since, room}, {});
    redis_.ask({"EXPIRE", list, ttl}, {});
    if (!open_to_all) return redis_.ask({"ZREM", "p:public", room}, {});
    redis_.ask({"ZADD", "p:public", since, room}, {});
    redis_.ask({"EXPIRE", "p:public", ttl}, {});
}

void RoomStore::listed(const std::string& list, std::int64_t from, std::int64_t count,
                       std::function<void(std::vector<std::string> rooms)> done) {
    redis_.run(script::list, {"p:" + list}, {std::to_string(from), std::to_string(count)},
               [done = std::move(done)](auto reply) { done(texts_of(reply)); });
}

}  // namespace party
