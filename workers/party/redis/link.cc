#include "workers/party/redis/link.h"

#include <algorithm>
#include <deque>
#include <iterator>
#include <map>
#include <utility>

#include "common/base/text.h"
#include "workers/party/redis/wire.h"

namespace party {

namespace {

std::string run_id_of(const RedisReply& info) {
    for (auto line : split(info.text, '\n')) {
        line = trim(line);
        if (line.starts_with("run_id:")) return std::string{line.substr(7)};
    }
    return {};
}

bool forgotten(const std::optional<RedisReply>& reply) {
    return reply && reply->kind == RedisReply::Kind::error && reply->text.starts_with("NOSCRIPT");
}

}  // namespace

struct RedisLink::Engine : std::enable_shared_from_this<Engine> {
    struct Question {
        Answer answer;
        std::uint64_t beat;  // when it was asked
    };

    explicit Engine(Loop& loop) : loop(loop) {}

    void start(std::string address, std::chrono::milliseconds timeout);
    void greet();
    void ask(const RedisCommand& command, Answer answer);
    void ask_now(const RedisCommand& command, Answer answer);
    void answer_nothing(Answer answer);
    void run(const Script& script, RedisCommand words, Answer answer);
    void learn(const std::string& script);
    void received(RedisReply reply);
    void lost();
    void tick();

    Loop& loop;
    std::unique_ptr<Wire> wire;
    std::deque<Question> waiting;
    std::map<std::string, std::string> digests;  // of scripts; empty: asked for
    std::vector<std::function<void(const std::string&)>> connected;
    // Time for the questions is counted in beats of half a timeout. A loop that was busy for
    // long has missed its beats, so nobody is blamed for answers that lay there unread.
    std::uint64_t beat = 0;
    Timer beats;
    bool up = false, over = false;
};

void RedisLink::Engine::start(std::string address, std::chrono::milliseconds timeout) {
    std::weak_ptr<Engine> weak = shared_from_this();
    auto with = [weak](auto act) {
        if (auto self = weak.lock(); self && !self->over) act(*self);
    };
    wire = std::make_unique<Wire>(
        loop, std::move(address), timeout,
        Wire::Events{[with] { with([](Engine& self) { self.greet(); }); },
                     [with](RedisReply reply) {
                         with([&](Engine& self) { self.received(std::move(reply)); });
                     },
                     [with] { with([](Engine& self) { self.lost(); }); }});
    beats = loop.every(timeout / 2, [this] { tick(); });
}

// A Redis that is still loading its data tells its run id, but is of no use.
void RedisLink::Engine::greet() {
    auto run_id = std::make_shared<std::string>();
    ask_now({"INFO", "server"}, [run_id](auto info) {
        if (info) *run_id = run_id_of(*info);
    });
    ask_now({"PING"}, [this, run_id](auto pong) {
        if (!pong) return;
        if (pong->text != "PONG" || run_id->empty()) return wire->drop();
        wire->praise();
        up = true;
        for (const auto& call : connected) {
            if (!over) call(*run_id);
        }
    });
}

void RedisLink::Engine::ask(const RedisCommand& command, Answer answer) {
    up ? ask_now(command, std::move(answer)) : answer_nothing(std::move(answer));
}

void RedisLink::Engine::answer_nothing(Answer answer) {
    loop.post([weak = weak_from_this(), answer = std::move(answer)] {
        auto self = weak.lock();
        if (self && !self->over && answer) answer(std::nullopt);
    });
}

void RedisLink::Engine::ask_now(const RedisCommand& command, Answer answer) {
    wire->send(command);
    waiting.push_back({std::move(answer), beat});
}

// Its text travels until the digest is known.
void RedisLink::Engine::run(const Script& script, RedisCommand words, Answer answer) {
    if (!up) return ask(words, std::move(answer));
    auto [known, is_new] = digests.try_emplace(script.text);
    if (is_new) learn(script.text);
    const auto& digest = known->second;
    words[0] = digest.empty() ? "EVAL" : "EVALSHA";
    words[1] = digest.empty() ? script.text : digest;
    if (digest.empty()) return ask(words, std::move(answer));
    auto kept = std::make_shared<RedisCommand>(std::move(words));
    ask(*kept, [this, kept, text = script.text, answer = std::move(answer)](auto reply) mutable {
        if (!forgotten(reply)) return answer(std::move(reply));
        (*kept)[0] = "EVAL";
        (*kept)[1] = text;
        ask(*kept, std::move(answer));
    });
}

void RedisLink::Engine::learn(const std::string& script) {
    ask_now({"SCRIPT", "LOAD", script}, [this, script](auto digest) {
        if (digest && digest->kind == RedisReply::Kind::text) digests[script] = digest->text;
    });
}

void RedisLink::Engine::received(RedisReply reply) {
    if (waiting.empty()) return wire->drop();  // what nobody asked for: out of step
    auto answer = std::move(waiting.front().answer);
    waiting.pop_front();
    if (answer) answer(std::move(reply));
}

void RedisLink::Engine::lost() {
    up = false;
    digests.clear();
    for (auto& question : std::exchange(waiting, {})) answer_nothing(std::move(question.answer));
}

void RedisLink::Engine::tick() {
    ++beat;
    if (!waiting.empty() && waiting.front().beat + 2 < beat) wire->drop();
}

RedisLink::RedisLink(Loop& loop, std::string address, std::chrono::milliseconds timeout)
    : engine_(std::make_shared<Engine>(loop)) {
    engine_->start(std::move(address), timeout);
}

RedisLink::~RedisLink() {
    engine_->over = true;
    engine_->beats = {};
    engine_->wire.reset();
}

void RedisLink::ask(const RedisCommand& command, Answer answer) {
    engine_->ask(command, std::move(answer));
}

void RedisLink::run(const Script& script, std::vector<std::string> keys,
                    std::vector<std::string> arguments, Answer answer) {
    RedisCommand words{{}, {}, std::to_string(keys.size())};
    words.reserve(3 + keys.size() + arguments.size());
    std::move(keys.begin(), keys.end(), std::back_inserter(words));
    std::move(arguments.begin(), arguments.end(), std::back_inserter(words));
    if (!answer) answer = [](auto) {};
    engine_->run(script, std::move(words), std::move(answer));
}

bool RedisLink::up() const { return engine_->up; }

void RedisLink::on_connected(std::function<void(const std::string& run_id)> call) {
    engine_->connected.push_back(std::move(call));
}

}  // namespace party
