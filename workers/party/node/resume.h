// Coming back after a lost connection: `session:resume`.
#pragma once

#include "workers/party/node/session.h"

namespace party {

// Each stream is answered with all that was missed, or with `recovered:false` and a snapshot.
void resume(Session& session, const Incoming& message);

}  // namespace party
