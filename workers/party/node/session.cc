#include "workers/party/node/session.h"

#include "common/crypto/digest.h"
#include "common/process/log.h"
#include "workers/party/node/greeting.h"
#include "workers/party/node/messages.h"
#include "workers/party/node/records.h"
#include "workers/party/node/sessions.h"
#include "workers/party/party_sql.h"
#include "workers/party/room/lifecycle.h"
#include "workers/party/room/presence.h"

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
    greet();
}

Session::~Session() { *self_ = nullptr; }

void Session::greet() {
    say("hello", hello(identity_.person, session_id_, tools_.name, tools_.clock.now(), tools_.box));
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
        fail(message, Failure(internal_error));
    }
}

void Session::handle(Incoming& message) {
    const auto* type = find_message(message.type);
    if (!type) throw Failure(unknown_type);
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
    send(make_frame(reply_text(to, tools_.clock.now(), data)));
}

void Session::fail(const Incoming& to, const Failure& failure) {
    send(make_frame(
        error_text(to, tools_.clock.now(), failure, tools_.messages, identity_.language)));
}

void Session::say(std::string_view type, std::string_view data) {
    send(make_frame(word_text(type, tools_.clock.now(), data)));
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

void Session::released() {
    room_.clear();
    knocked_.clear();
    member_.clear();
}

void Session::dismiss(std::uint16_t code, const std::string& reason) {
    released();
    close(code, reason);
}

// Rooms.

LiveRoom& Session::room() {
    if (room_.empty()) throw Failure(not_in_room);
    return rooms_.open(room_);
}

Act Session::act() const {
    Act act;
    act.member = member_;
    act.person = identity_.person;
    act.site = tools_.rules.public_url;
    return act;
}

void Session::submit(const Incoming& message, Command command) {
    if (room_.empty()) throw Failure(not_in_room);
    submit_to(room_, message, std::move(command), false, {});
}

void Session::submit_to(const std::string& room, const Incoming& message, Command command,
                        bool makes_room, std::function<void(const Outcome&)> done) {
    Job job{act(), std::move(command), message.command_id, makes_room, {}};
    Incoming to{message.type, message.id, message.command_id, {}};
    job.done = [self = self(), to = std::move(to), done = std::move(done)](const Outcome& outcome) {
        if (!*self) return;
        if (done) done(outcome);
        if (outcome.failure) {
            (*self)->fail(to, *outcome.failure);
        } else if (!to.id.empty() || done) {
            (*self)->reply(to, outcome.answer);
        }
    };
    rooms_.open(room).submit(std::move(job));
}

void Session::enter(const std::string& room, const std::string& member) {
    if (!room_.empty() && (room_ != room || member_ != member)) leave_room(true);
    room_ = room;
    member_ = member;
    knocked_.clear();
    auto& live = rooms_.open(room);
    live.attach(member, *this);
    take_lease(room, member);
}

void Session::take_lease(const std::string& room, const std::string& member) {
    tools_.rooms.renew({{room, member, tools_.clock.now() + lease}}, room_ttl);
}

void Session::knock_at(const std::string& room) {
    knocked_ = room;
    rooms_.open(room).let_wait(*this);
}

// `tell`: the person goes; else only the connection is gone.
void Session::leave_room(bool tell) {
    if (auto* live = rooms_.find(knocked_)) live->detach(*this);
    knocked_.clear();
    if (room_.empty()) return;
    auto room = std::exchange(room_, {});
    auto& live = rooms_.open(room);
    live.detach(*this);
    Job job{act(), {}};
    if (tell) {
        job.command = [](Room& room, const Act& act, Change& change) {
            leave(room, act, {}, change);
        };
    } else {
        Lost which{connection()};
        job.act.person = {};
        job.act.member.clear();
        job.command = [which](Room& room, const Act& act, Change& change) {
            lost(room, act, which, change);
        };
    }
    live.submit(std::move(job));
    tools_.rooms.release(room, std::exchange(member_, {}));
}

void Session::quit_room() {
    if (auto* live = rooms_.find(room_)) live->detach(*this);
    if (!room_.empty()) {
        tools_.rooms.release(room_, member_);
        tools_.records.note([room = room_, user = Uuid::parse(identity_.person.user)](
                                Database& db) { db.run(sql::end_participation, room, *user); });
    }
    released();
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
    warned_of_expiry_ = false;
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

void Session::tick(Instant now) {
    if (now > identity_.expires + grace_after_expiry) {
        return close(close_code::token_expired, "the token has expired");
    }
    if (warned_of_expiry_ || now < identity_.expires - warning_before_expiry) return;
    warned_of_expiry_ = true;
    auto left = std::chrono::duration_cast<std::chrono::seconds>(identity_.expires - now).count();
    say("auth:expiring", R"({"inSec":)" + std::to_string(std::max<long>(left, 0)) + "}");
}

}  // namespace party
