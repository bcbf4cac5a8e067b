#include "workers/party/socket/server.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <list>
#include <system_error>

#include "common/process/log.h"
#include "workers/party/socket/link.h"

namespace party {

namespace asio = boost::asio;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds pace{10};
constexpr int accepted_at_once = 32;

// A listening socket; others may accept from it as well.
class Door : public std::enable_shared_from_this<Door> {
  public:
    Door(std::shared_ptr<Hub> hub, int socket)
        : hub_(std::move(hub)), socket_(hub_->loop.context(), own(socket)) {}

    void wait() {
        socket_.async_wait(asio::posix::descriptor_base::wait_read,
                           [self = shared_from_this()](const boost::system::error_code& error) {
                               if (!error) self->accept();
                           });
    }
    void shut() {
        boost::system::error_code ignored;
        socket_.close(ignored);
        rest_ = {};
    }

  private:
    static int own(int socket) {
        auto copy = fcntl(socket, F_DUPFD_CLOEXEC, 0);
        if (copy < 0 || fcntl(copy, F_SETFL, O_NONBLOCK) < 0) {
            throw std::system_error(errno, std::generic_category(), "listening socket");
        }
        return copy;
    }

    void accept() {
        for (int i = 0; i < accepted_at_once; ++i) {
            auto peer =
                accept4(socket_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (peer >= 0) {
                accept_link(hub_, peer);
            } else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
                return rest();
            } else if (errno != ECONNABORTED && errno != EINTR) {
                break;  // another node was faster
            }
        }
        wait();
    }

    // Out of descriptors or memory, the socket stays readable: waiting for it would spin.
    void rest() {
        LogLine(Level::warning, "accept_failed").add("errno", errno);
        rest_ = hub_->loop.after(milliseconds{200}, [self = shared_from_this()] { self->wait(); });
    }

    std::shared_ptr<Hub> hub_;
    asio::posix::stream_descriptor socket_;
    Timer rest_;
};

// Something to be done to many links, a few at a time.
struct Sweep {
    std::vector<std::weak_ptr<Link>> left;
    std::size_t at_once;
    std::function<void(Link&)> visit;

    bool step() {
        for (std::size_t visited = 0; visited < at_once && !left.empty(); left.pop_back()) {
            auto link = left.back().lock();
            if (!link) continue;
            visit(*link);
            ++visited;
        }
        return !left.empty();
    }
};

}  // namespace

struct Server::Engine {
    std::shared_ptr<Hub> hub;
    std::vector<std::shared_ptr<Door>> doors;
    std::list<Sweep> sweeps;
    std::function<void()> when_empty;
    Timer paces;

    void begin(std::size_t at_once, std::function<void(Link&)> visit) {
        sweeps.push_back({{hub->links().begin(), hub->links().end()},
                          std::max<std::size_t>(at_once, 1),
                          std::move(visit)});
        if (!sweeps.back().step()) sweeps.pop_back();
        if (busy()) paces = hub->loop.every(pace, [this] { step(); });
    }
    bool busy() const { return !sweeps.empty() || when_empty; }
    void step() {
        sweeps.remove_if([](Sweep& sweep) { return !sweep.step(); });
        if (sweeps.empty() && when_empty && hub->links().empty()) {
            return hub->loop.post(std::exchange(when_empty, {}));
        }
        if (!busy()) paces = {};
    }
};

Server::Server(Loop& loop, Limits limits, Gate gate) : engine_(std::make_shared<Engine>()) {
    engine_->hub = std::make_shared<Hub>(loop, limits, std::move(gate));
    engine_->hub->start();
}

Server::~Server() {
    stop_listening();
    engine_->paces = {};
    engine_->hub->end();
}

void Server::listen(int socket) {
    engine_->doors.push_back(std::make_shared<Door>(engine_->hub, socket));
    engine_->doors.back()->wait();
}

void Server::stop_listening() {
    for (auto& door : engine_->doors) door->shut();
    engine_->doors.clear();
}

void Server::close_all(std::uint16_t code, std::string_view reason, std::size_t at_once,
                       std::function<void()> done) {
    engine_->when_empty = std::move(done);
    engine_->begin(at_once,
                   [code, reason = std::string{reason}](Link& link) { link.retire(code, reason); });
}

void Server::send_to_all(SharedFrame frame, std::size_t at_once) {
    engine_->begin(at_once, [frame = std::move(frame)](Link& link) { link.send(frame); });
}

const ServerCounts& Server::counts() const { return engine_->hub->counts; }

std::vector<std::size_t> Server::queues() const {
    const auto& links = engine_->hub->links();
    std::vector<std::size_t> bytes(links.size());
    std::transform(links.begin(), links.end(), bytes.begin(),
                   [](const auto& link) { return link->queued(); });
    return bytes;
}

}  // namespace party
