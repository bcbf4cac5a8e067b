#include "workers/party/socket/server.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

namespace {

using namespace party;
using std::chrono::milliseconds;

const std::string request =
    "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

// A file descriptor that closes itself.
class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {
        if (fd < 0) throw std::runtime_error("no socket");
    }
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    int get() const { return fd_; }

  private:
    int fd_;
};

sockaddr_in loopback_address() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

Descriptor listener() {
    Descriptor made{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    auto address = loopback_address();
    ::bind(made.get(), reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(made.get(), 1024);
    return made;
}

Descriptor connected_to(const Descriptor& listening) {
    Descriptor made{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    auto address = loopback_address();
    socklen_t size = sizeof address;
    ::getsockname(listening.get(), reinterpret_cast<sockaddr*>(&address), &size);
    ::connect(made.get(), reinterpret_cast<sockaddr*>(&address), sizeof address);
    return made;
}

struct Told {
    std::vector<Connection*> open;
    std::vector<std::uint16_t> closed;
};

class Listener final : public Guest {
  public:
    Listener(Told& told, Connection& connection) : told_(told), connection_(connection) {
        told_.open.push_back(&connection_);
    }
    void received(std::string_view) override {}
    void closed(std::uint16_t code) override {
        std::erase(told_.open, &connection_);
        told_.closed.push_back(code);
    }

  private:
    Told& told_;
    Connection& connection_;
};

class PartyServer : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyServer);
    CPPUNIT_TEST(counts_what_is_queued_by_its_number);
    CPPUNIT_TEST(leaves_ephemeral_frames_out_for_a_slow_peer);
    CPPUNIT_TEST(replaces_states_for_a_slow_peer_only);
    CPPUNIT_TEST(closes_a_slow_peer_and_forgets_what_waited);
    CPPUNIT_TEST(resets_a_peer_that_never_reads_its_close);
    CPPUNIT_TEST(closes_all_and_says_when_none_is_left);
    CPPUNIT_TEST(says_at_once_that_nobody_is_there);
    CPPUNIT_TEST(sends_to_all);
    CPPUNIT_TEST(tells_the_guests_when_it_goes);
    CPPUNIT_TEST(ignores_what_is_sent_after_the_close);
    CPPUNIT_TEST(closes_from_within_the_greeting);
    CPPUNIT_TEST(shares_a_listening_socket_with_another_thread);
    CPPUNIT_TEST(accepts_no_more_when_told);
    CPPUNIT_TEST_SUITE_END();

    Loop loop;
    Told told;
    Descriptor door = listener();
    std::unique_ptr<Server> server;
    std::vector<Descriptor> peers;

    Server::Gate entering() {
        return [this](const Upgrade&, Server::Answer answer) {
            Admission admission;
            admission.enter = [this](Connection& connection) {
                return std::make_unique<Listener>(told, connection);
            };
            answer(std::move(admission));
        };
    }
    void serve(Limits limits = {}) {
        server = std::make_unique<Server>(loop, limits, entering());
        server->listen(door.get());
    }
    // Runs the loop until the condition holds.
    void until(const std::function<bool()>& condition) {
        int left = 3000;
        auto look = loop.every(milliseconds{5}, [&] {
            if (condition() || --left == 0) loop.stop();
        });
        loop.run();
        CPPUNIT_ASSERT_MESSAGE("never came true", left > 0);
    }
    void connect(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            peers.push_back(connected_to(door));
            CPPUNIT_ASSERT(::send(peers.back().get(), request.data(), request.size(), 0) > 0);
        }
        until([&] { return told.open.size() == peers.size(); });
    }
    static std::string read(const Descriptor& peer) {
        std::string all(1 << 16, '\0');
        auto count = ::recv(peer.get(), all.data(), all.size(), MSG_DONTWAIT);
        return all.substr(0, count > 0 ? static_cast<std::size_t>(count) : 0);
    }
    // Reads until the words have come; what came before them, too.
    std::string read_until(const Descriptor& peer, const std::string& words) {
        std::string all;
        until([&] {
            for (auto more = read(peer); !more.empty(); more = read(peer)) all += more;
            return all.find(words) != all.npos;
        });
        return all;
    }
    // Until the kernel takes no more: a whole turn has passed, and something still waits.
    void block(Connection& connection) {
        auto large = make_frame(std::string(200'000, 'x'));
        until([&] {
            if (connection.queued() > 0) return true;
            connection.send(large);
            return false;
        });
    }

  public:
    void counts_what_is_queued_by_its_number() {
        serve();
        connect(2);
        for (auto number : {7, 7, 255, 0}) {
            auto frame = make_frame("x", Frame::Kind::event, {}, static_cast<std::uint8_t>(number));
            told.open.front()->send(frame);
        }
        auto queues = server->queues();
        std::sort(queues.begin(), queues.end());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, queues.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, queues.front());
        CPPUNIT_ASSERT_EQUAL(told.open.front()->queued(), queues.back());
        CPPUNIT_ASSERT(queues.back() > 0);
        const auto& messages = server->counts().messages;
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, messages[7]);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, messages[255]);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, messages[0]);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, messages[heartbeat_number]);
    }

    void leaves_ephemeral_frames_out_for_a_slow_peer() {
        serve({.soft_queue = 210'000, .hard_queue = 10'000'000});
        connect(1);
        auto& connection = *told.open.front();
        block(connection);
        while (connection.queued() < 203'000) connection.send(make_frame(std::string(1'000, 'f')));
        connection.send(make_frame(std::string(5'000, 'e'), Frame::Kind::ephemeral));
        for (int i = 0; i < 30; ++i) connection.send(make_frame(std::string(1'000, '#')));
        connection.send(make_frame(std::string(1'000, 'e'), Frame::Kind::ephemeral));
        connection.send(make_frame("the end"));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, server->counts().dropped_ephemeral);
        auto all = read_until(peers.front(), "the end");
        CPPUNIT_ASSERT(all.find("eee") == all.npos);
        CPPUNIT_ASSERT_EQUAL(30'000L, std::count(all.begin(), all.end(), '#'));
    }

    void replaces_states_for_a_slow_peer_only() {
        auto state = [](std::string text) {
            return make_frame(std::move(text), Frame::Kind::state, "party:state a");
        };
        serve({.hard_queue = 10'000'000});
        connect(1);
        auto& connection = *told.open.front();
        connection.send(state("first"));
        connection.send(state("second"));
        CPPUNIT_ASSERT(read_until(peers.front(), "second").find("first") != std::string::npos);
        block(connection);
        connection.send(state("third"));
        connection.send(make_frame("between"));
        connection.send(state("fourth"));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, server->counts().replaced_states);
        auto all = read_until(peers.front(), "fourth");
        CPPUNIT_ASSERT(all.find("third") == all.npos);
        CPPUNIT_ASSERT(all.find("between") < all.find("fourth"));
    }

    void closes_a_slow_peer_and_forgets_what_waited() {
        serve();
        connect(2);
        auto& connection = *told.open.front();
        block(connection);
        for (int i = 0; i < 300; ++i) connection.send(make_frame(std::string(1'000, 'c')));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, server->counts().slow);
        until([&] { return told.closed == std::vector<std::uint16_t>{4001}; });
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, server->counts().open);
    }

    void resets_a_peer_that_never_reads_its_close() {
        serve();
        connect(1);
        auto& connection = *told.open.front();
        block(connection);
        connection.close(close_code::kicked, "kicked");
        pollfd look{peers.front().get(), 0, 0};
        until([&] { return ::poll(&look, 1, 0) == 1 && (look.revents & POLLERR) != 0; });
    }

    void closes_all_and_says_when_none_is_left() {
        serve();
        connect(20);
        bool done = false;
        server->close_all(close_code::restart, "restart", 3, [&] { done = true; });
        CPPUNIT_ASSERT(!done);
        until([&] { return told.closed.size() == 20; });
        CPPUNIT_ASSERT(read_until(peers.front(), "restart").find('\x88') != std::string::npos);
        CPPUNIT_ASSERT(!done);
        peers.clear();
        until([&] { return done; });
        const std::pair<std::uint16_t, std::uint64_t> all_restarted{close_code::restart, 20};
        CPPUNIT_ASSERT(server->counts().closes == std::vector{all_restarted});
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, server->counts().open);
    }

    void says_at_once_that_nobody_is_there() {
        serve();
        bool done = false;
        server->close_all(close_code::restart, "restart", 3, [&] { done = true; });
        until([&] { return done; });
    }

    void sends_to_all() {
        serve();
        connect(7);
        server->send_to_all(make_frame("to all"), 2);
        for (const auto& peer : peers) read_until(peer, "to all");
    }

    void tells_the_guests_when_it_goes() {
        serve();
        connect(3);
        server.reset();
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, told.closed.size());
        CPPUNIT_ASSERT(told.open.empty());
    }

    void ignores_what_is_sent_after_the_close() {
        serve();
        connect(1);
        auto& connection = *told.open.front();
        connection.send(make_frame("before"));
        connection.close(close_code::kicked, std::string(200, 'r'));
        connection.send(make_frame("after"));
        connection.close(close_code::banned, "again");
        auto all = read_until(peers.front(), std::string(123, 'r'));
        CPPUNIT_ASSERT(all.find("before") < all.find("rrr"));
        CPPUNIT_ASSERT(all.find("after") == all.npos);
        until([&] { return told.closed == std::vector<std::uint16_t>{close_code::kicked}; });
    }

    void closes_from_within_the_greeting() {
        server = std::make_unique<Server>(loop, Limits{}, [this](const Upgrade&, auto answer) {
            Admission admission;
            admission.enter = [this](Connection& connection) {
                connection.close(close_code::connection_limit, "enough");
                return std::make_unique<Listener>(told, connection);
            };
            answer(std::move(admission));
        });
        server->listen(door.get());
        peers.push_back(connected_to(door));
        ::send(peers.back().get(), request.data(), request.size(), 0);
        read_until(peers.front(), "enough");
        until([&] { return told.closed == std::vector<std::uint16_t>{4429}; });
    }

    void shares_a_listening_socket_with_another_thread() {
        Loop other;
        Tally<std::string> elsewhere;
        std::jthread thread([&] {
            Server second(other, {}, [](const Upgrade&, Server::Answer answer) {
                answer({.status = 503, .code = "draining", .message = "Elsewhere."});
            });
            second.listen(door.get());
            other.run();
            elsewhere = second.counts().refusals;
        });
        struct Ending {
            Loop& loop;
            ~Ending() { loop.stop(); }
        } ending{other};
        serve();
        for (int i = 0; i < 200; ++i) {
            peers.push_back(connected_to(door));
            ::send(peers.back().get(), request.data(), request.size(), 0);
        }
        std::vector<bool> answered(peers.size());
        until([&] {
            for (std::size_t i = 0; i < peers.size(); ++i) {
                if (!answered[i]) answered[i] = read(peers[i]).starts_with("HTTP/1.1 ");
            }
            return std::count(answered.begin(), answered.end(), true) == 200;
        });
        other.stop();
        thread.join();
        auto refused = elsewhere.empty() ? 0 : elsewhere.front().second;
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{200}, refused + server->counts().accepted);
    }

    void accepts_no_more_when_told() {
        serve();
        connect(1);
        server->stop_listening();
        auto late = connected_to(door);
        ::send(late.get(), request.data(), request.size(), 0);
        server->send_to_all(make_frame("the old ones stay"), 10);
        read_until(peers.front(), "the old ones stay");
        CPPUNIT_ASSERT(read(late).empty());
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, server->counts().accepted);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PartyServer);

}  // namespace
