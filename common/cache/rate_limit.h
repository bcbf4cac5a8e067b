// What is asked of Redis for every request, in one round trip: is this session revoked, may this
// visitor come in, was this idempotent request answered before. The window is fixed and starts at
// the first request, so that the figures clients see are exact.
//
// Keys: `rl:{<who>}` the count; what cache/revocations.h writes; answers under the caller's keys.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/time.h"
#include "common/base/uuid.h"

class Redis;

struct Visit {
    std::string who;             // "u:<uuid>" or "ip:<normalise_ip>"
    std::optional<Uuid> user{};  // both or none
    std::optional<Uuid> session{};
    Instant issued{};          // of the token
    std::int64_t limit = 100;  // negative: unlimited
    std::int64_t cost = 1;
    std::string remembered{};  // Redis key of an answer to fetch in the same trip; empty: none
};

struct Verdict {
    bool redis_answered = false;  // false: the caller checks the session's row in the database
    bool revoked = false;         // then the visit was not counted and nothing else is told
    bool limited = false;         // then it was not counted either
    std::int64_t limit = 0;       // after entitlements; negative: unlimited, and no figures
    std::int64_t remaining = 0;
    std::chrono::milliseconds reset{};  // until the window ends
    std::optional<std::string> answer{};
};

class RateLimit {
  public:
    // Without Redis each process counts for itself and admits its share: a limit divided by
    // `children`, rounded up. `clock` times those local windows.
    RateLimit(Redis& redis, std::chrono::seconds window, std::int64_t children,
              Clock clock = system_now);

    Verdict admit(const Visit& visit);
    // Keeps an answer for `Visit::remembered`. False: Redis did not take it.
    bool remember(const std::string& key, const std::string& value, std::chrono::seconds ttl);

    std::chrono::seconds window() const { return window_; }

  private:
    struct Count {
        std::int64_t used = 0;
        Instant ends{};
    };
    Verdict admit_locally(const Visit& visit);
    Count& local_count(const std::string& who, Instant now);

    Redis& redis_;
    std::chrono::seconds window_;
    std::int64_t children_;
    Clock clock_;
    std::map<std::string, Count> counts_;
};

// How an address counts: IPv4 as it is, also when it comes as ::ffff:a.b.c.d; IPv6 by its /64,
// which is what one household gets. "unknown" for what is no address.
std::string normalise_ip(std::string_view address);
