// What waits to be sent on one connection: text messages, and bytes that are ready as they are.
// Connections fill it during a turn of the loop and send many messages by one system call. Whether
// the peer is slow, and what follows from it, is decided by who owns it.
#pragma once

#include <sys/uio.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workers/party/socket/frame.h"

namespace party {

class Outgoing {
  public:
    using Time = std::chrono::steady_clock::time_point;

    // Parts for one sendmsg(2). The headers of frames stand here, so it must live as long.
    struct Batch {
        static constexpr std::size_t most = 64;  // messages
        std::array<iovec, 2 * most> parts;
        std::array<std::array<unsigned char, 10>, most> headers;
        std::size_t count = 0;
    };

    void add(SharedFrame frame, Time since);        // becomes one unmasked text frame
    void add_bytes(std::string bytes, Time since);  // sent as they are, never left out

    // For a peer that reads slowly. What was sent in part always stays.
    std::size_t drop_ephemeral();                          // how many were dropped
    std::optional<Time> take_state(std::string_view key);  // since when the dropped one waited
    void drop_all();

    void gather(Batch& batch) const;
    // Forgets so many bytes of what `gather` gave; the number of messages that are complete now.
    std::size_t sent(std::size_t bytes);

    bool empty() const { return pieces_.empty(); }
    // What it holds in memory, were no frame shared: a peer can't grow it by tiny messages.
    std::size_t bytes() const { return bytes_; }
    std::optional<Time> oldest() const;

  private:
    struct Piece {
        SharedFrame frame;
        Time since;
        bool plain;  // bytes instead of a message
        std::size_t size() const;
        std::size_t cost() const;
    };
    using Pieces = std::vector<Piece>;

    void append(Piece piece);
    Pieces::iterator droppable();  // the first that is not sent in part
    template <class Condition>
    std::size_t drop(Condition condition);

    Pieces pieces_;
    std::size_t bytes_ = 0;
    std::size_t head_sent_ = 0;  // of the first piece
};

}  // namespace party
