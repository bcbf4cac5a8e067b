// Tickets for `/ws/connect`: worth one connection within half a minute, so that a token stands in
// no address that gets logged. Kept in Redis, where the party worker takes them:
//
//   ws:ticket:<SHA-256 of the ticket, hex>   {"user","session","profile","issued","expires","role",
//                                             "plan","language"}
//
// What the access token says; `issued` in microseconds, `expires` in seconds since 1970.
#pragma once

#include "common/base/time.h"
#include "common/cache/redis.h"
#include "workers/auth/auth.h"

namespace auth {

struct Ticket {
    std::string ticket;
    std::int64_t expires_in = 0;  // seconds
    static constexpr auto fields() {
        return std::tuple{Field{"ticket", &Ticket::ticket},
                          Field{"expires_in", &Ticket::expires_in}};
    }
};

class Tickets {
  public:
    explicit Tickets(Redis& redis) : redis_(redis) {}

    // Throws unavailable while Redis is away.
    Answer<Ticket> issue(const Request& request);

  private:
    Redis& redis_;
};

}  // namespace auth
