// How often one user may do what is dear, over all connections and nodes: a bucket of tokens in
// Redis (`p:pace:<what>:{<user>}`).
#pragma once

#include <functional>

#include "workers/party/node/session.h"

namespace party {

inline constexpr Allowance parties_made{3, 6.0 / 3600}, parties_joined{5, 5.0 / 60};

// Calls `go` now or later, or refuses the message with `rate_limited`. Without Redis `go` is
// called: what it does needs Redis itself. Not when the session is gone by then.
void at_shared_pace(Session& session, const Incoming& message, const char* what,
                    const Allowance& allowed, std::function<void(Session&, const Incoming&)> go);

}  // namespace party
