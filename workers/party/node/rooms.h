// The rooms that this node has to do with: brings them in when they are asked for, keeps their
// leases, takes alarms that are due, and lets go of rooms that nobody here is in any more.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "workers/party/node/live_room.h"

namespace party {

class Rooms {
  public:
    explicit Rooms(Tools& tools);

    // The room, whether it exists or not; it is there at least until the loop's next turn.
    LiveRoom& open(const std::string& id);
    LiveRoom* find(const std::string& id);

    // What was heard on the channel of a room.
    void received(const std::string& room, std::string_view text);
    // Redis was lost and is back, perhaps as another one.
    void reconcile();
    std::size_t count() const { return rooms_.size(); }
    const std::map<std::string, std::unique_ptr<LiveRoom>>& all() const { return rooms_; }

  private:
    void take_alarms();
    void ring(const DueAlarm& alarm);
    void tidy();
    void look_for_lost(LiveRoom& room);
    void renew_leases();

    Tools& tools_;
    std::map<std::string, std::unique_ptr<LiveRoom>> rooms_;
    std::map<std::string, double> idle_since_;
    Timer alarms_, tidying_, leases_;
    unsigned rounds_ = 0;
    std::string tidied_, renewed_;  // the last room of it; empty: all of a round
};

}  // namespace party
