// A client program of the service: HTTPS with the world's own certificate, one connection that is
// kept, as apps do it. `Wire` writes requests by hand, for those that no decent client would send.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/house.h"
#include "tests/support/world.h"

struct Question {
    std::string method, path;  // with the query, if any
    std::string body = {};     // sent as JSON unless empty
    Headers headers = {};
};

class Client {
  public:
    // `from` is an address of this machine, such as 127.0.0.2, to be counted apart.
    explicit Client(World& world, std::string from = "127.0.0.1");
    Client(Client&&) noexcept;
    ~Client();

    // A status of 0 means that there was no answer.
    Answered ask(const Question& question);
    Answered get(const std::string& path, Headers headers = {});
    Answered post(const std::string& path, const std::string& body = "{}", Headers headers = {});
    Answered put(const std::string& path, const std::string& body, Headers headers = {});
    Answered patch(const std::string& path, const std::string& body, Headers headers = {});
    Answered remove(const std::string& path, const std::string& body = "");

    // All at the same time, each on a connection of its own; the answers in the same order.
    std::vector<Answered> ask_at_once(const std::vector<Question>& questions);

    World& world() { return world_; }

    std::string token;  // sent as bearer unless empty
    Headers headers;    // sent with every question
    bool http2 = false;

  private:
    struct Exchange;
    std::unique_ptr<Exchange> prepare(const Question& question);

    World& world_;
    std::string from_;
    void* handle_;  // curl's
};

// A plain connection to a port of this machine, for bytes as they are.
class Wire {
  public:
    explicit Wire(int port);
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;
    ~Wire();

    void send(std::string_view bytes);
    // What comes until the other side closes; at most some seconds.
    std::string rest();

  private:
    int socket_;
};

// One exchange by hand. `bytes` should ask for the connection to be closed.
std::string by_hand(int port, std::string_view bytes);
// 0 when the answer has no status line.
int status_of(const std::string& answer);
std::string body_of(const std::string& answer);

// What the workers count, as operators see it, and one sum of it: all samples whose line begins
// with `name`.
std::string figures(const World& world);
double figure(const World& world, const std::string& name);
