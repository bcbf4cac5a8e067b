// One socket: reads the request, asks the gate, then carries messages until the end. Beast parses,
// upgrades, reads frames and makes control frames. Text frames are ours: a server's frame is the
// same for all who get it. They queue beside what Beast writes (each of its writes is a whole frame
// and enters the queue as one), and a turn of the loop costs one sendmsg(2) per socket.
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/compose.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <cerrno>
#include <exception>
#include <optional>
#include <utility>

#include "common/base/text.h"
#include "common/process/log.h"
#include "workers/party/socket/talk.h"
#include "workers/party/socket/upgrade.h"

namespace party {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using boost::system::error_code;
using std::chrono::steady_clock;

namespace {

using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<asio::generic::stream_protocol, Executor>;

constexpr std::size_t longest_head = 8192;  // of a request
constexpr std::size_t first_bytes = 128;    // of a message; more is asked for when it is longer
constexpr std::uint16_t only_text = 1003, lost = 1006, not_utf8 = 1007;
constexpr std::chrono::milliseconds closing_time{5'000};

asio::generic::stream_protocol protocol_of(int socket) {
    sockaddr_storage own{};
    socklen_t size = sizeof own;
    getsockname(socket, reinterpret_cast<sockaddr*>(&own), &size);
    return {own.ss_family, 0};
}

class SocketLine final : public Line {
  public:
    SocketLine(std::shared_ptr<Hub> of, int fd)
        : Line(std::move(of), fd),
          socket(hub->loop.context().get_executor(), protocol_of(fd), fd) {}

    Socket socket;
    std::string unread;  // came behind the request

    void close() override {
        error_code ignored;
        socket.close(ignored);
        closed();
    }
    void reset() {
        error_code ignored;
        socket.set_option(asio::socket_base::linger(true, 0), ignored);
        close();
    }

  private:
    void wait_for_room() override {
        socket.async_wait(Socket::wait_write, [self = shared_from_this()](error_code error) {
            self->blocked = false;
            if (!error) self->flush();
        });
    }
};

// The line as Beast wants it. Operations share the line, so a stream may go away before them.
class Stream {
  public:
    using executor_type = Executor;

    explicit Stream(std::shared_ptr<SocketLine> line) : line_(std::move(line)) {}
    Executor get_executor() const { return line_->socket.get_executor(); }

    template <class Buffers, class Done>
    auto async_read_some(const Buffers& buffers, Done&& done) {
        return compose<void(error_code, std::size_t)>(Reading<Buffers>{line_, buffers}, done);
    }
    template <class Buffers, class Done>
    auto async_write_some(const Buffers& buffers, Done&& done) {
        return compose<void(error_code, std::size_t)>(
            Writing{line_, beast::buffers_to_string(buffers)}, done);
    }
    // What is queued must reach the peer before the socket ends, so it waits for the peer's end.
    template <class Done>
    friend auto async_teardown(beast::role_type, Stream& stream, Done&& done) {
        stream.line_->finish();
        return stream.compose<void(error_code)>(Draining{stream.line_}, done);
    }
    friend void beast_close_socket(Stream& stream) { stream.line_->close(); }

  private:
    template <class Signature, class Operation, class Done>
    auto compose(Operation operation, Done& done) {
        return asio::async_compose<Done, Signature>(std::move(operation), done, line_->socket);
    }
    template <class Self>
    static void later(Executor executor, Self& self, std::size_t count) {
        asio::post(executor, beast::bind_front_handler(std::move(self), error_code{}, count));
    }

    template <class Buffers>
    struct Reading {
        std::shared_ptr<SocketLine> line;
        Buffers buffers;

        template <class Self>
        void operator()(Self& self) {
            auto& socket = line->socket;
            if (line->unread.empty()) return socket.async_read_some(buffers, std::move(self));
            auto count = asio::buffer_copy(buffers, asio::buffer(line->unread));
            line->unread.erase(0, count);
            later(socket.get_executor(), self, count);
        }
        template <class Self>
        void operator()(Self& self, error_code error, std::size_t count) {
            if (count > 0) line->heard = steady_clock::now();
            line->hub->counts.bytes_in += count;
            self.complete(error, count);
        }
    };
    struct Writing {
        std::shared_ptr<SocketLine> line;
        std::string bytes;

        template <class Self>
        void operator()(Self& self) {
            auto count = bytes.size();
            line->write(std::move(bytes));
            later(line->socket.get_executor(), self, count);
        }
        template <class Self>
        void operator()(Self& self, error_code error, std::size_t count) {
            self.complete(error, count);
        }
    };
    struct Draining {
        std::shared_ptr<SocketLine> line;
        std::unique_ptr<std::array<char, 2048>> sink = std::make_unique<std::array<char, 2048>>();

        template <class Self>
        void operator()(Self& self, error_code error = {}, std::size_t = 0) {
            if (!error) {
                auto buffer = asio::buffer(*sink);
                return line->socket.async_read_some(buffer, std::move(self));
            }
            line->close();
            self.complete(error == asio::error::eof ? error_code{} : error);
        }
    };

    std::shared_ptr<SocketLine> line_;
};

struct Request {
    beast::flat_buffer buffer{longest_head};
    http::request_parser<http::empty_body> parser;
};

class Peer final : public Talk, public std::enable_shared_from_this<Peer> {
  public:
    explicit Peer(std::shared_ptr<SocketLine> line)
        : Talk(line), socket_(*line), stream_(std::in_place, std::move(line)) {}

    void start() {
        error_code ignored;
        socket_.socket.set_option(asio::ip::tcp::no_delay(true), ignored);
        socket_.on_close_frame = [this](std::uint16_t code) { closes(code); };
        until(Stage::reading, hub_.limits.handshake);
        request_ = std::make_unique<Request>();
        request_->parser.header_limit(longest_head);
        http::async_read_header(
            stream_->next_layer(), request_->buffer, request_->parser,
            [self = shared_from_this()](error_code error, std::size_t) { self->asks(error); });
    }
    void close(std::uint16_t code, std::string_view reason) override {
        if (stage_ != Stage::open) return;
        until(Stage::closing, closing_time);
        websocket::close_reason why(static_cast<websocket::close_code>(code));
        why.reason = shortened(reason);
        stream_->async_close(why, [self = shared_from_this()](error_code) { self->vanish(); });
    }
    void drop() override {
        socket_.reset();
        vanish();
    }

  private:
    static beast::string_view shortened(std::string_view reason) {
        auto size = std::min<std::size_t>(reason.size(), 123);  // of a control frame
        while (size < reason.size() && size > 0 && (reason[size] & 0xC0) == 0x80) --size;
        return {reason.data(), size};
    }

    void asks(error_code error) {
        if (stage_ != Stage::reading) return;
        if (error == http::error::header_limit || error == http::error::buffer_overflow) {
            return refuse(too_long());
        }
        if (error.category() == make_error_code(http::error::header_limit).category() &&
            error != http::error::end_of_stream && error != http::error::partial_message) {
            return refuse(not_http());
        }
        if (error) return vanish();
        auto read = read_upgrade(head());
        if (auto* no = std::get_if<Admission>(&read)) return refuse(*no);
        knock(std::get<Upgrade>(std::move(read)));
    }
    RequestHead head() const {
        const auto& request = request_->parser.get();
        return {view(request.method_string()), view(request.target()),
                websocket::is_upgrade(request), [&request](std::string_view name) {
                    std::string all;
                    auto [at, end] = request.equal_range({name.data(), name.size()});
                    for (; at != end; ++at) {
                        if (!all.empty()) all += ", ";
                        all += view(at->value());
                    }
                    return all;
                }};
    }
    static std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

    void knock(Upgrade upgrade) {
        until(Stage::deciding, hub_.limits.handshake);
        if (upgrade.ip.empty()) upgrade.ip = socket_.peer_address();
        try {
            hub_.gate(upgrade, [weak = weak_from_this()](Admission admission) {
                if (auto self = weak.lock()) self->decided(std::move(admission));
            });
        } catch (const std::exception& failure) {
            LogLine(Level::error, "gate_failed").add("error", failure.what());
            decided(broken());
        }
    }
    void decided(Admission admission) {
        if (stage_ != Stage::deciding) return;
        if (!admission.enter) return refuse(admission);
        until(Stage::reading, hub_.limits.handshake);
        auto& buffer = request_->buffer;
        socket_.unread = beast::buffers_to_string(buffer.data());
        stream_->auto_fragment(false);
        stream_->read_message_max(hub_.limits.frame);
        stream_->set_option(websocket::stream_base::decorator(
            [protocol = std::move(admission.protocol)](websocket::response_type& response) {
                response.set(http::field::server, "syncstream");
                if (!protocol.empty()) response.set(http::field::sec_websocket_protocol, protocol);
            }));
        stream_->async_accept(
            request_->parser.get(),
            [self = shared_from_this(), enter = std::move(admission.enter)](error_code error) {
                error ? self->vanish() : self->enters(enter);
            });
        request_.reset();
    }
    void give_up_deciding() override { refuse(undecided()); }
    void refuse(const Admission& admission) {
        add(hub_.counts.refusals, admission.code);
        until(Stage::closing, closing_time);
        socket_.write(refusal(admission));
        async_teardown(beast::role_type::server, stream_->next_layer(),
                       [self = shared_from_this()](error_code) { self->vanish(); });
    }

    void enters(const std::function<std::unique_ptr<Guest>(Connection&)>& enter) {
        if (stage_ != Stage::reading) return;
        stream_->set_option(websocket::stream_base::decorator([](websocket::response_type&) {}));
        greet(enter);
        read();
    }
    // A socket that waits holds a small buffer: there are many, and most are idle.
    void read() {
        if (stage_ != Stage::open) return;
        bool begins = buffer_.size() == 0;
        if (begins && buffer_.capacity() > first_bytes) buffer_.shrink_to_fit();
        auto more = [self = shared_from_this()](error_code error, std::size_t) {
            if (error) return self->vanish();
            self->stream_->is_message_done() ? self->reads() : self->read();
        };
        stream_->async_read_some(buffer_, begins ? first_bytes : 0, std::move(more));
    }
    // While closing, Beast reads on its own for the peer's close frame. It takes a message that
    // ends inside of a character when its last fragment is empty.
    void reads() {
        std::string_view text{static_cast<const char*>(buffer_.cdata().data()), buffer_.size()};
        if (stage_ == Stage::open && !stream_->got_text()) close(only_text, "text only");
        if (!valid_utf8(text)) close(not_utf8, "broken text");
        hear(text);
        buffer_.consume(buffer_.size());
        read();
    }

    void closes(std::uint16_t code) {
        until(Stage::closing, closing_time);
        over(code);
    }
    void dismiss_later() override {
        asio::post(stream_->get_executor(), [self = shared_from_this()] { self->dismiss(); });
    }
    // The stream goes in a later turn, with the operations that Beast holds back in it.
    void vanish() {
        if (stage_ == Stage::gone) return;
        stage_ = Stage::gone;
        over(lost);
        socket_.on_close_frame = {};
        socket_.close();
        asio::post(stream_->get_executor(), [self = shared_from_this()] { self->stream_.reset(); });
        hub_.remove(*this);
    }

    SocketLine& socket_;
    std::optional<websocket::stream<Stream, false>> stream_;
    std::unique_ptr<Request> request_;
    beast::flat_buffer buffer_;
};

}  // namespace

void accept_link(const std::shared_ptr<Hub>& hub, int socket) {
    auto peer = std::make_shared<Peer>(std::make_shared<SocketLine>(hub, socket));
    hub->add(peer);
    peer->start();
}

}  // namespace party
