// All that is stored about a user, as one document that they may take with them.
#pragma once

#include "common/crypto/secret_box.h"
#include "workers/auth/exported.h"
#include "workers/auth/identity.h"

namespace auth {

class Export {
  public:
    Export(Database& db, const SecretBox& box, Throttles& throttles, Identity& identity,
           Clock clock)
        : db_(db),
          box_(box),
          throttles_(throttles),
          identity_(identity),
          clock_(std::move(clock)) {}

    Answer<Exported> all(const Request& request);

  private:
    std::vector<ExportedPlaylist> playlists(const Uuid& user);

    Database& db_;
    const SecretBox& box_;
    Throttles& throttles_;
    Identity& identity_;
    Clock clock_;
};

}  // namespace auth
