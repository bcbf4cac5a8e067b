// Turns an event loop until something has happened; for tests of what answers later.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "workers/party/redis/link.h"

namespace party {

// False: it did not happen in twenty seconds.
inline bool turn_until(Loop& loop, const std::function<bool()>& happened) {
    auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!happened()) {
        if (std::chrono::steady_clock::now() > end) return false;
        loop.context().restart();
        loop.context().run_one_for(std::chrono::milliseconds{20});
    }
    return true;
}

// What a call with a callback brings, once it is there. `call` gets the callback.
template <class Result>
Result brought(Loop& loop, const std::function<void(std::function<void(Result)>)>& call) {
    auto result = std::make_shared<std::optional<Result>>();
    call([result](Result value) { *result = std::move(value); });
    if (!turn_until(loop, [&] { return result->has_value(); })) {
        throw std::runtime_error("nothing was brought");
    }
    return std::move(**result);
}

inline std::optional<RedisReply> asked(Loop& loop, RedisLink& link, const RedisCommand& command) {
    return brought<std::optional<RedisReply>>(
        loop, [&](auto done) { link.ask(command, std::move(done)); });
}

}  // namespace party
