// What members are called.
#pragma once

#include <string>

#include "workers/party/room/room.h"

namespace party {

bool is_name(const std::string& name);  // of 2 to 32 characters, cleaned
// The name, or with " #2", " #3", ... behind it when another member has it.
std::string free_name(const Room& room, const std::string& member, const std::string& name);
// For one who comes in: what was wanted if it can be a name, else what the profile is called, cut
// to length; "Guest" when nothing is left.
std::string name_for(const Room& room, const std::string& member,
                     const std::optional<std::string>& wanted, const std::string& profile);

}  // namespace party
