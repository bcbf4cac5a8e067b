// WebSocket (RFC 6455) over the sockets of one node: upgrades, frames, heartbeats, back-pressure
// and close codes. What is said is not its business: that is the Guest's, who speaks for one
// connection. No permessage-deflate: it costs 95 KB a connection. The door to Boost.Beast.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "workers/party/socket/frame.h"
#include "workers/party/socket/loop.h"
#include "workers/party/socket/tally.h"

namespace party {

namespace close_code {
inline constexpr std::uint16_t normal = 1000, going_away = 1001, restart = 1012, shutdown = 4000,
                               slow_consumer = 4001, insufficient_state = 4003, rate_limited = 4005,
                               internal = 4006, token_expired = 4200, bad_request = 4400,
                               invalid_token = 4401, forbidden = 4403, handshake_timeout = 4408,
                               replaced = 4409, kicked = 4410, banned = 4411,
                               unsupported_version = 4426, connection_limit = 4429,
                               suspended = 4451;
}

// The request to upgrade, as far as it matters here.
struct Upgrade {
    std::string path;                                        // without the query
    std::vector<std::pair<std::string, std::string>> query;  // decoded
    std::string origin;                                      // empty: none was sent
    std::string ip;                                          // X-Real-IP, else the peer's
    std::string request_id, user_agent, accept_language;
    std::vector<std::string> protocols;  // Sec-WebSocket-Protocol, as offered
    std::string authorization;           // of a client that can send headers
    std::string cookie;
};

class Connection;

// One of the two sides of a connection that is open. Called on the node's thread.
class Guest {
  public:
    virtual ~Guest() = default;
    // A whole text message, at most `Limits::frame` bytes, valid UTF-8.
    virtual void received(std::string_view text) = 0;
    // The connection is over, whoever ended it; called once, in a turn of its own, and then the
    // guest is destroyed. After a `close` that is at once: the handshake goes on without it. The
    // code is the one that was sent, or 1006: lost.
    virtual void closed(std::uint16_t code) = 0;
};

// What becomes of an upgrade. Without `enter` it is refused with `status`, a JSON body
// {"success":false,"error":{"code","message"}} and, when set, Retry-After.
struct Admission {
    int status = 101;
    std::string code{}, message{};
    std::chrono::seconds retry_after{};
    std::string protocol{};  // of `Upgrade::protocols`, to be answered
    std::function<std::unique_ptr<Guest>(Connection&)> enter{};
};

struct Limits {
    std::size_t frame = 16'384;                   // bytes of a message; longer: close 1009
    std::size_t soft_queue = 64 * 1024;           // bytes to be sent: ephemeral frames are left out
    std::size_t hard_queue = 256 * 1024;          // bytes to be sent: close 4001
    std::chrono::milliseconds oldest{10'000};     // a frame waits longer than this: close 4001
    std::chrono::milliseconds handshake{10'000};  // from accept to the whole upgrade request
    std::chrono::milliseconds heartbeat{25'000};  // +-20 %, a ping when nothing was received
    std::chrono::milliseconds patience{10'000};   // after a ping without any byte: dropped
};

// One socket. Lives as long as its guest; the server owns both.
class Connection {
  public:
    virtual void send(SharedFrame frame) = 0;
    // Sends what is queued, then a close frame; nothing is received any more.
    virtual void close(std::uint16_t code, std::string_view reason) = 0;
    // For clients that cannot see pings: an `hb` message beside each ping, and whenever they were
    // sent nothing for a heartbeat's time.
    virtual void beat_by_message(bool wanted) = 0;
    virtual std::size_t queued() const = 0;  // bytes

  protected:
    ~Connection() = default;
};

struct ServerCounts {
    std::uint64_t open = 0, accepted = 0;
    std::uint64_t frames_in = 0, frames_out = 0, bytes_in = 0, bytes_out = 0;
    std::uint64_t dropped_ephemeral = 0, replaced_states = 0, slow = 0;
    Tally<std::string> refusals{};              // by the code of the admission
    Tally<std::uint16_t> closes{};              // by close code
    std::array<std::uint64_t, 256> messages{};  // that were queued, by the number of their frame
};

class Server {
  public:
    // Decides about an upgrade; calls `answer` once, now or later, on the node's thread. An answer
    // to a client that has left meanwhile is ignored.
    using Answer = std::function<void(Admission)>;
    using Gate = std::function<void(const Upgrade&, Answer answer)>;

    Server(Loop& loop, Limits limits, Gate gate);
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server();  // drops what is open; the guests are told before it returns

    // Accepts on a listening stream socket (unix or TCP), which other nodes may share; not closed
    // at the end.
    void listen(int socket);
    void stop_listening();
    // Closes all connections, `at_once` of them each 10 ms, and calls `done` when none is left;
    // to be called after `stop_listening`. Who does not answer is dropped after 5 s.
    void close_all(std::uint16_t code, std::string_view reason, std::size_t at_once,
                   std::function<void()> done);
    // Sends to everybody, spread: `at_once` connections each 10 ms.
    void send_to_all(SharedFrame frame, std::size_t at_once);

    const ServerCounts& counts() const;
    // How many bytes wait on each connection.
    std::vector<std::size_t> queues() const;

  private:
    struct Engine;
    std::shared_ptr<Engine> engine_;
};

}  // namespace party
