// The personal streams of who is connected to this node (common/cache/personal.h): events reach a
// person's connections in the order of their versions, each once, and what was lost on the way is
// fetched; words reach them as they come. Here it is also noticed that a person may not stay.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "workers/party/node/tools.h"

namespace party {

class Devices;
class Session;
class Sessions;

class PersonalStreams {
  public:
    PersonalStreams(Tools& tools, Sessions& sessions, Devices& devices)
        : tools_(tools), sessions_(sessions), devices_(devices) {}

    void come(Session& session);
    void go(Session& session);
    void received(const std::string& user, std::string_view text);
    void reconcile();

    // Where the stream of a person stands for who is connected now; an empty epoch: not known yet.
    std::pair<std::string, std::int64_t> position(const std::string& user) const;
    // Whether an event is for this connection: playback is its profile's, and another's doing.
    static bool concerns(const Session& session, const Event& event);
    // Notes a report of playback of somebody on this node; false: a newer one of the item is known.
    bool note_playback(const std::string& user, const std::string& profile, const std::string& item,
                       std::int64_t at, std::int64_t seq);

  private:
    // Who is to be looked at again: of one session, or with tokens older than this.
    struct Revoked {
        std::string session;
        std::int64_t issued_before = 0;
    };
    struct Stream {
        std::string epoch;
        std::int64_t version = 0;
        bool loading = false;
        std::vector<Bulletin> early;  // arrived before their time
        std::map<std::string, std::pair<std::int64_t, std::int64_t>> newest;  // at, seq
        std::vector<Revoked> revoked;
        Timer gap, check;
    };

    Stream* find(const std::string& user);
    void locate(const std::string& user);
    void catch_up(const std::string& user);
    void drain(const std::string& user, Stream& stream);
    void deliver(const std::string& user, Stream& stream, const Event& event, std::int64_t version);
    void tell_lost(const std::string& user, const Stream& stream, std::int64_t before);
    void hear(const std::string& user, Stream& stream, const Event& word);
    void look_again(const std::string& user);
    void judge(Session& session, bool one_session);
    void learn_anew(const std::string& user);
    std::vector<Session*> here(const std::string& user) const;

    Tools& tools_;
    Sessions& sessions_;
    Devices& devices_;
    std::map<std::string, std::unique_ptr<Stream>> streams_;
};

}  // namespace party
