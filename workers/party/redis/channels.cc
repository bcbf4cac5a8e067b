// Subscriptions. Redis confirms them in the order in which they were asked for.
#include <deque>
#include <unordered_set>
#include <utility>

#include "workers/party/redis/link.h"
#include "workers/party/redis/wire.h"

namespace party {

namespace {

constexpr std::size_t channels_at_once = 512;
constexpr std::chrono::milliseconds connect_timeout{1000};
// In seconds without a byte.
constexpr int silent_for_ping = 5, silent_for_loss = 7;

bool is_push(const RedisReply& reply) {
    return reply.kind == RedisReply::Kind::list && reply.list.size() == 3;
}

}  // namespace

struct RedisChannels::Engine : std::enable_shared_from_this<Engine> {
    struct Expected {
        std::string channel;
        std::function<void()> done;
    };

    Engine(Loop& loop, std::string name, Receive receive)
        : loop(loop), name(std::move(name)), receive(std::move(receive)) {}

    void start(std::string address);
    void opened();
    void restored();
    void subscribe(const std::string& channel, std::function<void()> done);
    void unsubscribe(const std::string& channel);
    void received(const RedisReply& reply);
    void confirmed(const std::string& channel);
    void lost();
    void tick();

    Loop& loop;
    std::string name;
    Receive receive;
    std::unique_ptr<Wire> wire;
    std::unordered_set<std::string> wanted;
    std::deque<Expected> expected;  // confirmations that are on their way
    std::vector<std::function<void()>> on_restored;
    Timer beats;
    int silent = 0;
    bool open = false, up = false, over = false;
};

void RedisChannels::Engine::start(std::string address) {
    std::weak_ptr<Engine> weak = shared_from_this();
    auto with = [weak](auto act) {
        if (auto self = weak.lock(); self && !self->over) act(*self);
    };
    wire = std::make_unique<Wire>(
        loop, std::move(address), connect_timeout,
        Wire::Events{
            [with] { with([](Engine& self) { self.opened(); }); },
            [with](RedisReply reply) { with([&](Engine& self) { self.received(reply); }); },
            [with] { with([](Engine& self) { self.lost(); }); }});
    beats = loop.every(std::chrono::seconds{1}, [this] { tick(); });
}

// The name is subscribed too: its confirmation comes last and says that all stands.
void RedisChannels::Engine::opened() {
    open = true;
    silent = 0;
    wire->send({"CLIENT", "SETNAME", "party:" + name});
    RedisCommand command{"SUBSCRIBE"};
    for (const auto& channel : wanted) {
        command.push_back(channel);
        expected.push_back({channel, {}});
        if (command.size() <= channels_at_once) continue;
        wire->send(command);
        command.resize(1);
    }
    command.push_back("n:" + name);
    expected.push_back({command.back(), [this] { restored(); }});
    wire->send(command);
}

void RedisChannels::Engine::restored() {
    up = true;
    wire->praise();
    for (const auto& call : on_restored) {
        if (!over) call();
    }
}

void RedisChannels::Engine::subscribe(const std::string& channel, std::function<void()> done) {
    wanted.insert(channel);
    if (!open) return;
    wire->send({"SUBSCRIBE", channel});
    expected.push_back({channel, std::move(done)});
}

// What was asked before is confirmed still, but to nobody: it does not hold any more.
void RedisChannels::Engine::unsubscribe(const std::string& channel) {
    if (!wanted.erase(channel) || !open) return;
    wire->send({"UNSUBSCRIBE", channel});
    for (auto& one : expected) {
        if (one.channel == channel) one.done = {};
    }
}

// Other replies are those to PING and SETNAME.
void RedisChannels::Engine::received(const RedisReply& reply) {
    silent = 0;
    if (reply.kind == RedisReply::Kind::error) return wire->drop();
    if (!is_push(reply)) return;
    const auto& kind = reply.list[0].text;
    const auto& channel = reply.list[1].text;
    if (kind == "subscribe") return confirmed(channel);
    if (kind == "message" && wanted.count(channel)) receive(channel, reply.list[2].text);
}

void RedisChannels::Engine::confirmed(const std::string& channel) {
    if (expected.empty() || expected.front().channel != channel) return wire->drop();
    auto done = std::move(expected.front().done);
    expected.pop_front();
    if (done) done();
}

void RedisChannels::Engine::lost() {
    open = up = false;
    expected.clear();
}

void RedisChannels::Engine::tick() {
    if (!open) return;
    ++silent;
    if (silent == silent_for_ping) wire->send({"PING"});
    if (silent >= silent_for_loss) wire->drop();
}

RedisChannels::RedisChannels(Loop& loop, std::string address, std::string name, Receive receive)
    : engine_(std::make_shared<Engine>(loop, std::move(name), std::move(receive))) {
    engine_->start(std::move(address));
}

RedisChannels::~RedisChannels() {
    engine_->over = true;
    engine_->beats = {};
    engine_->wire.reset();
}

void RedisChannels::subscribe(const std::string& channel, std::function<void()> done) {
    engine_->subscribe(channel, std::move(done));
}

void RedisChannels::unsubscribe(const std::string& channel) { engine_->unsubscribe(channel); }

bool RedisChannels::up() const { return engine_->up; }

void RedisChannels::on_restored(std::function<void()> call) {
    engine_->on_restored.push_back(std::move(call));
}

}  // namespace party
