#include "workers/party/redis/people.h"

#include "common/base/text.h"
#include "common/cache/personal.h"
#include "common/cache/rate_limit.h"
#include "workers/party/redis/nodes.h"

namespace party {

namespace {

constexpr Millis lease = 300'000;
constexpr std::size_t renewals_at_once = 100;

// KEYS: revoked session, revoked user, connects of the address, connections of the user, live,
// person, nodes (redis/nodes.h). ARGV: when the token was issued, connects a second, sockets, now,
// end of the lease, connection, size of a node's id. Answers what becomes of it, and the person.
const Script admission{R"lua(
local connects = redis.call('INCR', KEYS[3])
if connects == 1 then redis.call('PEXPIRE', KEYS[3], 1000) end
if connects > tonumber(ARGV[2]) then return {'too_fast'} end
local revoked = redis.call('MGET', KEYS[1], KEYS[2])
if revoked[1] or (revoked[2] and tonumber(ARGV[1]) < tonumber(revoked[2])) then
  return {'revoked'}
end
redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', ARGV[4])
if redis.call('ZCARD', KEYS[4]) >= tonumber(ARGV[3]) then
  for _, connection in ipairs(redis.call('ZRANGE', KEYS[4], 0, -1)) do
    local node = string.sub(connection, 1, ARGV[7])
    local ends = tonumber(redis.call('ZSCORE', KEYS[7], node) or 0)
    if ends < tonumber(ARGV[4]) then redis.call('ZREM', KEYS[4], connection) end
  end
end
if redis.call('ZCARD', KEYS[4]) >= tonumber(ARGV[3]) then return {'too_many_sockets'} end
redis.call('ZADD', KEYS[4], ARGV[5], ARGV[6])
redis.call('EXPIRE', KEYS[4], 600)
redis.call('SET', KEYS[5], 1, 'EX', 600)
return {'welcome', redis.call('GET', KEYS[6]) or ''}
)lua"};

// KEYS, for each: connections, live, hash, stream. ARGV: end of the lease, connections.
const Script renewal{R"lua(
for i = 2, #ARGV do
  local at = 4 * (i - 2)
  redis.call('ZADD', KEYS[at + 1], ARGV[1], ARGV[i])
  redis.call('EXPIRE', KEYS[at + 1], 600)
  redis.call('SET', KEYS[at + 2], 1, 'EX', 600)
  redis.call('EXPIRE', KEYS[at + 3], 600)
  redis.call('EXPIRE', KEYS[at + 4], 600)
end
)lua"};

// KEYS: hash, stream. ARGV: epoch for a new stream. Answers version and epoch.
const Script standing{R"lua(
local known = redis.call('HMGET', KEYS[1], 'ver', 'epoch')
if known[2] then return {tonumber(known[1]), known[2]} end
redis.call('HSET', KEYS[1], 'ver', 0, 'epoch', ARGV[1])
redis.call('EXPIRE', KEYS[1], 600)
redis.call('DEL', KEYS[2])
return {0, ARGV[1]}
)lua"};

std::string connections_key(const std::string& user) { return "ws:conn:{" + user + "}"; }

std::string key_of(const std::string& user, const std::string& kind) {
    return "u:{" + user + "}:" + kind;
}

std::string person_key(const std::string& user, const std::string& profile) {
    return key_of(user, "who:" + (profile.empty() ? "-" : profile));
}

Entry entry_of(const std::optional<RedisReply>& reply) {
    if (!reply || reply->list.empty()) return {};
    const auto& became = reply->list[0].text;
    using Kind = Entry::Kind;
    if (became == "revoked") return {Kind::revoked, {}};
    if (became == "too_fast") return {Kind::too_fast, {}};
    if (became == "too_many_sockets") return {Kind::too_many_sockets, {}};
    return {Kind::welcome, reply->list[1].text};
}

}  // namespace

void PeopleStore::admit(const SocketRequest& one, std::function<void(Entry)> done) {
    redis_.run(admission,
               {"rv:s:" + one.session, "rv:u:" + one.user, "p:ip:" + normalise_ip(one.ip),
                connections_key(one.user), key_of(one.user, "live"),
                person_key(one.user, one.profile), nodes_key},
               {std::to_string(one.issued), std::to_string(one.most_a_second),
                std::to_string(one.most_sockets), std::to_string(one.now),
                std::to_string(one.now + lease), one.connection, std::to_string(node_id_size)},
               [done = std::move(done)](auto reply) { done(entry_of(reply)); });
}

void PeopleStore::revoked(const std::string& user, const std::string& session, std::int64_t issued,
                          std::function<void(bool revoked, bool away)> done) {
    redis_.ask({"MGET", "rv:s:" + session, "rv:u:" + user},
               [issued, done = std::move(done)](auto reply) {
                   if (!reply || reply->list.size() != 2) return done(false, true);
                   bool ended = reply->list[0].kind == RedisReply::Kind::text;
                   auto since = parse_integer(reply->list[1].text);
                   done(ended || (since && issued < *since), false);
               });
}

void PeopleStore::take_ticket(
    const std::string& digest,
    std::function<void(std::optional<std::string> json, bool away)> done) {
    redis_.ask({"GETDEL", "ws:ticket:" + digest}, [done = std::move(done)](auto reply) {
        if (!reply || reply->kind == RedisReply::Kind::error) return done(std::nullopt, true);
        bool found = reply->kind == RedisReply::Kind::text;
        done(found ? std::optional{reply->text} : std::nullopt, false);
    });
}

void PeopleStore::remember(const std::string& user, const std::string& profile,
                           const std::string& json, std::chrono::seconds ttl) {
    redis_.ask({"SET", person_key(user, profile), json, "EX", std::to_string(ttl.count())}, {});
}

void PeopleStore::renew(const std::vector<Presence>& people, Millis until) {
    for (std::size_t from = 0; from < people.size(); from += renewals_at_once) {
        std::vector<std::string> keys, arguments{std::to_string(until)};
        for (auto i = from; i < std::min(people.size(), from + renewals_at_once); ++i) {
            const auto& [user, connection] = people[i];
            keys.push_back(connections_key(user));
            for (auto kind : {"live", "m", "s"}) keys.push_back(key_of(user, kind));
            arguments.push_back(connection);
        }
        redis_.run(renewal, std::move(keys), std::move(arguments), {});
    }
}

void PeopleStore::leave(const Presence& one) {
    redis_.ask({"ZREM", connections_key(one.user), one.connection}, {});
}

void PeopleStore::position(const std::string& user,
                           std::function<void(std::string epoch, std::int64_t version)> done) {
    redis_.run(standing, {key_of(user, "m"), key_of(user, "s")}, {new_epoch()},
               [done = std::move(done)](auto reply) {
                   if (!reply || reply->list.size() != 2) return done({}, 0);
                   done(reply->list[1].text, reply->list[0].integer);
               });
}

void PeopleStore::events(const std::string& user, const std::string& epoch, std::int64_t after,
                         std::function<void(MissedEvents)> done) {
    find_missed(redis_, key_of(user, "m"), key_of(user, "s"), epoch, after, std::move(done));
}

void PeopleStore::publish(const std::string& user, const Event& event) {
    redis_.run(Personal::script(), Personal::keys(user),
               Personal::arguments(user, event.type, event.data), {});
}

void PeopleStore::say(const std::string& user, const Event& event) {
    redis_.ask({"PUBLISH", Personal::channel(user), Personal::word(event.type, event.data)}, {});
}

std::string personal_channel(std::string_view user) { return Personal::channel(user); }

std::string user_of_channel(std::string_view channel) {
    bool is = channel.starts_with("u:{") && channel.ends_with("}:c") && channel.size() > 6;
    return std::string{is ? channel.substr(3, channel.size() - 6) : ""};
}

}  // namespace party
