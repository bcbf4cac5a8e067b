#include "workers/party/node/rooms.h"

#include "workers/party/node/alarms.h"

namespace party {

namespace {

constexpr std::chrono::milliseconds between_alarms{100};
// Rooms take turns: all at once would keep Redis, and so everybody, waiting.
constexpr std::chrono::milliseconds between_turns{100};
constexpr double between_rounds = 5'000;  // ms
constexpr std::size_t turns_of_tidying = 50;
constexpr double idle_for = 10'000;

}  // namespace

Rooms::Rooms(Tools& tools) : tools_(tools) {
    alarms_ = tools.loop.every(between_alarms, [this] { take_alarms(); });
    tidying_ = tools.loop.every(between_turns, [this] { tidy(); });
}

LiveRoom& Rooms::open(const std::string& id) {
    auto& room = rooms_[id];
    if (!room) room = std::make_unique<LiveRoom>(tools_, id);
    return *room;
}

LiveRoom* Rooms::find(const std::string& id) {
    auto at = rooms_.find(id);
    return at == rooms_.end() ? nullptr : at->second.get();
}

void Rooms::received(const std::string& room, std::string_view text) {
    if (auto* live = find(room)) live->take(text);
}

void Rooms::reconcile() {
    for (auto& [id, room] : rooms_) room->reconcile();
}

void Rooms::take_alarms() {
    if (!tools_.redis.up()) return;
    tools_.rooms.due(tools_.clock.now(), [this](const std::vector<DueAlarm>& due) {
        for (const auto& alarm : due) ring(alarm);
    });
}

void Rooms::ring(const DueAlarm& alarm) { open(alarm.room).submit({{}, tick(alarm.kind)}); }

void Rooms::tidy() {
    if (tools_.redis.up()) {
        for (const auto& [room, connection] : std::exchange(losses_, {})) lose(room, connection);
    }
    if (round_.empty() && ClusterClock::monotonic() >= next_round_) begin_round();
    for (auto rest = rooms_.size() / turns_of_tidying + 1; rest > 0 && !round_.empty(); --rest) {
        look_after(round_.back());
        round_.pop_back();
    }
}

void Rooms::begin_round() {
    ++rounds_;
    next_round_ = ClusterClock::monotonic() + between_rounds;
    for (const auto& [id, room] : rooms_) round_.push_back(id);
}

void Rooms::look_after(const std::string& id) {
    auto at = rooms_.find(id);
    if (at == rooms_.end()) return;
    auto now = ClusterClock::monotonic();
    if (!at->second->idle()) {
        idle_since_.erase(id);
        at->second->tidy(rounds_ % 2 == 0);
    } else if (now - idle_since_.try_emplace(id, now).first->second > idle_for) {
        idle_since_.erase(id);
        rooms_.erase(at);
    }
}

// Redis may be away just now, and then nobody else knows.
void Rooms::lose(const std::string& room, const std::string& connection) {
    Job job{{}, LiveRoom::loss_of(connection)};
    job.done = [this, room, connection](const Outcome& outcome) {
        bool known = !outcome.failure || outcome.failure->problem().status == 404;
        if (!known) losses_.emplace_back(room, connection);
    };
    open(room).submit(std::move(job));
}

}  // namespace party
