#include "workers/party/node/counts.h"

#include <algorithm>
#include <functional>

#include "workers/party/node/clock.h"

namespace party {

namespace {

constexpr double remembered_for = 60'000;

template <class Numbers>
void add_each(Numbers& sum, const Numbers& some) {
    std::transform(sum.begin(), sum.end(), some.begin(), sum.begin(), std::plus{});
}

}  // namespace

void Lately::note(double value, double now) {
    ring_[next_] = {value, now + remembered_for};
    next_ = (next_ + 1) % ring_.size();
}

std::vector<double> Lately::values(double now) const {
    std::vector<double> result;
    for (const auto& one : ring_) {
        if (one.until > now) result.push_back(one.value);
    }
    return result;
}

// A conflict is followed by another try, and only the last one ends the command.
void Counts::applied(Result result, double began) {
    ++results[static_cast<std::size_t>(result)];
    if (result == Result::conflict) return;
    apply.observe((ClusterClock::monotonic() - began) / 1000);
}

// A room that waits stands, since the moment of its anchor; one that stalls from a little later on.
void Counts::moved(const Playback& before, const Playback& after, Millis now) {
    if (!before.wait || (after.wait && after.wait->version == before.wait->version)) return;
    auto waited = std::max<Millis>(now - before.anchor_server_ms, 0);
    waits.observe(static_cast<double>(waited) / 1000);
    bool in_vain = now >= before.wait->deadline_server_ms && after.status == "playing";
    if (in_vain) ++wait_timeouts;
}

void Counts::add(const Counts& other) {
    add_each(messages, other.messages);
    add_each(results, other.results);
    add_each(resumed, other.resumed);
    wait_timeouts += other.wait_timeouts;
    apply.add(other.apply);
    waits.add(other.waits);
    redis.add(other.redis);
}

}  // namespace party
