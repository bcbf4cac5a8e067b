// A room that has members on this node, or is just being asked something: the node's copy of it,
// and the one place where commands of this node to this room are carried out, one after the other.
// Truth is what Redis accepted; events reach members in the order of their versions, each once.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "workers/party/node/buckets.h"
#include "workers/party/node/tools.h"

namespace party {

// What came of a command. One of `failure` and `answer` counts.
struct Outcome {
    const Failure* failure = nullptr;
    std::string answer{};  // JSON
};

struct Job {
    Act act;  // `now` and `random` are filled in
    Command command;
    std::string command_id{};  // empty: none
    bool makes_room = false;
    std::function<void(const Outcome&)> done{};  // may be empty; events have been sent by then
    int attempts = 0;
    bool alone = false;  // does not go to Redis together with others
    double began = 0;    // when it was submitted, ms; filled in
};

// Who takes part in a room from this node. Implemented by sessions, and by tests.
class Participant {
  public:
    virtual ~Participant() = default;
    virtual void send(SharedFrame frame) = 0;
    // To this one alone; the words of an `error` are added.
    virtual void whisper(const std::string& type, const std::string& data) = 0;
    // The room is over; the connection stays.
    virtual void released() = 0;
    virtual void dismiss(std::uint16_t code, const std::string& reason) = 0;
    virtual const std::string& connection() const = 0;
    virtual bool knows_states() const = 0;  // announced `state`: needs no play, pause and seek
    virtual bool keeps_time() const = 0;    // has asked for the time: needs no repetitions
};

struct Trial;    // attempt.h
struct Attempt;  // attempt.h

class LiveRoom {
  public:
    LiveRoom(Tools& tools, std::string id);
    LiveRoom(const LiveRoom&) = delete;
    LiveRoom& operator=(const LiveRoom&) = delete;
    ~LiveRoom();

    const std::string& id() const { return id_; }
    const Room& room() const { return room_; }
    std::size_t present() const { return local_.size(); }  // members who are here
    std::size_t queued() const { return jobs_.size(); }    // commands
    bool idle() const {
        return local_.empty() && waiting_.empty() && jobs_.empty() && !busy_ && !loading_;
    }

    void submit(Job job);
    void take(std::string_view bulletin);

    // From now on the participant gets what the room says. One that was there before for the same
    // member is told to leave.
    void attach(const std::string& member, Participant& participant);
    void detach(const Participant& participant);
    // One that knocked, and hears nothing but what becomes of it; until detached.
    void let_wait(Participant& participant);
    // Tells `done` what came after `version`, up to the present one, or that it is not known any
    // more. Who is attached in `done` gets everything later as it happens.
    void resume(const std::string& epoch, std::int64_t version,
                const std::function<void(const MissedEvents&)>& done, int attempts = 10);

    // Whether all members together are within what a room may do of this kind; each node counts
    // its own.
    bool admits(Pace pace);

    // Words to everybody on all nodes, without a version.
    void say(const std::string& type, const std::string& data);
    // Adds up for a quarter of a second before everybody is told.
    void note_emote(const std::string& emoji);
    void note_drift(const std::string& member, double drift_ms);
    // Sends a fresh snapshot to one member.
    void send_snapshot(const std::string& member, Participant& participant);

    // That this connection, if a member has it, is lost.
    static Command loss_of(const std::string& connection);

    // Every few seconds.
    void tidy(bool repeat_states);
    // Redis may have been another one meanwhile: compares, and brings the room back if need be.
    void reconcile();

  private:
    void open();
    void load();  // and tells those who are here all anew
    void next();
    void run(Job job);
    Trial try_out(Job& job, const Room& room) const;
    void join_in(Attempt& attempt);
    void confirm(Job job, Change change, std::optional<Failure> refusal);
    void conclude(const Job& job, const Change& change, const std::optional<Failure>& refusal);
    Standing standing() const { return {room_.version, room_.revision, room_.epoch}; }
    Application application_of(const Attempt& attempt);
    void keep(const std::shared_ptr<Attempt>& attempt);
    void settle(Attempt& attempt, const Applied& applied);
    void take_over(Attempt& attempt, const Applied& applied);
    Room put_together(const Attempt& attempt) const;
    void repeat(Attempt& attempt, bool alone);
    void follow(const Applied& applied);
    void refuse(const Job& job, const Failure& failure);
    void look_again();
    void bury();
    void release_all();
    void bring_back();
    void drain();
    bool fits(const Bulletin& bulletin) const;
    void adopt(const Bulletin& bulletin);
    void catch_up();
    void caught_up(Room loaded, const MissedEvents& missed);
    void deliver(const Event& event, std::int64_t version);
    SharedFrame frame_of(const Event& event, std::int64_t version) const;
    void deliver_to_simple(std::int64_t version);
    void carry_out(const Change& change);
    void hear(const Event& say);
    void whisper(const Word& word);
    void dismiss(const Goodbye& goodbye);
    Participant* find(const std::string& member, const std::string& connection) const;
    std::chrono::seconds ttl(const Room& room) const;
    std::optional<std::chrono::seconds> prolonged(const Room& room);
    void look_for_lost();
    void say_drifts();
    std::shared_ptr<LiveRoom*> self() const { return self_; }

    // How long what is missing may still be on its way.
    static constexpr std::chrono::milliseconds patience_with_gaps{100};

    Tools& tools_;
    std::string id_;
    Room room_;
    bool loading_ = true, busy_ = false, lost_ = false;
    std::int64_t adopted_ = 0;  // how often others have changed the copy
    std::int64_t awaited_ = 0;  // version that is known to be on its way; commands wait for it
    double prolonged_ = 0;      // when its keys in Redis got their time to live, ms
    std::deque<Job> jobs_;
    std::vector<Bulletin> early_;                  // arrived before their time
    std::map<std::string, Participant*> local_;    // by member id
    std::map<std::string, Participant*> waiting_;  // by connection
    std::map<std::string, double> drifts_;
    std::map<std::string, std::int64_t> emotes_;
    Bucket transport_, chat_;
    Timer gap_, emoting_;
    std::shared_ptr<LiveRoom*> self_;  // what callbacks hold: null in it once this is gone
};

}  // namespace party
