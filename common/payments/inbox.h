// Events of Stripe as they came, each stored once, before anything is done with it. The billing
// worker puts in what arrives, the jobs worker what it fetched; payments.h applies it. What becomes
// of a row is said in sql/migrations/0008_billing.sql.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/bytes.h"
#include "common/db/database.h"
#include "common/json/json.h"
#include "common/stripe/wire.h"

// A row of the inbox.
struct StoredEvent {
    std::string id;
    std::int64_t arrival = 0;
    Instant received_at;
    Bytes raw;
    static constexpr auto fields() {
        return std::tuple{Field{"id", &StoredEvent::id}, Field{"arrival", &StoredEvent::arrival},
                          Field{"received_at", &StoredEvent::received_at},
                          Field{"raw", &StoredEvent::raw}};
    }
};

// What was known about an object before Stripe was asked about it, and then how the call went:
// its idempotency key, and when the answer was true, by Stripe's clock.
struct Inquiry {
    Instant newest;
    std::int64_t arrival = 0;
    std::string call{};
    std::optional<Instant> answered{};
    static constexpr auto fields() {
        return std::tuple{Field{"newest", &Inquiry::newest}, Field{"arrival", &Inquiry::arrival}};
    }
};

class Inbox {
  public:
    // The statements `inbox::sql::all` must be among those of the database.
    explicit Inbox(Database& db) : db_(db) {}

    // Keeps an event and returns its id; one that is there already stays as it is. What is signed
    // and yet no event is kept as failed, for people to look at.
    std::string take(std::string_view raw);
    // What is known about an object: to be asked before Stripe is.
    Inquiry before_asking(const std::string& object);
    // Keeps what Stripe answered about one of its objects, as an event of our own that is merged
    // with the others by the same rules: it comes after all that had happened when Stripe answered,
    // also where the events of that come later, and before all that happened since. No clock of
    // ours is involved, which may differ from Stripe's.
    std::string take_answer(const JsonValue& object, const std::string& type, const Inquiry& asked);

    // Those that are to be tried now, up to so many; each counts as tried, and is tried again later
    // if nothing comes of it. Those that were tried too often are given up.
    std::vector<std::string> claim_due(std::int64_t most);
    // All that is known about an object, the newest first.
    std::vector<stripe::Event> about(const std::string& object);

  private:
    Database& db_;
};

// An event from its row; nothing when it cannot be read.
std::optional<stripe::Event> read_stored(const StoredEvent& row);
