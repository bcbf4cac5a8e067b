// The clock that all nodes share, so that an anchor written by one means the same to all: the
// monotonic clock of this machine, set by Redis's. It never steps unless it is wrong by more than a
// quarter of a second; smaller errors go at 500 ppm. Belongs to the thread of its node.
#pragma once

#include "workers/party/redis/link.h"
#include "workers/party/room/room.h"

namespace party {

class ClusterClock {
  public:
    ClusterClock(Loop& loop, RedisLink& redis);

    Millis now() const { return static_cast<Millis>(exact()); }
    double exact() const;   // ms, with fraction
    double offset() const;  // ms that it is ahead of this machine's own clock

    // Puts a sample to account: what Redis said, in ms, to a question asked and answered at these
    // times of the monotonic clock. Public for tests.
    void take(double asked, double answered, double redis);
    static double monotonic();  // ms

  private:
    struct Sample {
        double delay = 0, offset = 0;
    };
    void measure();
    void settle();

    RedisLink& redis_;
    std::vector<Sample> samples_;
    double base_ = 0;    // offset to the monotonic clock when it was last set
    double target_ = 0;  // where it slides to
    double since_ = 0;   // monotonic time of that
    bool set_by_redis_ = false;
    Timer next_;
    Loop& loop_;
};

}  // namespace party
