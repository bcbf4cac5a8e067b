// Compares what we know with what Stripe knows, and puts right what differs: events that never came
// are fetched every hour, each subscription that lives is looked up once a day, and at once where
// only Stripe can tell what holds. Needs a key. What it learns goes through the same inbox as the
// webhooks, so it can't contradict them.
#pragma once

#include <optional>
#include <string>

#include "common/payments/payments.h"
#include "common/stripe/stripe.h"

namespace jobs {

class Reconciliation {
  public:
    Reconciliation(Database& db, Stripe& stripe, Payments& payments)
        : db_(db), stripe_(stripe), payments_(payments) {}

    // Fetches a page of the events since the last time, the first time of three days. True while
    // there is more.
    bool fetch_events();
    // Looks up one subscription. True while others are waiting.
    bool compare();

  private:
    void look_up(const std::string& subscription);
    bool end_shared_trial();

    Database& db_;
    Stripe& stripe_;
    Payments& payments_;
    std::optional<Instant> since_;  // of the events that are there; none yet
    std::optional<Instant> began_;  // when the fetching under way began
    std::string last_;              // event of the page before
};

}  // namespace jobs
