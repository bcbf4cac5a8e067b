// An event loop: one thread, on which everything of one node happens. Nothing here is shared
// between threads except `post` and `stop`. The door to Boost.Asio together with the other files
// here and redis/link.cc.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace party {

// A task that waits for its time. It is cancelled when this goes away or is assigned to.
class Timer {
  public:
    Timer();
    Timer(Timer&&) noexcept;
    Timer& operator=(Timer&&) noexcept;
    ~Timer();

  private:
    friend class Loop;
    struct State;
    explicit Timer(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
};

class Loop {
  public:
    Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;
    ~Loop();

    void run();                             // until stop()
    void stop();                            // from any thread
    void post(std::function<void()> task);  // from any thread; runs on the loop's thread
    // Both on the loop's thread. A period starts when the last one ended.
    [[nodiscard]] Timer after(std::chrono::milliseconds delay, std::function<void()> task);
    [[nodiscard]] Timer every(std::chrono::milliseconds period, std::function<void()> task);

    boost::asio::io_context& context();

  private:
    struct Engine;
    std::unique_ptr<Engine> engine_;
};

}  // namespace party
