// People as Redis knows them while they are connected: who may come in, on how many sockets, and
// the stream of what concerns one user on all devices.
//
//   ws:conn:{<user>}      zset: connection -> when its lease ends, ms
//   ws:ticket:<digest>    what a ticket stands for, JSON; taken once
//   p:ip:<ip>             connects in this second (IPv6 by the /64)
//   u:{<user>}:live       while somebody listens, or did less than ten minutes ago
//   u:{<user>}:who:<profile or ->   the person, JSON, for a while
//   u:{<user>}:m, :s, :c  version and epoch, stream and channel of personal events
//                         (written by common/cache/personal.h)
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "workers/party/redis/rooms.h"

namespace party {

struct SocketRequest {
    std::string user, session, connection, ip;
    std::string profile;      // empty: whichever the person has
    std::int64_t issued = 0;  // of the token, microseconds
    Millis now = 0;
    std::int64_t most_sockets = 5, most_a_second = 20;
};

struct Entry {
    enum class Kind { welcome, revoked, too_many_sockets, too_fast, away };
    Kind kind = Kind::away;
    std::string person;  // JSON as it was remembered; empty: not known
};

class PeopleStore {
  public:
    explicit PeopleStore(RedisLink& redis) : redis_(redis) {}

    // Counts and checks all at once. A welcome has taken a lease, which ends
    // early with that of the node.
    void admit(const SocketRequest& arrival, std::function<void(Entry)> done);
    // Whether a token of this session, issued at this microsecond, counts no more.
    void revoked(const std::string& user, const std::string& session, std::int64_t issued,
                 std::function<void(bool revoked, bool away)> done);
    // The JSON of a ticket, once.
    void take_ticket(const std::string& digest,
                     std::function<void(std::optional<std::string> json, bool away)> done);
    void remember(const std::string& user, const std::string& profile, const std::string& json,
                  std::chrono::seconds ttl);

    struct Presence {
        std::string user, connection;
    };
    // Also keeps the personal stream of each alive.
    void renew(const std::vector<Presence>& people, Millis until);
    void leave(const Presence& one);

    // Where the personal stream stands; it is begun when there is none. An empty epoch: Redis is
    // away.
    void position(const std::string& user,
                  std::function<void(std::string epoch, std::int64_t version)> done);
    void events(const std::string& user, const std::string& epoch, std::int64_t after,
                std::function<void(MissedEvents)> done);
    // A personal event to all sockets of a user, kept for those who come back soon.
    // Nothing happens when nobody is there.
    void publish(const std::string& user, const Event& event);
    // The same, not kept.
    void say(const std::string& user, const Event& event);

  private:
    RedisLink& redis_;
};

std::string personal_channel(std::string_view user);
// The user of a channel's name; empty for other channels.
std::string user_of_channel(std::string_view channel);

}  // namespace party
