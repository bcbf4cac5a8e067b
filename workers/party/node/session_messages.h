// Messages about the connection itself: who the client is, what time it is, how well it follows.
#pragma once

#include "workers/party/node/session.h"
#include "workers/party/room/reports.h"

namespace party {

struct Ping {
    double t0 = 0;
    static constexpr auto fields() { return std::tuple{Field{"t0", &Ping::t0}}; }
};
void ping(Session& session, const Incoming& message, const Ping& sent);

struct Introduction {
    std::vector<std::string> features;
    bool beats = false;
    std::optional<std::string> locale;
    static constexpr auto fields() {
        return std::tuple{Field{"features", &Introduction::features, Entries{0, 50}, Length{1, 40}},
                          Field{"appHeartbeat", &Introduction::beats},
                          Field{"locale", &Introduction::locale}};
    }
};
void introduce(Session& session, const Incoming& message, const Introduction& who);

struct NewToken {
    Secret token;
    static constexpr auto fields() { return std::tuple{Field{"token", &NewToken::token}}; }
};
// A new access token of the same user, before the old one ends.
void refresh(Session& session, const Incoming& message, const NewToken& sent);

void stats(Session& session, const Incoming& message, const LinkStats& sent);
// May be answered with a correction.
void report(Session& session, const Incoming& message, const PositionReport& sent);

}  // namespace party
