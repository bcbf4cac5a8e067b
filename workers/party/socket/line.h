// The bytes of a socket: what waits to be sent, and when something was heard. The loop's own socket
// is added by connection.cc.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "workers/party/socket/link.h"
#include "workers/party/socket/outgoing.h"

namespace party {

class Line : public std::enable_shared_from_this<Line> {
  public:
    Line(std::shared_ptr<Hub> of, int socket) : hub(std::move(of)), socket_(socket) {}
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;
    virtual ~Line() = default;

    // Sends what waits, as far as the peer takes it. A peer that is gone is learnt by whoever
    // reads, because the socket is closed.
    void flush();
    void flush_soon();
    Link::Time flushed_at() const { return flushed_at_; }
    // A whole frame, or a part of an HTTP answer. Close frames are told to `on_close_frame`.
    void write(std::string bytes);
    void finish();  // nothing will follow: the peer is told when all is sent
    virtual void close() = 0;
    std::string peer_address() const;  // empty for a unix socket

    const std::shared_ptr<Hub> hub;
    Outgoing out;
    Link::Time heard = std::chrono::steady_clock::now();
    bool blocked = false;  // waits for the peer to read
    std::function<void(std::uint16_t code)> on_close_frame;

  protected:
    virtual void wait_for_room() = 0;  // then `blocked` ends, and it is flushed again
    void closed();

  private:
    bool send_some();

    int socket_;
    Link::Time flushed_at_{};
    bool due_ = false;        // the hub will flush it
    bool finishing_ = false;  // nothing will follow
};

}  // namespace party
