// The order of the queue, without members and events: what is next, what was before, how one list
// becomes another. Used by queue.cc alone.
#pragma once

#include "workers/party/room/queue.h"

namespace party {

std::size_t index_of(const Queue& queue, const std::string& id);  // the size where there is none
// Where an item has to stand to be the next: behind the current one, or behind the one that was.
std::size_t place_of_next(const Queue& queue);
void move_item(Queue& queue, std::size_t from, std::size_t to);
// In `vote`, an item that comes early by its votes moves to its turn, so that nothing is passed
// over. Its index then.
std::size_t bring_next(Queue& queue, std::size_t index);

// Which is next by the mode; nothing at the end. Suggestions without votes and, in rooms for kids,
// what is not for kids, are passed over.
std::optional<std::size_t> next_item(const Room& room);
std::optional<std::size_t> previous_item(const Room& room);

bool is_same(const Media& one, const Media& other);  // by key, where they have one

}  // namespace party
