#include "workers/party/node/clock.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace party {

namespace {

constexpr double slide = 0.0005;  // ms of correction in a ms
constexpr double step_above = 250;
constexpr std::size_t samples_a_round = 8;
constexpr std::chrono::milliseconds between_samples{20};
constexpr std::chrono::milliseconds between_rounds{30'000};

double wall() {
    std::chrono::duration<double, std::milli> since{
        std::chrono::system_clock::now().time_since_epoch()};
    return since.count();
}

}  // namespace

double ClusterClock::monotonic() {
    std::chrono::duration<double, std::milli> since{
        std::chrono::steady_clock::now().time_since_epoch()};
    return since.count();
}

// Until Redis answers the machine's own clock has to do.
ClusterClock::ClusterClock(Loop& loop, RedisLink& redis)
    : redis_(redis), base_(wall() - monotonic()), target_(base_), since_(monotonic()), loop_(loop) {
    measure();
}

double ClusterClock::exact() const {
    auto now = monotonic();
    auto room = (now - since_) * slide;
    return now + base_ + std::clamp(target_ - base_, -room, room);
}

double ClusterClock::offset() const { return exact() - wall(); }

void ClusterClock::take(double asked, double answered, double redis) {
    samples_.push_back({answered - asked, redis - (asked + answered) / 2});
    if (samples_.size() >= samples_a_round || !set_by_redis_) settle();
}

// The quickest answer says most about the other clock.
void ClusterClock::settle() {
    auto best = std::min_element(samples_.begin(), samples_.end(),
                                 [](auto& one, auto& other) { return one.delay < other.delay; });
    auto now = monotonic();
    base_ = exact() - now;
    since_ = now;
    target_ = best->offset;
    if (!set_by_redis_ || std::abs(target_ - base_) > step_above) base_ = target_;
    set_by_redis_ = true;
    if (samples_.size() >= samples_a_round) samples_.clear();
}

void ClusterClock::measure() {
    auto asked = monotonic();
    redis_.ask({"TIME"}, [this, asked](std::optional<RedisReply> reply) {
        if (reply && reply->list.size() == 2) {
            take(asked, monotonic(),
                 std::stod(reply->list[0].text) * 1e3 + std::stod(reply->list[1].text) / 1e3);
        }
        next_ = loop_.after(samples_.empty() && set_by_redis_ ? between_rounds : between_samples,
                            [this] { measure(); });
    });
}

}  // namespace party
