// The part of a connection that knows nothing of its socket: the guest, what is sent to a slow peer
// and what is not, heartbeats, deadlines. connection.cc adds the rest.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "workers/party/socket/line.h"

namespace party {

class Talk : public Link {
  public:
    void send(SharedFrame frame) override;
    void beat_by_message(bool wanted) override;
    std::size_t queued() const override { return line_->out.bytes(); }
    void tick(Time now) override;
    void retire(std::uint16_t code, std::string_view reason) override;
    void dismiss() noexcept override;

  protected:
    enum class Stage : std::uint8_t { reading, deciding, open, closing, gone };

    explicit Talk(std::shared_ptr<Line> line);

    virtual void give_up_deciding() = 0;
    void until(Stage stage, std::chrono::milliseconds patience);  // then it is dropped
    void greet(const std::function<std::unique_ptr<Guest>(Connection&)>& enter);
    void hear(std::string_view text);
    // Counts and tells the guest, in a later turn. Only the first code counts.
    void over(std::uint16_t code);
    virtual void dismiss_later() = 0;

    Hub& hub_;
    const std::shared_ptr<Line> line_;
    Stage stage_ = Stage::reading;

  private:
    void queue(SharedFrame frame, Time now);
    bool make_room(const Frame& frame, Time& since);
    void be_slow();
    void beat(Time now);

    std::unique_ptr<Guest> guest_;
    Time deadline_{};
    Time spoken_{};  // last frame or ping
    Time asked_{};   // the ping that is not answered, else 0
    std::chrono::milliseconds period_;
    std::uint16_t code_ = 0;
    bool present_ = false;  // open, as far as others know
    bool by_message_ = false;
};

}  // namespace party
