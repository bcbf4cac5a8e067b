// Sends what waits in the outbox: each letter at least once, however often this process or the
// database goes away in between. What cannot be sent is tried again, later and later, for most of a
// day; then it is given up and the log says so.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "common/base/secret.h"
#include "common/base/uuid.h"
#include "common/db/database.h"
#include "common/mail/letters.h"

namespace jobs {

// Brings a letter out of the house; throws std::exception, whose words name no address, when it
// cannot. The id stays the same however often it is tried.
using Send = std::function<void(const Uuid& id, const Secret& mail)>;

class Delivery {
  public:
    Delivery(Database& db, const Letters& letters, Send send)
        : db_(db), letters_(letters), send_(std::move(send)) {}

    // Sends the letters that are due, up to one batch. True when more may be waiting.
    bool run();

  private:
    void deliver(const QueuedLetter& letter);
    std::optional<std::string> attempt(const QueuedLetter& letter);
    void fail(const QueuedLetter& letter, const std::string& why);

    Database& db_;
    const Letters& letters_;
    Send send_;
};

inline constexpr int most_attempts = 12;

// How long to wait after so many failed attempts: from a minute, doubling, up to six hours; and a
// fifth more or less, by `chance` in 0..1, so that letters that failed together do not return so.
std::chrono::seconds pause_after(int attempts, double chance);

}  // namespace jobs
