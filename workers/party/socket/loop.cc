#include "workers/party/socket/loop.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <exception>
#include <utility>

#include "common/process/log.h"

namespace party {

namespace asio = boost::asio;
using std::chrono::milliseconds;

struct Timer::State {
    State(asio::io_context& context, std::function<void()> task)
        : clock(context), task(std::move(task)) {}

    asio::steady_timer clock;
    std::function<void()> task;
    milliseconds period{};  // 0: once
    bool cancelled = false;

    static void start(const std::shared_ptr<State>& state, milliseconds delay) {
        state->clock.expires_after(delay);
        state->clock.async_wait([state](const boost::system::error_code& error) {
            if (!error && !state->cancelled) ring(state);
        });
    }

    // Even a task that throws is repeated.
    static void ring(const std::shared_ptr<State>& state) {
        struct Again {
            const std::shared_ptr<State>& state;
            ~Again() {
                if (state->period.count() > 0 && !state->cancelled) start(state, state->period);
            }
        } again{state};
        if (state->period.count() > 0) return state->task();
        std::exchange(state->task, {})();
    }
};

Timer::Timer() = default;
Timer::Timer(std::shared_ptr<State> state) : state_(std::move(state)) {}
Timer::Timer(Timer&&) noexcept = default;

Timer& Timer::operator=(Timer&& other) noexcept {
    std::swap(state_, other.state_);
    if (this != &other) Timer{std::move(other)};  // what stood here is cancelled
    return *this;
}

Timer::~Timer() {
    if (!state_) return;
    state_->cancelled = true;
    state_->clock.cancel();
}

// A concurrency of one spares most locks; `post` and `stop` stay safe from other threads.
struct Loop::Engine {
    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
};

Loop::Loop() : engine_(std::make_unique<Engine>()) {}
Loop::~Loop() = default;

void Loop::run() {
    while (!engine_->context.stopped()) {
        try {
            engine_->context.run();
        } catch (const std::exception& error) {
            LogLine(Level::error, "loop_task_failed").add("error", error.what());
        }
    }
    engine_->context.restart();
}

void Loop::stop() { engine_->context.stop(); }

void Loop::post(std::function<void()> task) { asio::post(engine_->context, std::move(task)); }

Timer Loop::after(milliseconds delay, std::function<void()> task) {
    auto state = std::make_shared<Timer::State>(engine_->context, std::move(task));
    Timer::State::start(state, delay);
    return Timer(std::move(state));
}

Timer Loop::every(milliseconds period, std::function<void()> task) {
    auto state = std::make_shared<Timer::State>(engine_->context, std::move(task));
    state->period = period;
    Timer::State::start(state, period);
    return Timer(std::move(state));
}

boost::asio::io_context& Loop::context() { return engine_->context; }

}  // namespace party
