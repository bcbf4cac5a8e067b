// Seals again, with the active data key, whatever older keys have sealed, so that those can be
// taken away. May be stopped and run again at any time, and several at once: each value is done in
// a transaction of its batch. Values that do not open are named and left as they are.
//
// Left out is what expires by itself within a day: answers kept for repeated requests, and sign-ins
// of a TV that are under way.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/crypto/secret_box.h"
#include "common/db/database.h"

namespace jobs {

struct SealedColumn;

class KeyRotation {
  public:
    // `batch`: values that are sealed again in one transaction.
    KeyRotation(Database& db, const SecretBox& box, std::int64_t batch = 500)
        : db_(db), box_(box), batch_(batch) {}

    struct Outcome {
        std::int64_t sealed_again = 0;
        std::vector<std::string> unreadable;  // `playlists.password_sealed <id>`
    };
    Outcome run();

    // How many values each key has sealed; key 0 is none that is known.
    struct Count {
        std::int64_t key_id = 0, number = 0;
        static constexpr auto fields() {
            return std::tuple{Field{"key_id", &Count::key_id}, Field{"number", &Count::number}};
        }
    };
    std::vector<Count> count_by_key();

  private:
    bool seal_some(const SealedColumn& column, Uuid& last, Outcome& outcome);

    Database& db_;
    const SecretBox& box_;
    std::int64_t batch_;
};

// `jobs --rotate-keys`: does it all and says how it went. Exit status 0 when everything is sealed
// with the active key, 1 when something is left.
int rotate_keys(Database& db, const SecretBox& box);

}  // namespace jobs
