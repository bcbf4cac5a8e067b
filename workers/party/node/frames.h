// Messages to clients as frames, each numbered by its type, so that sockets can count what they
// send without knowing what it says. The texts come from envelope.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "workers/party/node/messages.h"
#include "workers/party/socket/frame.h"

namespace party {

// The type comes first in every text of ours.
SharedFrame framed(std::string text, Frame::Kind kind = Frame::Kind::event, std::string key = {});

// Numbers of types, in both directions; 0 for what is no message of ours.
std::uint8_t number_of(std::string_view type);
std::uint8_t number_of(const MessageType& type);
std::string_view name_of(
    std::uint8_t number);  // "unknown" for 0 and for numbers that are not given

}  // namespace party
