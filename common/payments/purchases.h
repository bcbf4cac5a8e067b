// What is bought by card once, such as credits: handed over when it is paid, exactly once, and
// taken back when the money goes back. Part of payments.h; every function runs in its transaction.
#pragma once

#include <optional>
#include <string>

#include "common/accounts/ledger.h"
#include "common/db/database.h"
#include "common/payments/outcome.h"
#include "common/payments/subscriptions.h"
#include "common/stripe/wire.h"

class Purchases {
  public:
    Purchases(Database& db, Subscriptions& subscriptions)
        : db_(db), subscriptions_(subscriptions), ledger_(db) {}

    // A checkout was completed, or paid later.
    Outcome complete(const stripe::Checkout& checkout);
    Outcome close(const stripe::Checkout& checkout);  // nothing came of it
    Outcome keep_charge(const stripe::Charge& charge);
    Outcome keep_dispute(const stripe::Dispute& dispute, Instant at);

  private:
    Outcome hand_over(const stripe::Checkout& checkout);
    Outcome settle(const std::string& payment_intent);

    Database& db_;
    Subscriptions& subscriptions_;
    Ledger ledger_;
};
