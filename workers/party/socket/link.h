// Between a server and its sockets: a Link is one socket from being accepted to its end
// (connection.cc), the Hub is what all of one server have in common.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "workers/party/socket/server.h"

namespace party {

class Hub;
class Line;

class Link : public Connection {
  public:
    using Time = std::chrono::steady_clock::time_point;

    virtual ~Link() = default;
    virtual void tick(Time now) = 0;  // now and then: heartbeats and deadlines
    virtual void drop() = 0;          // at once, without a closing handshake
    // Closes it; drops it when its upgrade is not done.
    virtual void retire(std::uint16_t code, std::string_view reason) = 0;
    virtual void dismiss() noexcept = 0;  // tells the guest the end, unless that was done

  private:
    friend class Hub;
    std::size_t place_ = 0;  // among the hub's links
};

void accept_link(const std::shared_ptr<Hub>& hub, int socket);  // owns the socket from now on

class Hub : public std::enable_shared_from_this<Hub> {
  public:
    Hub(Loop& of_node, Limits bounds, Server::Gate decides);

    Loop& loop;
    const Limits limits;
    Server::Gate gate;
    ServerCounts counts;

    void start();
    void end();  // drops all links; their guests are told before it returns
    void add(std::shared_ptr<Link> link);
    void remove(Link& link);
    const std::vector<std::shared_ptr<Link>>& links() const { return links_; }

    // Sends behind all that this turn of the loop still brings; on a line that has sent in the last
    // two milliseconds, after two more: messages that go together cost little more than one.
    void flush_soon(std::shared_ptr<Line> line);
    std::chrono::milliseconds jittered(std::chrono::milliseconds period);  // +-20 %

  private:
    void tick();
    void flush_some();
    void flush_late();

    std::vector<std::shared_ptr<Link>> links_;
    std::vector<std::shared_ptr<Line>> waiting_, late_;
    std::size_t flushed_ = 0;  // of waiting_
    std::uint32_t random_;
    Timer ticks_, catching_up_;
};

}  // namespace party
