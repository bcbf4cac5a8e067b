#include "workers/party/node/push_messages.h"

#include <algorithm>

#include "common/accounts/announcements.h"
#include "common/accounts/notifications_sql.h"
#include "common/accounts/progress_sql.h"
#include "common/crypto/digest.h"
#include "workers/party/node/records.h"
#include "workers/party/node/sessions.h"
#include "workers/party/room/problems.h"

namespace party {

namespace {

constexpr Length id_length{1, 200}, device_length{1, 100};
constexpr Range watched_ms{0, 10'000'000'000};

// Playback.

struct PlaybackReport {
    std::string item, kind, status;
    std::int64_t position = 0;
    std::optional<std::int64_t> duration, at, seq;
    std::optional<std::string> device;
    static constexpr auto fields() {
        using T = PlaybackReport;
        return std::tuple{Field{"itemKey", &T::item, id_length, single_line},
                          Field{"kind", &T::kind, OneOf{"channel", "movie", "series", "episode"}},
                          Field{"status", &T::status, OneOf{"playing", "paused", "stopped"}},
                          Field{"positionMs", &T::position, watched_ms},
                          Field{"durationMs", &T::duration, watched_ms},
                          Field{"at", &T::at, Range{0, 9'000'000'000'000}},
                          Field{"seq", &T::seq, Range{0, 9'000'000'000'000}},
                          Field{"deviceId", &T::device, device_length}};
    }
};

struct PlaybackAnswer {
    std::int64_t at = 0;
    bool stale = false;
    static constexpr auto fields() {
        return std::tuple{Field{"at", &PlaybackAnswer::at}, Field{"stale", &PlaybackAnswer::stale}};
    }
};

// As PUT /progress keeps it; whoever is newer stands.
void store(Session& session, const PlaybackReport& sent, Instant at, const std::string& device) {
    auto user = Uuid::parse(session.person().user), profile = Uuid::parse(session.person().profile);
    std::optional<std::int64_t> duration;
    if (sent.duration.value_or(0) >= 1000) duration = *sent.duration / 1000;
    session.tools().records.note([=](Database& db) {
        db.run(progress::sql::put_progress, *user, profile, sent.item,
               std::optional<std::string>{sent.kind}, std::optional<std::string>{},
               sent.position / 1000, duration, std::optional<std::string>{device},
               std::optional<Instant>{at}, system_now(), Uuid::make());
    });
}

// Devices.

struct SentCommand {
    std::string device, command;
    std::optional<std::string> id;
    static constexpr auto fields() {
        return std::tuple{
            Field{"deviceId", &SentCommand::device, device_length},
            Field{"command", &SentCommand::command,
                  OneOf{"play", "pause", "seek", "stop", "load", "volume", "handoff"}},
            Field{"cmdId", &SentCommand::id, Length{1, 64}}};
    }
};

struct Acknowledgement {
    std::string id;
    std::optional<bool> ok;
    std::optional<std::string> error;
    static constexpr auto fields() {
        return std::tuple{Field{"cmdId", &Acknowledgement::id, Length{1, 64}},
                          Field{"ok", &Acknowledgement::ok},
                          Field{"error", &Acknowledgement::error, Length{0, 200}}};
    }
};

// What the sender of the command gets.
struct Acknowledged {
    std::string id, device;
    bool ok = true;
    std::optional<std::string> error;
    static constexpr auto fields() {
        return std::tuple{Field{"cmdId", &Acknowledged::id},
                          Field{"deviceId", &Acknowledged::device}, Field{"ok", &Acknowledged::ok},
                          Field{"error", &Acknowledged::error}};
    }
};

struct OnlineDevices {
    std::vector<OnlineDevice> devices;
    static constexpr auto fields() { return std::tuple{Field{"devices", &OnlineDevices::devices}}; }
};

// Notifications.

struct Read {
    std::vector<Uuid> ids;
    static constexpr auto fields() { return std::tuple{Field{"ids", &Read::ids, Entries{1, 100}}}; }
};

// Topics.

struct Wanted {
    std::vector<std::string> topics;
    static constexpr auto fields() {
        return std::tuple{Field{"topics", &Wanted::topics, Entries{1, 100}, Length{1, 200}}};
    }
};

// Accepted topics with their present values, null where there is none.
struct Following {
    Incoming message;
    std::vector<std::string> topics;
};

void show_values(Session& session, const Following& following) {
    std::vector<std::string> command{"MGET"};
    for (const auto& topic : following.topics) command.push_back(topic_value_key(topic));
    session.tools().redis.ask(command, [self = session.self(), following](auto reply) {
        if (!*self) return;
        JsonWriter writer;
        writer.begin_object();
        writer.key("accepted");
        write_json(writer, following.topics, View{});
        writer.key("values");
        writer.begin_object();
        for (std::size_t i = 0; i < following.topics.size(); ++i) {
            writer.key(following.topics[i]);
            bool known = reply && i < reply->list.size() && !reply->list[i].text.empty();
            writer.raw(known ? reply->list[i].text : "null");
        }
        writer.end_object();
        writer.end_object();
        (*self)->reply(following.message, writer.take());
    });
}

Incoming reference(const Incoming& message) { return {message.type, message.id, {}, {}}; }

}  // namespace

void playback_update(Session& session, const Incoming& message) {
    auto sent = read_data<PlaybackReport>(message.data);
    const auto& who = session.person();
    auto now = std::chrono::floor<std::chrono::milliseconds>(system_now());
    auto now_ms = now.time_since_epoch().count();
    auto at = std::min(sent.at.value_or(now_ms), static_cast<std::int64_t>(now_ms));
    auto device = sent.device.value_or(who.device.id);
    auto& push = session.sessions().push();
    bool stale =
        !push.streams.note_playback(who.user, who.profile, sent.item, at, sent.seq.value_or(0));
    if (!stale) {
        ::Playback event{sent.item,
                         sent.kind,
                         sent.position,
                         sent.duration.value_or(0),
                         sent.status,
                         device,
                         at,
                         sent.seq,
                         Uuid::parse(who.profile).value_or(Uuid{}),
                         who.device.id};
        session.tools().people.publish(who.user, {"sync:playback", Change::json_of(event)});
        push.devices.play(session, {sent.item, sent.kind, sent.status, sent.position, at});
        store(session, sent, Instant{std::chrono::milliseconds{at}}, device);
    }
    if (!message.id.empty()) session.reply(message, Change::json_of(PlaybackAnswer{at, stale}));
}

void device_list(Session& session, const Incoming& message) {
    auto& devices = session.sessions().push().devices;
    devices.watch(session);
    devices.list(session.person().user, [self = session.self(), to = reference(message)](auto all) {
        if (!*self) return;
        if (!all) {
            return (*self)->fail(to, Failure(unavailable).retry_after(std::chrono::seconds{1}));
        }
        (*self)->reply(to, Change::json_of(OnlineDevices{*std::move(all)}));
    });
}

void device_command(Session& session, const Incoming& message) {
    auto sent = read_data<SentCommand>(message.data);
    DeviceCommand command{sent.device, sent.command, sent.id.value_or(message.command_id),
                          session.person().connection};
    if (command.id.empty()) command.id = hex(random_bytes(8));
    if (const auto* args = message.data.find("args")) {
        if (args->kind != JsonValue::Kind::object) throw Failure(bad_request, {{"field", "args"}});
        JsonWriter writer;
        write_json(writer, *args);
        command.args = {writer.take()};
    }
    session.sessions().push().devices.send(session, message, command);
}

void device_ack(Session& session, const Incoming& message) {
    auto sent = read_data<Acknowledgement>(message.data);
    Acknowledged answer{sent.id, session.person().device.id, sent.ok.value_or(true), sent.error};
    session.sessions().push().devices.acknowledge(session, Change::json_of(answer));
    if (!message.id.empty()) session.reply(message, "{}");
}

void notify_read(Session& session, const Incoming& message) {
    auto sent = read_data<Read>(message.data);
    if (sent.ids.empty()) throw Failure(bad_request, {{"field", "ids"}});
    auto read = std::make_shared<Read>();
    auto user = Uuid::parse(session.person().user);
    auto to = reference(message);
    bool taken = session.tools().records.run(
        session.tools().loop,
        [read, sent, user](Database& db) {
            read->ids = db.list<Uuid>(notifications::sql::mark_read, *user, sent.ids);
        },
        [self = session.self(), read, to](bool well) {
            if (!*self) return;
            if (!well) {
                return (*self)->fail(to, Failure(unavailable).retry_after(std::chrono::seconds{2}));
            }
            auto ids = Change::json_of(*read);
            (*self)->reply(to, ids);
            if (read->ids.empty()) return;
            (*self)->tools().people.publish((*self)->person().user, {"notify:read", ids});
        });
    if (!taken) throw Failure(unavailable).retry_after(std::chrono::seconds{2});
}

void sub_add(Session& session, const Incoming& message) {
    Following following{reference(message), {}};
    for (const auto& topic : read_data<Wanted>(message.data).topics) {
        if (!known_topic(topic)) throw Failure(bad_request, {{"field", "topics"}});
        if (session.sessions().push().topics.follow(session, topic)) {
            following.topics.push_back(topic);
        }
    }
    std::sort(following.topics.begin(), following.topics.end());
    following.topics.erase(std::unique(following.topics.begin(), following.topics.end()),
                           following.topics.end());
    if (following.topics.empty()) throw Failure(bad_request, {{"field", "topics"}});
    show_values(session, following);
}

void sub_remove(Session& session, const Incoming& message) {
    auto wanted = read_data<Wanted>(message.data);
    for (const auto& topic : wanted.topics) session.sessions().push().topics.forget(session, topic);
    session.reply(message, Change::json_of(wanted));
}

}  // namespace party
