#include "workers/party/node/node.h"

#include <future>

#include "common/crypto/digest.h"
#include "common/process/log.h"
#include "workers/party/node/sessions.h"

namespace party {

namespace {

constexpr std::size_t closed_at_once = 200;

}  // namespace

struct Node::Engine {
    Engine(NodeOptions wanted, Records& records, const Tokens& keys, const SecretBox& box,
           const Messages& messages, const Rules& rules)
        : options(std::move(wanted)),
          tokens(keys),
          redis(loop, options.redis),
          channels(
              loop, options.redis, options.name,
              [this](std::string_view channel, std::string_view text) { heard(channel, text); }),
          clock(loop, redis),
          peers(loop, redis, clock, hex(random_bytes(node_id_size / 2))),
          room_store(redis),
          people_store(redis),
          tools{options.name, loop,    redis,  channels, clock,    peers, room_store,
                people_store, records, tokens, box,      messages, rules},
          pulse(tools),
          rooms(tools),
          sessions(tools, rooms),
          server(loop, Limits{}, [this](const Upgrade& upgrade, const Server::Answer& answer) {
              sessions.admit(upgrade, answer);
          }) {
        // Both connections have to stand again before what was missed can be told.
        channels.on_restored([this] { reconcile(); });
        redis.on_connected([this](const std::string&) {
            if (channels.up()) reconcile();
        });
    }

    void heard(std::string_view channel, std::string_view text) {
        auto room = room_of_channel(channel);
        if (!room.empty()) return rooms.received(room, text);
        if (!pulse.received(channel, text)) sessions.push().received(channel, text);
    }

    NodeFigures figures() {
        auto drifts = tools.counts.drifts.values(ClusterClock::monotonic());
        NodeFigures now{.server = server.counts(),
                        .counts = tools.counts,
                        .queues = server.queues(),
                        .drifts = std::move(drifts),
                        .lags = pulse.take_lags(),
                        .redis = pulse.commands(),
                        .channels = pulse.channels(),
                        .clock_offset = clock.offset()};
        for (const auto& [id, room] : rooms.all()) {
            now.commands += room->queued();
            now.members += room->present();
            if (room->present() > 0) add(now.rooms, room->room().playback.status);
        }
        return now;
    }

    void reconcile() {
        rooms.reconcile();
        sessions.push().reconcile();
    }

    void see_out() {
        sessions.drain(server);
        auto after_words =
            std::min<std::chrono::milliseconds>(options.drain / 4, std::chrono::milliseconds{1000});
        ending = loop.after(after_words, [this] {
            server.close_all(close_code::restart, "restart", closed_at_once,
                             [this] { loop.stop(); });
        });
        last = loop.after(options.drain, [this] { loop.stop(); });
    }

    NodeOptions options;
    Tokens tokens;  // it remembers what it has verified, so each thread has one of its own
    Loop loop;
    RedisLink redis;
    RedisChannels channels;
    ClusterClock clock;
    Peers peers;
    RoomStore room_store;
    PeopleStore people_store;
    Tools tools;
    Pulse pulse;
    Rooms rooms;
    Sessions sessions;
    Server server;
    Timer ending, last;
};

Node::Node(NodeOptions options, Records& records, const Tokens& tokens, const SecretBox& box,
           const Messages& messages, const Rules& rules)
    : engine_(std::make_unique<Engine>(std::move(options), records, tokens, box, messages, rules)) {
}

Node::~Node() = default;

void Node::run() {
    engine_->server.listen(engine_->options.listener);
    engine_->loop.run();
}

void Node::drain() {
    engine_->loop.post([this] { engine_->see_out(); });
}

std::optional<NodeFigures> Node::figures() {
    auto promise = std::make_shared<std::promise<NodeFigures>>();
    auto future = promise->get_future();
    engine_->loop.post([this, promise] { promise->set_value(engine_->figures()); });
    if (future.wait_for(std::chrono::seconds{1}) != std::future_status::ready) return std::nullopt;
    return future.get();
}

}  // namespace party
