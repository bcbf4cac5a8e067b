#include "workers/party/redis/places.h"

#include <chrono>

namespace party {

namespace {

constexpr std::chrono::hours remembered_for{24};

// KEYS: place. Answers the room, if it has the seat.
const Script taken_place{R"lua(
local place = redis.call('GET', KEYS[1])
if not place then return '' end
local room, member = place:match('^(%S+) (%S+)$')
return redis.call('HEXISTS', 'p:{' .. room .. '}', 'm:' .. member) == 1 and room or ''
)lua"};

std::string key_of(const Person& person) {
    return "p:in:" + person.user + ":" + person.profile + ":" + person.device.id;
}

}  // namespace

void remember_place(RedisLink& redis, const Person& person, const std::string& room,
                    const std::string& member) {
    std::chrono::seconds ttl = remembered_for;
    redis.ask({"SET", key_of(person), room + " " + member, "EX", std::to_string(ttl.count())}, {});
}

void find_place(RedisLink& redis, const Person& person,
                const std::function<void(const std::string& room)>& done) {
    if (person.device.id.empty()) return done({});
    redis.run(taken_place, {key_of(person)}, {}, [done](auto reply) {
        bool known = reply && reply->kind == RedisReply::Kind::text;
        done(known ? reply->text : std::string{});
    });
}

}  // namespace party
