// Token buckets: how often a client may do what.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

namespace party {

struct Allowance {
    double burst, per_s;
};

enum class Pace : unsigned char {
    frames,
    transport,
    chat,
    emote,
    react,
    typing,
    report,
    ask,
    join,
    playback
};

inline constexpr std::array<Allowance, 10> allowances{{
    {60, 20},       // frames: all that a connection sends
    {10, 2},        // transport: play, pause, seek, ...
    {5, 0.5},       // chat
    {20, 5},        // emote
    {10, 2},        // react
    {2, 1.0 / 3},   // typing
    {10, 1},        // report: pings and statistics
    {20, 5},        // ask: everything else
    {5, 5.0 / 60},  // join
    {5, 0.2},       // playback: of what a person plays alone
}};

class Bucket {
  public:
    // Takes one token if there is one. `now` in ms.
    bool take(const Allowance& allowance, double now, double cost = 1) {
        refill(allowance, now);
        if (spent_ + cost > allowance.burst) return false;
        spent_ += cost;
        return true;
    }
    // Until a token is there again, in ms.
    double wait(const Allowance& allowance) const {
        return std::max(0.0, (spent_ + 1 - allowance.burst) / allowance.per_s * 1000);
    }

  private:
    void refill(const Allowance& allowance, double now) {
        spent_ = std::max(0.0, spent_ - (now - last_) / 1000 * allowance.per_s);
        last_ = now;
    }
    double spent_ = 0, last_ = 0;
};

// All that one connection may do, each kind at its own pace.
class Pacing {
  public:
    bool take(Pace pace, double now, double multiplier) {
        auto allowance = allowances[static_cast<std::size_t>(pace)];
        allowance.burst *= multiplier;
        allowance.per_s *= multiplier;
        return buckets_[static_cast<std::size_t>(pace)].take(allowance, now);
    }
    double wait(Pace pace) const {  // ms
        return buckets_[static_cast<std::size_t>(pace)].wait(
            allowances[static_cast<std::size_t>(pace)]);
    }
    Bucket bytes{};

  private:
    std::array<Bucket, allowances.size()> buckets_{};
};

}  // namespace party
