#include "workers/party/redis/wire.h"

#include <algorithm>
#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <random>
#include <string_view>
#include <utility>
#include <vector>

#include "common/cache/reply.h"

namespace party {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::milliseconds;
using Protocol = asio::generic::stream_protocol;
using Endpoints = std::vector<Protocol::endpoint>;

constexpr std::int64_t shortest_pause = 100, longest_pause = 2000;  // ms
constexpr std::size_t longest_path = 107;                           // of sockaddr_un

// One try, and the connection that comes of it.
struct Session {
    explicit Session(asio::io_context& context) : resolver(context), socket(context) {}

    asio::ip::tcp::resolver resolver;
    Protocol::socket socket;
    ReplyReader reader;
    std::string outgoing, leaving;  // collected in this turn; handed to the system
    std::array<char, 32 * 1024> incoming;
    bool open = false, flush_ahead = false;
};

}  // namespace

// Handlers of a session that is no longer the present one do nothing.
struct Wire::Engine : std::enable_shared_from_this<Engine> {
    using Current = std::shared_ptr<Session>;

    Engine(Loop& loop, std::string address, milliseconds timeout, Events events)
        : loop(loop), address(std::move(address)), timeout(timeout), events(std::move(events)) {}

    void start();
    void connect(const Current& session, const Endpoints& endpoints);
    void opened(const Current& session);
    void read(const Current& session);
    void received(const Current& session, std::string_view bytes);
    void send(const RedisCommand& command);
    void flush(const Current& session);
    void lose();
    void end();
    bool present(const Current& session) const { return session == this->session; }
    milliseconds pause();

    Loop& loop;
    std::string address;
    milliseconds timeout;
    Events events;
    Current session;  // null between two tries
    Timer patience, next_try;
    int tries = 0;  // since the other side was last of use
    std::minstd_rand random{std::random_device{}()};
};

void Wire::Engine::start() {
    session = std::make_shared<Session>(loop.context());
    patience = loop.after(timeout, [this] { lose(); });
    auto colon = address.rfind(':');
    if (address.find('/') != address.npos || colon == address.npos) {
        if (address.size() > longest_path) return;  // then patience ends it
        return connect(session, {asio::local::stream_protocol::endpoint{address}});
    }
    session->resolver.async_resolve(
        address.substr(0, colon), address.substr(colon + 1),
        [self = shared_from_this(), session = session](error_code failed, const auto& found) {
            if (!self->present(session)) return;
            if (failed) return self->lose();
            Endpoints endpoints;
            for (const auto& one : found) endpoints.emplace_back(one.endpoint());
            self->connect(session, endpoints);
        });
}

void Wire::Engine::connect(const Current& session, const Endpoints& endpoints) {
    asio::async_connect(session->socket, endpoints,
                        [self = shared_from_this(), session](error_code failed, const auto&) {
                            if (!self->present(session)) return;
                            failed ? self->lose() : self->opened(session);
                        });
}

void Wire::Engine::opened(const Current& session) {
    patience = {};
    error_code unix_sockets_have_no_delay;
    session->socket.set_option(asio::ip::tcp::no_delay{true}, unix_sockets_have_no_delay);
    session->open = true;
    read(session);
    events.opened();
}

void Wire::Engine::read(const Current& session) {
    session->socket.async_read_some(
        asio::buffer(session->incoming),
        [self = shared_from_this(), session](error_code failed, std::size_t size) {
            if (!self->present(session)) return;
            if (failed) return self->lose();
            self->received(session, {session->incoming.data(), size});
        });
}

// What one reply leads to may throw; the replies after it come all the same.
void Wire::Engine::received(const Current& session, std::string_view bytes) try {
    session->reader.feed(bytes);
    while (auto reply = session->reader.next()) {
        events.received(*std::move(reply));
        if (!present(session)) return;
    }
    session->reader.broken() ? lose() : read(session);
} catch (...) {
    loop.post([self = shared_from_this(), session] {
        if (self->present(session)) self->received(session, {});
    });
    throw;
}

void Wire::Engine::send(const RedisCommand& command) {
    if (!session || !session->open) return;
    append_command(session->outgoing, command);
    if (std::exchange(session->flush_ahead, true)) return;
    asio::post(loop.context(),
               [self = shared_from_this(), session = session] { self->flush(session); });
}

// `flush_ahead` stays true until all is out, so there is one write at a time.
void Wire::Engine::flush(const Current& session) {
    if (!present(session)) return;
    session->leaving.clear();
    session->leaving.swap(session->outgoing);
    asio::async_write(session->socket, asio::buffer(session->leaving),
                      [self = shared_from_this(), session](error_code failed, std::size_t) {
                          if (!self->present(session)) return;
                          if (failed) return self->lose();
                          session->flush_ahead = !session->outgoing.empty();
                          if (session->flush_ahead) self->flush(session);
                      });
}

void Wire::Engine::lose() {
    if (!session) return;
    auto self = shared_from_this();
    bool was_open = session->open;
    end();
    next_try = loop.after(pause(), [this] { start(); });
    if (was_open) events.lost();
}

void Wire::Engine::end() {
    patience = {};
    next_try = {};
    if (!session) return;
    error_code already_closed;
    session->resolver.cancel();
    session->socket.close(already_closed);
    session.reset();
}

// Jitter, so that the nodes of a house do not all come at once.
milliseconds Wire::Engine::pause() {
    auto full = std::min(longest_pause, shortest_pause << std::min(tries++, 10));
    return milliseconds{std::uniform_int_distribution<std::int64_t>{full / 2, full}(random)};
}

Wire::Wire(Loop& loop, std::string address, milliseconds timeout, Events events)
    : engine_(std::make_shared<Engine>(loop, std::move(address), timeout, std::move(events))) {
    engine_->start();
}

Wire::~Wire() { engine_->end(); }

void Wire::send(const RedisCommand& command) { engine_->send(command); }

void Wire::praise() { engine_->tries = 0; }

void Wire::drop() { engine_->lose(); }

}  // namespace party
