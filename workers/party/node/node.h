// One event loop with all that it needs to serve rooms: sockets, Redis, sessions. A program runs
// several, one on each thread; they meet other nodes in Redis alone.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "workers/party/node/tools.h"

namespace party {

struct NodeOptions {
    std::string name;                         // unique among all nodes
    std::string redis;                        // address
    int listener = -1;                        // a listening socket, shared with others
    std::chrono::milliseconds drain{10'000};  // at most, for seeing people out
};

// What a node counts, for metrics.
struct NodeFigures {
    ServerCounts server;
    std::size_t sessions = 0, rooms = 0, members = 0;
};

class Node {
  public:
    Node(NodeOptions options, Records& records, const Tokens& tokens, const SecretBox& box,
         const Messages& messages, const Rules& rules);
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;
    ~Node();

    void run();    // on a thread of its own, until everybody has been seen out after drain()
    void drain();  // from any thread
    // Asks the node's thread; nothing when it does not answer within a second.
    std::optional<NodeFigures> figures();

  private:
    struct Engine;
    std::unique_ptr<Engine> engine_;
};

}  // namespace party
