// What is true for every request is done here, once, before and after the handler: language,
// route, token, revocation and rate limit (one Redis round trip), who may ask, the shape of the
// body, idempotency; then the envelope, ETag, headers and the log line. `serve.h` feeds it from
// FastCGI, tests feed it directly.
#pragma once

#include <string>
#include <vector>

#include "common/base/time.h"
#include "common/cache/rate_limit.h"
#include "common/crypto/token.h"
#include "common/db/database.h"
#include "common/http/idempotency.h"
#include "common/http/route.h"
#include "common/messages/messages.h"
#include "common/process/metrics.h"

struct WorkerOptions {
    std::vector<std::string>
        allowed_origins;                 // of browsers that may use the cookie and read answers
    std::int64_t anonymous_limit = 100;  // requests of an address in a window
    std::int64_t limit_multiplier = 1;   // raises the limits that tokens carry
    Clock clock = system_now;
};

class Worker {
  public:
    // Everything handed in must outlive the worker. `redis_effort` is the Redis of `limits`.
    Worker(Database& db, RateLimit& limits, Effort& redis_effort, const Tokens& tokens,
           const SecretBox& box, const Messages& messages, WorkerOptions options, Routes routes);

    // Never throws. Fills what there is to count in `seen`.
    Reply answer(Request& request, Observation& seen);
    Reply answer(Request& request) {
        Observation seen;
        return answer(request, seen);
    }

    const Routes& routes() const { return routes_; }

  private:
    Reply respond(Request& request);
    void understand(Request& request);
    const Route* find_route(Request& request) const;
    std::string allowed_methods(const Request& request) const;
    void identify(Request& request);
    void admit(const Request& request, const std::string& cached);
    void check_session(const Request& request);
    void authorise(const Request& request) const;
    void check_body(const Request& request) const;
    Reply run_once(const Request& request, const Idempotency::Key& key);
    Reply act(const Request& request);
    Reply refuse(const Request& request, const Failure& failure) const;
    Reply preflight(const Request& request) const;
    bool allowed_origin(std::string_view origin) const;
    void add_headers(const Request& request, Reply& reply) const;
    void add_limit_headers(Reply& reply) const;
    void tag(const Request& request, Reply& reply) const;
    void note(const Request& request, Reply& reply, Observation& seen);
    std::string who(const Request& request) const;

    Database& db_;
    RateLimit& limits_;
    Effort& redis_effort_;
    const Tokens& tokens_;
    const Messages& messages_;
    WorkerOptions options_;
    Routes routes_;
    Idempotency idempotency_;

    // Of the request at work.
    const Route* route_ = nullptr;
    const Problem* token_problem_ = nullptr;  // why nobody is signed in
    const Problem* refused_ = nullptr;
    bool by_cookie_ = false;
    bool broken_query_ = false;
    std::optional<Verdict> verdict_;
};
