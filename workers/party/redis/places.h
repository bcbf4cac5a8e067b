// Where people are: the party in which a profile on a device has its place, so that whoever
// connects again can be told. A place counts only as long as the room has the seat, so nobody needs
// to remove it.
//
//   p:in:<user>:<profile>:<device>   "<room> <member>", for a day
#pragma once

#include <functional>
#include <string>

#include "workers/party/redis/link.h"
#include "workers/party/room/change.h"

namespace party {

void remember_place(RedisLink& redis, const Person& person, const std::string& room,
                    const std::string& member);
// An empty room: none, the device has no name, or Redis is away.
void find_place(RedisLink& redis, const Person& person,
                const std::function<void(const std::string& room)>& done);

}  // namespace party
