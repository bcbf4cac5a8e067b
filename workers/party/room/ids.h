// Names for rooms, members, invites and messages, made of what a command is given, so that a
// command that runs twice makes the same ones. Used by the commands here and by the node.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "workers/party/room/change.h"

namespace party {

// "party_" and 22 characters of base 62. `random` as in Act.
std::string new_room_id(std::string_view random);

// For people to type: "K7QX-92MD", 40 bits in Crockford's base 32. Tells nothing of the room id
// that was made of the same random.
std::string new_code(std::string_view random);

// A code as people type it, in its written form; nothing when it cannot be one. Small letters, O
// for 0, I and L for 1, a missing or additional dash or blank are understood.
std::optional<std::string> written_code(std::string_view typed);

// The same for one profile on one device whenever it comes, and another one in each room.
std::string member_id(std::string_view room, const Person& person);

// Grows with time, and is behind `last` in any case.
std::string new_message_id(const Act& act, std::string_view last = {});

// 22 characters of base 62 that differ for each purpose.
std::string new_id(std::string_view random, std::string_view purpose);

}  // namespace party
