#include "workers/party/node/rooms.h"

#include "workers/party/node/alarms.h"
#include "workers/party/room/presence.h"

namespace party {

namespace {

constexpr std::chrono::milliseconds between_alarms{100};
// Rooms take turns: all at once would keep Redis, and so everybody, waiting.
constexpr std::chrono::milliseconds between_turns{100};
constexpr std::size_t turns_of_tidying = 50, turns_of_renewal = 150;
constexpr double idle_for = 10'000;

}  // namespace

Rooms::Rooms(Tools& tools) : tools_(tools) {
    alarms_ = tools.loop.every(between_alarms, [this] { take_alarms(); });
    tidying_ = tools.loop.every(between_turns, [this] { tidy(); });
    leases_ = tools.loop.every(between_turns, [this] { renew_leases(); });
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
    auto* live = find(room);
    if (!live) return;
    if (auto bulletin = parse_bulletin(text)) live->take(*std::move(bulletin));
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
    if (tidied_.empty()) ++rounds_;
    bool repeat_states = rounds_ % 2 == 0;
    auto now = ClusterClock::monotonic();
    auto at = rooms_.upper_bound(tidied_);
    for (auto rest = rooms_.size() / turns_of_tidying + 1; rest > 0 && at != rooms_.end(); --rest) {
        tidied_ = at->first;
        auto& room = *at->second;
        if (!room.idle()) {
            idle_since_.erase(at->first);
            room.tidy(repeat_states);
            look_for_lost(room);
        } else if (now - idle_since_.try_emplace(at->first, now).first->second > idle_for) {
            idle_since_.erase(at->first);
            at = rooms_.erase(at);
            continue;
        }
        ++at;
    }
    if (at == rooms_.end()) tidied_.clear();
}

// Members whose node died with them: their leases are not renewed any more.
void Rooms::look_for_lost(LiveRoom& room) {
    if (!room.room().exists()) return;
    tools_.rooms.expired(
        room.id(), tools_.clock.now(),
        [this, id = room.id()](const std::vector<std::string>& members) {
            auto* live = find(id);
            for (const auto& member : members) {
                if (!live) return;
                tools_.rooms.release(id, member);
                const auto* seat = live->room().seat(member);
                if (!seat || seat->connection.empty()) continue;
                Lost which{seat->connection};
                live->submit({{}, [which](Room& room, const Act& act, Change& change) {
                                  lost(room, act, which, change);
                              }});
            }
        });
}

void Rooms::renew_leases() {
    std::vector<Lease> some;
    auto at = rooms_.upper_bound(renewed_);
    for (auto rest = rooms_.size() / turns_of_renewal + 1; rest > 0 && at != rooms_.end(); --rest) {
        auto leases = at->second->leases(tools_.clock.now() + lease);
        some.insert(some.end(), leases.begin(), leases.end());
        renewed_ = (at++)->first;
    }
    if (at == rooms_.end()) renewed_.clear();
    if (!some.empty()) tools_.rooms.renew(some, room_ttl);
}

}  // namespace party
