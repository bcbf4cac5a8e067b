// The rooms that this node has to do with: brings them in when they are asked for, looks after
// them, takes alarms that are due, and lets go of rooms that nobody here is in any more.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

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
    // The connection is gone, and the member who had it, if any, is away. Told until Redis knows.
    void lose(const std::string& room, const std::string& connection);
    // Redis was lost and is back, perhaps as another one.
    void reconcile();
    std::size_t count() const { return rooms_.size(); }
    const auto& all() const { return rooms_; }

  private:
    void take_alarms();
    void ring(const DueAlarm& alarm);
    void tidy();
    void begin_round();
    void look_after(const std::string& id);

    Tools& tools_;
    std::unordered_map<std::string, std::unique_ptr<LiveRoom>> rooms_;
    std::unordered_map<std::string, double> idle_since_;
    std::vector<std::pair<std::string, std::string>> losses_;  // room and connection, still untold
    Timer alarms_, tidying_;
    unsigned rounds_ = 0;
    double next_round_ = 0;           // ms of the monotonic clock
    std::vector<std::string> round_;  // rooms that have their turn in this one still
};

}  // namespace party
