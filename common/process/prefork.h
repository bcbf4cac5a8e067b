// One master and its children. The children accept connections on one listening socket, each a
// request at a time; the master starts them, replaces the dead, kills the stuck, and hands the
// socket over to a new generation on reload. It knows nothing of requests: what a child does is a
// function it is given (common/http/serve).
//
// Signals to the master: SIGTERM and SIGINT end it when the requests in flight are done; SIGHUP
// reloads. To reload, it runs `<command> --check` (exit status 0: the settings are good and the
// database is as this program wants it) and then executes <command> in its own place, with the
// same pid and listener, so that a new binary and new settings take effect. The new image starts
// a full generation, and when all of it is ready the old one leaves. If the check fails, the
// generation at work goes on.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/process/listener.h"

class Metrics;
struct ChildSlot;

struct PreforkOptions {
    std::string name;                  // of the pool, for the log
    std::vector<std::string> command;  // argv of the program
    int children = 4;
    std::int64_t max_requests = 20'000;  // after about so many a child leaves and is replaced
    std::chrono::seconds request_timeout{20};
    std::chrono::seconds shutdown_timeout{10};
};

// What a child asks and tells. The life of a child is
//     prepare; child.ready();
//     while (child.wait()) { child.accepting(); ...; child.working(id, route); ...; child.idle(); }
// A child that cannot prepare yet may wait() without being ready(): it serves, but it does not
// replace an older generation.
class Child {
  public:
    Child(int index, int listener, std::int64_t max_requests, ChildSlot& slot, Metrics* metrics);
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child();

    int index() const { return index_; }
    int listener() const { return listener_; }

    // Connected and prepared: may replace a child of an older generation.
    void ready();
    // Blocks until a connection waits (true) or it is time to leave (false). Another child may
    // have been quicker to accept it: accept() then says EAGAIN.
    bool wait();
    // About to read a request. The master kills a child that stays in this for over 5 seconds.
    void accepting();
    // The request is read and work on it begins. The master kills a child that works longer than
    // the request timeout, and logs these two.
    void working(std::string_view request_id, std::string_view route);
    // The request is finished, or there was none.
    void idle();
    // Whether wait() has said that it is time to leave.
    bool leaving() const { return leaving_; }

  private:
    int index_;
    int listener_;
    std::int64_t requests_left_;
    ChildSlot& slot_;
    Metrics* metrics_;
    int signals_;  // a signalfd
    bool leaving_ = false;
};

// Runs the master until it is told to end; returns the exit status for the program: 0, or 1 when
// children had to be killed at the end. Each child runs `life` in a process of its own and ends
// with it; an exception from it is logged. `metrics` may be null. The calling program must have
// one thread, and no children of its own.
int prefork(const PreforkOptions& options, int listener, Metrics* metrics,
            const std::function<void(Child&)>& life);
