// A WebSocket server that says back what it hears, for tests/sockets. Prints its port, and ends
// with who started it.
//   echo_program [NAME=NUMBER...]
// sets limits: frame, soft_queue, hard_queue (bytes), oldest, handshake, heartbeat, patience (ms).
//
// By path: `/echo` enters; `/later` enters in a later turn; `/never` is not decided; `/refused` is
// answered 429; `/throws` breaks the gate. By text: `!throw`, `!close CODE`, `!hb` (beats by
// message), `!flood N` (N events of 1000 bytes), `!counts`, `!upgrade` (what was asked for).
#include <arpa/inet.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <csignal>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>

#include "common/json/json.h"
#include "workers/party/socket/server.h"

namespace {

using namespace party;

std::string describe(const ServerCounts& counts) {
    JsonWriter json;
    json.begin_object();
    for (auto [name, value] : {std::pair{"open", counts.open},
                               {"accepted", counts.accepted},
                               {"frames_in", counts.frames_in},
                               {"frames_out", counts.frames_out},
                               {"slow", counts.slow}}) {
        json.key(name);
        json.integer(static_cast<std::int64_t>(value));
    }
    json.key("refusals");
    json.begin_object();
    for (const auto& [code, number] : counts.refusals) {
        json.key(code);
        json.integer(static_cast<std::int64_t>(number));
    }
    json.end_object();
    json.key("closes");
    json.begin_object();
    for (auto [code, number] : counts.closes) {
        json.key(std::to_string(code));
        json.integer(static_cast<std::int64_t>(number));
    }
    json.end_object();
    json.end_object();
    return json.take();
}

std::string describe(const Upgrade& upgrade) {
    JsonWriter json;
    json.begin_object();
    for (auto [name, value] : {std::pair{"path", upgrade.path},
                               {"origin", upgrade.origin},
                               {"ip", upgrade.ip},
                               {"request_id", upgrade.request_id},
                               {"authorization", upgrade.authorization}}) {
        json.key(name);
        json.text(value);
    }
    json.key("query");
    json.begin_object();
    for (const auto& [name, value] : upgrade.query) {
        json.key(name);
        json.text(value);
    }
    json.end_object();
    json.key("protocols");
    json.begin_list();
    for (const auto& protocol : upgrade.protocols) json.text(protocol);
    json.end_list();
    json.end_object();
    return json.take();
}

class Echo final : public Guest {
  public:
    Echo(Connection& connection, const Upgrade& upgrade, const Server* const& server)
        : connection_(connection), upgrade_(upgrade), server_(server) {}

    void received(std::string_view text) override {
        if (text == "!throw") throw std::runtime_error("a guest broke");
        if (text == "!hb") return connection_.beat_by_message(true);
        if (text == "!counts") return say(describe(server_->counts()));
        if (text == "!upgrade") return say(describe(upgrade_));
        if (text.starts_with("!close ")) {
            return connection_.close(static_cast<std::uint16_t>(number(text.substr(7))),
                                     "as asked");
        }
        if (text.starts_with("!flood ")) return flood(number(text.substr(7)));
        say(std::string{text});
    }
    void closed(std::uint16_t) override {}

  private:
    static int number(std::string_view text) { return std::stoi(std::string{text}); }
    void say(std::string text) { connection_.send(make_frame(std::move(text))); }
    void flood(int frames) {
        auto frame = make_frame(std::string(1000, 'x'));
        while (frames-- > 0) connection_.send(frame);
    }

    Connection& connection_;
    Upgrade upgrade_;
    const Server* const& server_;
};

Limits read_limits(int count, char** arguments) {
    std::map<std::string, long> given;
    for (int i = 1; i < count; ++i) {
        std::string argument = arguments[i];
        auto equals = argument.find('=');
        given[argument.substr(0, equals)] = std::stol(argument.substr(equals + 1));
    }
    Limits limits;
    auto bytes = [&](const char* name, std::size_t& limit) {
        if (given.contains(name)) limit = static_cast<std::size_t>(given[name]);
    };
    auto time = [&](const char* name, std::chrono::milliseconds& limit) {
        if (given.contains(name)) limit = std::chrono::milliseconds{given[name]};
    };
    bytes("frame", limits.frame);
    bytes("soft_queue", limits.soft_queue);
    bytes("hard_queue", limits.hard_queue);
    time("oldest", limits.oldest);
    time("handshake", limits.handshake);
    time("heartbeat", limits.heartbeat);
    time("patience", limits.patience);
    return limits;
}

int open_port() {
    auto listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* place = reinterpret_cast<sockaddr*>(&address);
    if (bind(listener, place, size) != 0 || listen(listener, 4096) != 0 ||
        getsockname(listener, place, &size) != 0) {
        throw std::runtime_error("no port");
    }
    std::cout << ntohs(address.sin_port) << std::endl;
    return listener;
}

Admission admit(const Upgrade& upgrade, const Server* const& server) {
    Admission admission;
    const auto& offered = upgrade.protocols;
    if (std::find(offered.begin(), offered.end(), "syncstream.v1") != offered.end()) {
        admission.protocol = "syncstream.v1";
    }
    admission.enter = [upgrade, &server](Connection& connection) {
        return std::make_unique<Echo>(connection, upgrade, server);
    };
    return admission;
}

}  // namespace

int main(int count, char** arguments) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    Loop loop;
    const Server* running = nullptr;
    auto gate = [&](const Upgrade& upgrade, Server::Answer answer) {
        if (upgrade.path == "/throws") throw std::runtime_error("the gate broke");
        if (upgrade.path == "/never") return;
        if (upgrade.path == "/refused") {
            return answer({.status = 429,
                           .code = "rate_limited",
                           .message = "Not \"now\".",
                           .retry_after = std::chrono::seconds{7}});
        }
        if (upgrade.path != "/later") return answer(admit(upgrade, running));
        loop.post([&running, upgrade, answer] { answer(admit(upgrade, running)); });
    };
    Server server(loop, read_limits(count, arguments), gate);
    running = &server;
    server.listen(open_port());
    loop.run();
}
