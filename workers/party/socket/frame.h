// One text message to clients, made once and shared by all connections that send it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace party {

struct Frame {
    // What may happen to it in the queue of a slow connection.
    enum class Kind : unsigned char {
        event,      // is never left out
        state,      // a newer one with the same key takes its place
        ephemeral,  // is left out first
    };
    std::string text;
    Kind kind = Kind::event;
    std::string key{};        // of a state: "<type> <room>"
    std::uint8_t number = 0;  // under which it is counted; who makes it knows what that stands for
};
using SharedFrame = std::shared_ptr<const Frame>;

// The number of those that sockets send by themselves.
inline constexpr std::uint8_t heartbeat_number = 1;

inline SharedFrame make_frame(std::string text, Frame::Kind kind = Frame::Kind::event,
                              std::string key = {}, std::uint8_t number = 0) {
    return std::make_shared<const Frame>(Frame{std::move(text), kind, std::move(key), number});
}

}  // namespace party
