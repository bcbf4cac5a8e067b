// Applies what Stripe tells, each event once, in whatever order and however often it comes: the
// billing worker as soon as an event is stored, the jobs worker what was left over. An event is
// only the occasion: the state is worked out from all events that are known about an object, so
// the same set of events ends in the same state.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "common/accounts/entitlements.h"
#include "common/db/database.h"
#include "common/mail/outbox.h"
#include "common/payments/inbox.h"
#include "common/payments/purchases.h"
#include "common/payments/subscriptions.h"

struct PaymentRules {
    std::chrono::days grace{7};  // limits stay so long after a payment failed
    std::optional<bool> live;    // whether real money counts, or play money; none: both
    Bytes card_key{};            // under which fingerprints of cards are kept; 32 bytes
};

class Payments {
  public:
    // The statements `payments::statements()` must be among those of the database.
    Payments(Database& db, Outbox& outbox, Entitlements& entitlements, Notifications notifications,
             PaymentRules rules);

    // Stores a signed event, so that it can't be lost, and applies it at once. Throws when it
    // could not be stored, and only then: what could not be applied is tried again by the jobs.
    void receive(std::string_view raw);
    // Applies a stored event that waits. Never throws; what went wrong is kept with the event.
    void apply(const std::string& id);
    // Applies those that are due, up to a batch. True when more may be waiting.
    bool apply_due();

    // A customer is not at Stripe any more, and nobody told: as if it had been told now.
    void lose_customer(const std::string& customer);

    Inbox& inbox() { return inbox_; }

  private:
    void work(const std::string& id);
    Outcome dispatch(const stripe::Event& event);
    void remember_card(const stripe::Event& event);
    void put_off(const std::string& id, const char* why);

    Database& db_;
    PaymentRules rules_;
    Inbox inbox_;
    Subscriptions subscriptions_;
    Purchases purchases_;
};

namespace payments {
// Of all files of this room and those that it uses.
std::vector<Statements> statements();
}  // namespace payments
