// Sends what waits in the outbox: each letter at least once, however often this process or the
// database goes away in between. What cannot be sent is tried again, later and later, for most of a
// day; then it is given up and the log says so. What is declined for good, or would go to
// an address that takes no mail, is given up at once.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "common/db/database.h"
#include "common/mail/carrier.h"
#include "common/mail/letters.h"

namespace jobs {

class Delivery {
  public:
    Delivery(Database& db, const Letters& letters, Carrier& carrier)
        : db_(db), letters_(letters), carrier_(carrier) {}

    // Sends the letters that are due, up to one batch. True when more may be waiting.
    bool run();

  private:
    struct Trouble;
    void deliver(const QueuedLetter& letter);
    std::optional<Trouble> attempt(const QueuedLetter& letter);
    void fail(const QueuedLetter& letter, const Trouble& trouble);

    Database& db_;
    const Letters& letters_;
    Carrier& carrier_;
};

inline constexpr int most_attempts = 12;

// How long to wait after so many failed attempts: from a minute, doubling, up to six hours; and a
// fifth more or less, by `chance` in 0..1, so that letters that failed together do not return so.
std::chrono::seconds pause_after(int attempts, double chance);

}  // namespace jobs
