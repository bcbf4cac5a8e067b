#include "workers/party/node/devices.h"

#include <algorithm>

#include "common/json/read.h"
#include "workers/party/node/frames.h"
#include "workers/party/node/sessions.h"
#include "workers/party/room/problems.h"

namespace party {

namespace {

constexpr std::chrono::seconds patience{8};
constexpr std::size_t most_pending = 20;

std::string key_of(const std::string& user) { return "u:{" + user + "}:dev"; }
std::string leases_of(const std::string& user) { return "ws:conn:{" + user + "}"; }

std::string text_of(const JsonValue& value, const char* name) {
    const auto* found = value.find(name);
    return found && found->kind == JsonValue::Kind::text ? found->text : std::string{};
}

// What another node, or an older program, wrote.
std::optional<OnlineDevice> read_device(const std::string& json) {
    try {
        return read_body<OnlineDevice>(json);
    } catch (const Failure&) {
        return std::nullopt;
    }
}

std::vector<OnlineDevice> read_devices(const std::vector<RedisReply>& pairs,
                                       const std::vector<RedisReply>& live) {
    std::vector<OnlineDevice> all;
    for (const auto& connection : live) {
        for (std::size_t i = 0; i + 1 < pairs.size(); i += 2) {
            if (pairs[i].text != connection.text) continue;
            if (auto device = read_device(pairs[i + 1].text)) all.push_back(*std::move(device));
        }
    }
    return all;
}

}  // namespace

void Devices::come(Session& session) { keep(session); }

void Devices::go(Session& session) {
    watching_.erase(&session);
    playing_.erase(&session);
    pending_.erase(&session);
    const auto& who = session.person();
    tools_.redis.ask({"HDEL", key_of(who.user), who.connection}, {});
    tell({who.device.id, who.device.type, who.connection, who.profile, false, {}}, who.user);
}

void Devices::play(Session& session, const NowPlaying& playing) {
    playing_[&session] = playing;
    keep(session);
}

void Devices::keep(Session& session) {
    const auto& who = session.person();
    OnlineDevice device{who.device.id, who.device.type, who.connection, who.profile, true, {}};
    if (auto at = playing_.find(&session); at != playing_.end()) device.playing = at->second;
    auto key = key_of(who.user);
    tools_.redis.ask({"HSET", key, who.connection, Change::json_of(device)}, {});
    tools_.redis.ask({"EXPIRE", key, "86400"}, {});
    tell(device, who.user);
}

void Devices::tell(const OnlineDevice& device, const std::string& user) {
    tools_.people.say(user, {"device:updated", Change::json_of(device)});
}

void Devices::list(const std::string& user,
                   std::function<void(std::optional<std::vector<OnlineDevice>>)> done) {
    auto known = std::make_shared<std::optional<RedisReply>>();
    tools_.redis.ask({"HGETALL", key_of(user)}, [known](auto reply) { *known = std::move(reply); });
    tools_.redis.ask({"ZRANGEBYSCORE", leases_of(user), std::to_string(tools_.clock.now()), "+inf"},
                     [this, known, done = std::move(done)](std::optional<RedisReply> live) {
                         if (!*known || !live) return done(std::nullopt);
                         std::erase_if(live->list, [this](const RedisReply& connection) {
                             return tools_.peers.is_gone(connection.text);
                         });
                         done(read_devices((*known)->list, live->list));
                     });
}

void Devices::send(Session& session, const Incoming& message, const DeviceCommand& command) {
    auto to = std::make_shared<Incoming>(Incoming{message.type, message.id, {}, {}});
    list(session.person().user, [this, self = session.self(), to, command](auto devices) {
        if (!*self) return;
        if (!devices) {
            return (*self)->fail(*to, Failure(unavailable).retry_after(std::chrono::seconds{1}));
        }
        bool there = std::any_of(devices->begin(), devices->end(), [&](const OnlineDevice& one) {
            return one.device == command.device && one.connection != command.from;
        });
        if (!there) return (*self)->fail(*to, Failure(device_not_online));
        dispatch(**self, *to, command);
    });
}

void Devices::dispatch(Session& session, const Incoming& message, const DeviceCommand& command) {
    auto& pending = pending_[&session];
    if (pending.count(command.id)) return session.fail(message, Failure(duplicate));
    if (pending.size() >= most_pending) return session.fail(message, Failure(rate_limited));
    auto late = [this, &session, id = command.id] {
        auto all = pending_.find(&session);
        auto node = all->second.extract(id);
        session.fail(node.mapped().message, Failure(unavailable));
    };
    pending.emplace(command.id, Pending{message, tools_.loop.after(patience, late)});
    tools_.people.say(session.person().user, {"device:command", Change::json_of(command)});
}

void Devices::acknowledge(Session& session, const std::string& json) {
    tools_.people.say(session.person().user, {"device:ack", json});
}

bool Devices::hear(const std::string& user, const Event& word) {
    if (!word.type.starts_with("device:")) return false;
    auto data = parse_json(word.data);
    auto now = tools_.clock.now();
    auto& here = sessions_.of(user);
    for (auto* session : std::vector<Session*>(here.begin(), here.end())) {
        const auto& who = session->person();
        if (word.type == "device:updated") {
            bool own = text_of(data, "connId") == who.connection;
            if (own || !watching_.count(session)) continue;
            session->send(framed(word_text(word.type, now, word.data), Frame::Kind::state,
                                 "device:updated " + text_of(data, "connId")));
        } else if (word.type == "device:command") {
            bool meant = text_of(data, "deviceId") == who.device.id &&
                         text_of(data, "from") != who.connection;
            if (meant) session->say(word.type, word.data);
        } else if (auto all = pending_.find(session); all != pending_.end()) {
            auto answered = all->second.extract(text_of(data, "cmdId"));
            if (!answered.empty()) session->reply(answered.mapped().message, word.data);
        }
    }
    return true;
}

}  // namespace party
