// What a room does when a time has come that it was to be woken at.
#pragma once

#include <string>
#include <vector>

#include "workers/party/room/change.h"

namespace party {

// The command for an alarm; it changes nothing when there is nothing to do any more.
Command tick(const std::string& kind);

// Alarms whose time is over by some seconds although the room still waits for them: the node that
// took them died. To be set again.
std::vector<Alarm> overdue(const Room& room, Millis now);

}  // namespace party
