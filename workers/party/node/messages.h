// The types of messages that clients send: one table, and what each does.
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "workers/party/node/buckets.h"
#include "workers/party/node/envelope.h"

namespace party {

class Session;

struct MessageType {
    std::string_view name;
    Pace pace;
    std::function<void(Session&, const Incoming&)> run;
};

std::span<const MessageType> all_messages();
const MessageType* find_message(std::string_view name);  // null: unknown

// What happens to one that comes too fast: an error, or nothing at all.
bool drops_silently(Pace pace);

}  // namespace party
