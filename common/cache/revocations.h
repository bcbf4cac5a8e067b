// Tells all workers at once that a session or a token is over before its time, or that a user's
// rate limit is no longer what the token says. cache/rate_limit.h reads it with every request;
// the database stays the truth, and entries live no longer than the tokens they are about. The
// user's open sockets (workers/party) hear of it in the same trip, as words of cache/personal.h:
// `revoked` {"session"} or {"issuedBefore"} (microseconds), `account` {"rateLimit"}.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "common/base/time.h"
#include "common/base/uuid.h"

class Redis;

// Every function returns whether Redis took it.
class Revocations {
  public:
    explicit Revocations(Redis& redis) : redis_(redis) {}

    bool session(const Uuid& session, const Uuid& user, std::chrono::seconds ttl);
    // All tokens of a user that were issued before `instant`.
    bool user(const Uuid& user, Instant instant, std::chrono::seconds ttl);
    // The rate limit that counts instead of the one in the user's tokens; negative: unlimited. The
    // user's devices get `account_json`, unless it is empty, as `account:updated`; what
    // workers/party remembers of the person with these profiles is forgotten.
    bool entitlement(const Uuid& user, std::int64_t rate_limit, std::chrono::seconds ttl,
                     const std::string& account_json = {},
                     const std::vector<std::string>& profiles = {});

  private:
    Redis& redis_;
};
