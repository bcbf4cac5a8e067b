// What Stripe is still to be told, when nobody waits for its answer: written in the transaction of
// what it follows from, so that neither is without the other, and done by the jobs worker
// (workers/jobs/errands.h) as often as it takes. Used by whoever ends something that Stripe has.
#pragma once

#include <string>

#include "common/base/uuid.h"
#include "common/db/database.h"

class Errands {
  public:
    // The statements `errands::sql::all` must be among those of the database.
    explicit Errands(Database& db) : db_(db) {}

    // A price is not sold any more; who pays it goes on paying it.
    void archive_price(const std::string& price);
    // Ends what a user has at Stripe: pages where it could still pay, subscriptions, the customer
    // itself with its cards and addresses. In the transaction that erases the account, before it.
    void take_leave(const Uuid& user);
    // Ends a subscription that nobody has any more, and its customer.
    void cancel(const std::string& subscription, const std::string& customer);

  private:
    void add(const char* method, const std::string& path, const std::string& form = "");

    Database& db_;
};
