#include "workers/party/node/session.h"

#include "common/crypto/digest.h"
#include "common/process/log.h"
#include "workers/party/node/frames.h"
#include "workers/party/node/greeting.h"
#include "workers/party/node/messages.h"
#include "workers/party/node/sessions.h"

namespace party {

namespace {

constexpr double most_excess = 3'000;  // ms
constexpr int most_mistakes = 3;       // in a minute
constexpr Allowance inbound_bytes{65'536, 16'384};
constexpr std::chrono::seconds warning_before_expiry{60}, grace_after_expiry{60};

}  // namespace

Session::Session(Connection& connection, Tools& tools, Rooms& rooms, Sessions& sessions,
                 Identity identity)
    : connection_(connection),
      tools_(tools),
      rooms_(rooms),
      sessions_(sessions),
      identity_(std::move(identity)),
      session_id_(hex(random_bytes(12))),
      self_(std::make_shared<Session*>(this)) {
    if (identity_.person.device.id.empty()) identity_.person.device.id = session_id_;
    sessions_.add(*this);
    sessions_.wake(*this, identity_.expires - warning_before_expiry);
    greet();
}

Session::~Session() { *self_ = nullptr; }

void Session::greet() {
    say("hello", hello(identity_.person, session_id_, identity_.place, tools_.name,
                       tools_.clock.now(), tools_.box));
}

bool Session::become(const std::string& session_id, const std::string& token) {
    auto device = resumed_device(token, session_id, identity_.person.user, tools_.box);
    if (!device) return false;
    session_id_ = session_id;
    identity_.person.device.id = *device;
    return true;
}

// Reading.

bool Session::admitted(std::size_t bytes) {
    auto now = ClusterClock::monotonic();
    auto multiplier = tools_.rules.rate_multiplier;
    Allowance allowed{inbound_bytes.burst * multiplier, inbound_bytes.per_s * multiplier};
    bool well = pacing_.take(Pace::frames, now, multiplier);
    well = pacing_.bytes.take(allowed, now, static_cast<double>(bytes)) && well;
    if (well) {
        if (now - calm_since_ > most_excess) too_fast_since_ = 0;
        return true;
    }
    calm_since_ = now;
    if (too_fast_since_ == 0) too_fast_since_ = now;
    if (now - too_fast_since_ > most_excess) {
        close(close_code::rate_limited, "too many messages");
    }
    return false;
}

void Session::received(std::string_view text) {
    if (over_) return;
    Incoming message;
    try {
        if (!admitted(text.size())) {
            if (too_fast_since_ == calm_since_) {
                throw Failure(rate_limited).retry_after(std::chrono::seconds{1});
            }
            return;
        }
        read_envelope(text, message);
        handle(message);
    } catch (const Failure& failure) {
        bool mistake = &failure.problem() == &bad_json;
        fail(message, failure);
        if (mistake) mistaken();
    } catch (const std::exception& error) {
        LogLine(Level::error, "message_failed")
            .add("type", message.type)
            .add("error", error.what());
        fail(message, Failure(internal));
    }
}

void Session::handle(Incoming& message) {
    const auto* type = find_message(message.type);
    if (!type) throw Failure(unknown_type);
    ++tools_.counts.messages[number_of(*type)];
    auto now = ClusterClock::monotonic();
    if (!pacing_.take(type->pace, now, tools_.rules.rate_multiplier)) {
        if (drops_silently(type->pace) && message.id.empty()) return;
        auto wait = std::chrono::milliseconds{static_cast<long>(pacing_.wait(type->pace)) + 1};
        throw Failure(type->pace == Pace::chat ? slow_mode : rate_limited).retry_after(wait);
    }
    auto* live = room_.empty() ? nullptr : rooms_.find(room_);
    if (live && !live->admits(type->pace)) {
        throw Failure(type->pace == Pace::chat ? slow_mode : rate_limited)
            .retry_after(std::chrono::seconds{1});
    }
    type->run(*this, message);
}

void Session::mistaken() {
    auto now = ClusterClock::monotonic();
    if (now - mistakes_since_ > 60'000) {
        mistakes_since_ = now;
        mistakes_ = 0;
    }
    if (++mistakes_ >= most_mistakes) close(close_code::bad_request, "not our messages");
}

// Writing.

void Session::reply(const Incoming& to, std::string_view data) {
    send(framed(reply_text(to, tools_.clock.now(), data)));
}

void Session::fail(const Incoming& to, const Failure& failure) {
    send(framed(error_text(to, tools_.clock.now(), failure, tools_.messages, identity_.language)));
}

void Session::say(std::string_view type, std::string_view data) {
    send(framed(word_text(type, tools_.clock.now(), data)));
}

// Refusals that a room has for one member alone have their words added here.
void Session::whisper(const std::string& type, const std::string& data) {
    if (type != "error") return say(type, data);
    auto value = parse_json(data);
    const auto* code = value.find("code");
    const auto* about = value.find("for");
    Incoming to;
    if (about) to.type = about->text;
    bool media = code && code->text == media_not_allowed.code;
    fail(to, Failure(media ? media_not_allowed : not_allowed));
}

void Session::introduce(const std::vector<std::string>& features, bool beats) {
    for (const auto& feature : features) {
        if (feature == "state") knows_states_ = true;
        if (feature == "ready") announced_ready_ = true;
    }
    connection_.beat_by_message(beats);
}

// The end.

void Session::closed(std::uint16_t) {
    over_ = true;
    *self_ = nullptr;
    leave_room(false);
    sessions_.remove(*this);
}

void Session::renew(const AccessToken& token) {
    identity_.issued = token.issued;
    identity_.expires = token.expires;
    identity_.session = token.session;
    sessions_.wake(*this, identity_.expires - warning_before_expiry);
}

bool Session::adopt(const Person& person) {
    auto& mine = identity_.person;
    if (person.profile != mine.profile) return false;
    mine.name = person.name;
    mine.avatar = person.avatar;
    mine.kids = person.kids;
    mine.max_rating = person.max_rating;
    mine.party_size = person.party_size;
    mine.admin = person.admin;
    return true;
}

void Session::wake(Instant now) {
    auto end = identity_.expires + grace_after_expiry;
    if (now > end) return close(close_code::token_expired, "the token has expired");
    sessions_.wake(*this, end);
    auto left = std::chrono::duration_cast<std::chrono::seconds>(identity_.expires - now).count();
    say("auth:expiring", R"({"inSec":)" + std::to_string(std::max<long>(left, 0)) + "}");
}

}  // namespace party
