// The pulse of a node, twice a second: how late its loop is, how long Redis takes to answer, and
// how long what is published takes to come back by the subscription. figures.h shows it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "workers/party/node/tools.h"

namespace party {

// Connections to Redis of one kind: those that stand, and how often one was lost, or stood again.
struct Ties {
    std::uint64_t up = 0, lost = 0, again = 0;
};

class Pulse {
  public:
    explicit Pulse(Tools& tools);

    // Whether the channel is the pulse's own.
    bool received(std::string_view channel, std::string_view text);

    // The worst since this was asked last, ms.
    struct Lags {
        double loop = 0, channel = 0;
    };
    Lags take_lags();

    Ties commands() const { return ties(commands_, tools_.redis.up()); }
    Ties channels() const { return ties(channels_, tools_.channels.up()); }

  private:
    // All that stood before the present one were lost.
    static Ties ties(std::uint64_t stood, bool up) {
        return {up, stood - (up ? 1 : 0), stood - (stood > 0 ? 1 : 0)};
    }
    void beat();
    void ask();

    Tools& tools_;
    std::string channel_;
    double due_ = 0;      // when the loop should beat
    double unheard_ = 0;  // when the first was published that has not come back; 0: all have
    Lags worst_;
    std::uint64_t commands_ = 0, channels_ = 0;  // connections that stood
    Timer beats_;
};

}  // namespace party
