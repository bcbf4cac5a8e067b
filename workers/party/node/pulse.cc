#include "workers/party/node/pulse.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace party {

namespace {

constexpr std::chrono::milliseconds between_beats{500};

double time_in(std::string_view text) {
    double time = 0;
    std::from_chars(text.data(), text.data() + text.size(), time);
    return time;
}

}  // namespace

Pulse::Pulse(Tools& tools)
    : tools_(tools),
      channel_("pulse:" + tools.name),
      due_(ClusterClock::monotonic() + between_beats.count()) {
    tools_.redis.on_connected([this](const std::string&) { ++commands_; });
    tools_.channels.on_restored([this] { ++channels_; });
    tools_.channels.subscribe(channel_, {});
    beats_ = tools_.loop.every(between_beats, [this] { beat(); });
}

bool Pulse::received(std::string_view channel, std::string_view text) {
    if (channel != channel_) return false;
    auto published = time_in(text);
    worst_.channel = std::max(worst_.channel, ClusterClock::monotonic() - published);
    if (published >= unheard_) unheard_ = 0;
    return true;
}

Pulse::Lags Pulse::take_lags() { return std::exchange(worst_, {}); }

// What is still on its way counts already, or a subscription that is dead would look quick.
void Pulse::beat() {
    auto now = ClusterClock::monotonic();
    worst_.loop = std::max(worst_.loop, now - due_);
    if (unheard_ > 0) worst_.channel = std::max(worst_.channel, now - unheard_);
    if (tools_.redis.up() && tools_.channels.up()) {
        ask();
    } else {
        unheard_ = 0;
    }
    due_ = ClusterClock::monotonic() + between_beats.count();
}

void Pulse::ask() {
    auto asked = ClusterClock::monotonic();
    if (unheard_ == 0) unheard_ = asked;
    tools_.redis.ask({"PUBLISH", channel_, std::to_string(asked)}, [this, asked](auto reply) {
        if (reply) tools_.counts.redis.observe((ClusterClock::monotonic() - asked) / 1000);
    });
}

}  // namespace party
