// One effect a key: the first answer to a request with an `Idempotency-Key` is kept for 24 hours
// and given again. The record is written in the same PostgreSQL transaction as the effect, so no
// crash comes between them; Redis holds a copy that saves the database the trip. Answers are
// sealed at rest: they may hold tokens.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "common/base/bytes.h"
#include "common/cache/rate_limit.h"
#include "common/crypto/secret_box.h"
#include "common/db/database.h"
#include "common/http/reply.h"
#include "common/http/request.h"

class Idempotency {
  public:
    Idempotency(Database& db, const SecretBox& box, RateLimit& limits)
        : db_(db), box_(box), limits_(limits) {}

    // What a request says about itself. `cached` is the Redis key to ask for with the rate limit.
    struct Key {
        std::string scope, key, route, cached;
        Bytes fingerprint;
    };
    // Nothing when the request carries no key; a pair of quotes around it is taken off.
    static std::optional<Key> key_of(const Request& request, const std::string& who);
    // An id for what a request asks of an outside service: the same for the same key of the same
    // client and route, so that a repeated request asks the same; fresh when there is no key.
    static Uuid call_id(const Request& request);
    // Throws validation_failed for a key that is not 1..255 visible ASCII characters.
    static void check(const Key& key);

    // Runs `act` at most once for the key. `refuse` makes the reply of a failure; those that the
    // same request would meet again are kept like successes. Throws idempotency_key_reused when
    // the key came with another body, request_in_progress while the first is at work.
    Reply run(const Key& key, const std::optional<std::string>& remembered,
              const std::function<Reply()>& act,
              const std::function<Reply(const Failure&)>& refuse);

    // Likewise for what asks an outside service, which must not happen inside a transaction: the
    // key is taken before and the answer kept after. When `act` does not come to an end, or its
    // outcome is unknown, the same key may try again, and `act` must then ask the service the same.
    Reply run_outside(const Key& key, const std::optional<std::string>& remembered,
                      const std::function<Reply()>& act,
                      const std::function<Reply(const Failure&)>& refuse);

  private:
    std::optional<Reply> recall(const Key& key, const std::optional<std::string>& remembered) const;
    void cache(const Key& key);
    Reply open(const Key& key, const Bytes& fingerprint, const Bytes& sealed) const;
    Reply act_and_keep(const Key& key, const std::function<Reply()>& act,
                       const std::function<Reply(const Failure&)>& refuse);

    Database& db_;
    const SecretBox& box_;
    RateLimit& limits_;
    Bytes fresh_;  // the sealed answer of the transaction at work, for Redis after the commit
};
