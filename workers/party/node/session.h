// One connection and who speaks on it: reads messages, keeps to their rates, hands commands to the
// room that the person is in, and writes replies. What each type of message does is in messages.cc.
#pragma once

#include <memory>
#include <string>

#include "workers/party/node/buckets.h"
#include "workers/party/node/envelope.h"
#include "workers/party/node/rooms.h"
#include "workers/party/room/problems.h"
#include "workers/party/room/reports.h"

namespace party {

class Sessions;

// Who a connection belongs to, once it has been let in.
struct Identity {
    Person person;
    Uuid session{};  // of the token
    std::string profile_claim;
    Instant issued{}, expires{};
    LanguageId language = english;
    std::string ip;
    std::string place;  // the room in which the person has a seat; empty: none
};

class Session final : public Guest, public Participant {
  public:
    Session(Connection& connection, Tools& tools, Rooms& rooms, Sessions& sessions,
            Identity identity);
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session() override;

    void received(std::string_view text) override;
    void closed(std::uint16_t code) override;

    void send(SharedFrame frame) override { connection_.send(std::move(frame)); }
    void whisper(const std::string& type, const std::string& data) override;
    void released() override;
    void dismiss(std::uint16_t code, const std::string& reason) override;
    const std::string& connection() const override { return identity_.person.connection; }
    bool knows_states() const override { return knows_states_; }
    bool keeps_time() const override { return keeps_time_; }

    // For the functions of messages.cc.
    Tools& tools() { return tools_; }
    Rooms& rooms() { return rooms_; }
    Sessions& sessions() { return sessions_; }
    const Identity& identity() const { return identity_; }
    const Person& person() const { return identity_.person; }
    const std::string& room_id() const { return room_; }
    const std::string& member() const { return member_; }
    LiveRoom& room();  // throws not_in_room
    Act act() const;   // by this person, as the member it is
    bool waits_for_others() const { return announced_ready_; }
    Correction& corrections() { return corrections_; }
    Pacing& pacing() { return pacing_; }

    void reply(const Incoming& to, std::string_view data);
    void fail(const Incoming& to, const Failure& failure);
    void say(std::string_view type, std::string_view data);
    void close(std::uint16_t code, std::string_view reason) { connection_.close(code, reason); }

    // Runs a command in the room, as the member this person is there, and replies with its answer.
    void submit(const Incoming& message, Command command);
    // The same in any room, for who is not in it yet; `done` gets what came of it first.
    void submit_to(const std::string& room, const Incoming& message, Command command,
                   bool makes_room, std::function<void(const Outcome&)> done);
    void enter(const std::string& room, const std::string& member);
    void knock_at(const std::string& room);
    void leave_room(bool tell);
    void quit_room();  // what the room was told already
    // Tells one who knows no states where a party is that was under way before.
    void tell_position();

    void introduce(const std::vector<std::string>& features, bool beats);
    void speak(LanguageId language) { identity_.language = language; }
    void keep_time() { keeps_time_ = true; }
    // Takes over what a former connection was; false: the token is not one of ours for this person.
    bool become(const std::string& session_id, const std::string& resume_token);
    // A new access token of the same user.
    void renew(const AccessToken& token);
    // What is known of the person now; false: the profile is another.
    bool adopt(const Person& person);

    // When it has asked Sessions to: before the token expires, and a while after.
    void wake(Instant now);
    const std::string& session_id() const { return session_id_; }

    // What a callback that may come after the session holds; null in it once this is gone.
    std::shared_ptr<Session*> self() const { return self_; }

  private:
    // The same person at the door of a room, where it may wait while it is in another: hears what
    // becomes of it.
    struct Caller final : Participant {
        explicit Caller(Session& who) : session(who) {}
        void send(SharedFrame frame) override { session.send(std::move(frame)); }
        void whisper(const std::string& type, const std::string& data) override;
        void released() override { session.go_from_door(); }
        void dismiss(std::uint16_t code, const std::string& reason) override {
            session.dismiss(code, reason);
        }
        const std::string& connection() const override { return session.connection(); }
        bool knows_states() const override { return session.knows_states(); }
        bool keeps_time() const override { return session.keeps_time(); }
        Session& session;
    };

    void greet();
    void handle(Incoming& message);
    void mistaken();
    bool admitted(std::size_t bytes);
    void go_from_door();
    const Problem& outside() const;  // why what only members may do is refused

    Connection& connection_;
    Tools& tools_;
    Rooms& rooms_;
    Sessions& sessions_;
    Identity identity_;
    std::string session_id_, room_, knocked_, member_;
    bool knows_states_ = false, keeps_time_ = false, announced_ready_ = false;
    bool over_ = false;
    double too_fast_since_ = 0, calm_since_ = 0;
    int mistakes_ = 0;
    double mistakes_since_ = 0;
    Millis knock_ends_ = 0;
    Pacing pacing_;
    Correction corrections_;
    Caller caller_{*this};
    std::shared_ptr<Session*> self_;
};

}  // namespace party
