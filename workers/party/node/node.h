// One event loop with all that it needs to serve rooms: sockets, Redis, sessions. A program runs
// several, one on each thread; they meet other nodes in Redis alone.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "workers/party/node/pulse.h"

namespace party {

struct NodeOptions {
    std::string name;                         // unique among all nodes
    std::string redis;                        // address
    int listener = -1;                        // a listening socket, shared with others
    std::chrono::milliseconds drain{10'000};  // at most, for seeing people out
};

// What a node counts, and how it is at this moment, for figures.h.
struct NodeFigures {
    ServerCounts server;
    Counts counts;
    std::vector<std::size_t> queues;  // bytes that wait, by socket
    std::vector<double> drifts;       // ms, of the last minute
    // Rooms with members here, by the state of their playback.
    Tally<std::string> rooms{{"idle", 0}, {"waiting", 0}, {"playing", 0}, {"paused", 0}};
    std::uint64_t members = 0, commands = 0;  // who is here; what waits for a room
    Pulse::Lags lags;
    Ties redis, channels;
    double clock_offset = 0;  // ms
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
