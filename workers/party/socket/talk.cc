#include "workers/party/socket/talk.h"

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

#include "common/process/log.h"

namespace party {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

// RFC 6455 section 5.5.2: FIN and the opcode of ping, without payload.
const std::string ping{"\x89\x00", 2};
const SharedFrame heartbeat =
    make_frame(R"({"type":"hb"})", Frame::Kind::ephemeral, {}, heartbeat_number);

// Whatever a guest does wrong, the other connections stay.
template <class Action>
bool carefully(Action action) noexcept {
    try {
        action();
        return true;
    } catch (const std::exception& error) {
        LogLine(Level::error, "connection_failed").add("error", error.what());
        return false;
    }
}

}  // namespace

Talk::Talk(std::shared_ptr<Line> line)
    : hub_(*line->hub), line_(std::move(line)), period_(hub_.jittered(hub_.limits.heartbeat)) {}

void Talk::until(Stage stage, milliseconds patience) {
    stage_ = stage;
    deadline_ = steady_clock::now() + patience;
}

void Talk::greet(const std::function<std::unique_ptr<Guest>(Connection&)>& enter) {
    stage_ = Stage::open;
    present_ = true;
    ++hub_.counts.accepted;
    ++hub_.counts.open;
    spoken_ = steady_clock::now();
    auto entered = carefully([&] { guest_ = enter(*this); });
    if (!entered || !guest_) close(close_code::internal, "internal error");
}

void Talk::hear(std::string_view text) {
    ++hub_.counts.frames_in;
    if (!guest_ || stage_ != Stage::open) return;
    if (!carefully([&] { guest_->received(text); })) close(close_code::internal, "internal error");
}

void Talk::over(std::uint16_t code) {
    if (!std::exchange(present_, false)) return;
    code_ = code;
    --hub_.counts.open;
    add(hub_.counts.closes, code);
    dismiss_later();
}

void Talk::retire(std::uint16_t code, std::string_view reason) {
    if (stage_ == Stage::open) close(code, reason);
    if (stage_ == Stage::reading || stage_ == Stage::deciding) drop();
}

void Talk::dismiss() noexcept {
    if (auto guest = std::move(guest_)) carefully([&] { guest->closed(code_); });
}

void Talk::send(SharedFrame frame) {
    if (stage_ != Stage::open) return;
    auto now = steady_clock::now();
    queue(std::move(frame), now);
    if (line_->out.bytes() <= hub_.limits.hard_queue) return;
    if (!line_->blocked) line_->flush();
    if (line_->out.bytes() > hub_.limits.hard_queue) be_slow();
}

void Talk::queue(SharedFrame frame, Time now) {
    auto since = now;
    if (line_->out.bytes() + frame->text.size() > hub_.limits.soft_queue && !line_->blocked) {
        line_->flush();
    }
    if (line_->blocked && !make_room(*frame, since)) return;
    spoken_ = now;
    ++hub_.counts.messages[frame->number];
    line_->out.add(std::move(frame), since);
    line_->flush_soon();
}

// Whether the frame may be queued for a slow peer. It waits from then on, or as long as the state
// whose place it takes.
bool Talk::make_room(const Frame& frame, Time& since) {
    if (frame.kind == Frame::Kind::state) {
        if (auto replaced = line_->out.take_state(frame.key)) {
            ++hub_.counts.replaced_states;
            since = *replaced;
        }
    }
    if (line_->out.bytes() + frame.text.size() <= hub_.limits.soft_queue) return true;
    hub_.counts.dropped_ephemeral += line_->out.drop_ephemeral();
    if (frame.kind != Frame::Kind::ephemeral) return true;
    ++hub_.counts.dropped_ephemeral;
    return false;
}

void Talk::be_slow() {
    ++hub_.counts.slow;
    line_->out.drop_all();
    close(close_code::slow_consumer, "too slow");
}

void Talk::beat_by_message(bool wanted) { by_message_ = wanted; }

void Talk::tick(Time now) {
    if (stage_ == Stage::open) {
        auto oldest = line_->blocked ? line_->out.oldest() : std::nullopt;
        return oldest && now - *oldest > hub_.limits.oldest ? be_slow() : beat(now);
    }
    if (now < deadline_) return;
    stage_ == Stage::deciding ? give_up_deciding() : drop();
}

// A client that can't see pings gets its message whenever it has heard nothing for a while; the
// ping goes along, because only that is sure to be answered.
void Talk::beat(Time now) {
    if (asked_ != Time{}) {
        if (line_->heard > asked_) {
            asked_ = {};
        } else if (now - asked_ > hub_.limits.patience) {
            return drop();
        }
    }
    auto quiet = by_message_ ? std::min(line_->heard, spoken_) : line_->heard;
    if (asked_ != Time{} || now - quiet < period_) return;
    if (by_message_) queue(heartbeat, now);
    line_->out.add_bytes(ping, now);
    line_->flush_soon();
    asked_ = spoken_ = now;
    period_ = hub_.jittered(hub_.limits.heartbeat);
}

}  // namespace party
