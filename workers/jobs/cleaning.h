// Deletes what has expired: sessions, links, codes, counters, answers kept for repeated requests,
// letters that have left, old events, and what tells devices of deletions. In batches, by one
// process at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "common/db/database.h"

namespace jobs {

class Cleaning {
  public:
    // `batch`: rows that are deleted in one transaction.
    explicit Cleaning(Database& db, std::int64_t batch = 1000) : db_(db), batch_(batch) {}

    // Deletes one batch. True while there is more to do; false when all is clean, or when another
    // process is at it.
    bool run();

  private:
    std::optional<std::int64_t> delete_some(const Statement& statement);
    void next_chore();

    Database& db_;
    std::int64_t batch_;
    std::size_t chore_ = 0;     // in the list of what there is to delete
    std::int64_t deleted_ = 0;  // by this chore so far
};

}  // namespace jobs
