// Keeps `subscriptions` and `invoices` as Stripe has them. Nothing here depends on which event
// came: whatever moved, the row of the subscription is written anew from all that is known
// (standing.h). Part of payments.h; every function runs in its transaction.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "common/accounts/entitlements.h"
#include "common/accounts/notifications.h"
#include "common/db/database.h"
#include "common/mail/outbox.h"
#include "common/payments/inbox.h"
#include "common/payments/outcome.h"
#include "common/payments/standing.h"

// Whom and what a subscription is for, as far as it is known.
struct Terms {
    std::optional<Uuid> user, plan;
    std::optional<std::string> price;
    std::optional<Instant> gone;  // the customer was deleted then
    bool erased = false;          // with the account that it was of
    bool ended = false;           // an earlier event, which may have been thrown away, ended it
    static constexpr auto fields() {
        return std::tuple{Field{"user", &Terms::user},     Field{"plan", &Terms::plan},
                          Field{"price", &Terms::price},   Field{"gone", &Terms::gone},
                          Field{"erased", &Terms::erased}, Field{"ended", &Terms::ended}};
    }
};

class Subscriptions {
  public:
    Subscriptions(Database& db, Inbox& inbox, Outbox& outbox, Entitlements& entitlements,
                  Notifications notifications, std::chrono::days grace)
        : db_(db),
          inbox_(inbox),
          outbox_(outbox),
          entitlements_(entitlements),
          notifications_(notifications),
          grace_(grace) {}

    // Remembers whose a customer is: `user` is an id of ours that Stripe handed back, never an
    // e-mail address. The first binding stays. What waited for it becomes due.
    void bind(const std::string& customer, const std::string& user);
    // Brings one up to date with all that is known about it.
    Outcome refresh(const std::string& subscription);
    // Brings an invoice up to date, and the subscription that it is for.
    Outcome refresh_invoice(const std::string& invoice);
    // Ends all that a customer has; it was deleted at Stripe.
    Outcome forget_customer(const stripe::Event& event);
    // Three days before a trial ends.
    Outcome announce_trial_end(const stripe::Event& event);

  private:
    Outcome keep(const std::string& subscription, const Standing& standing, const Terms& terms);
    void tell_letters(const std::string& subscription, const Standing& standing, const Uuid& user);
    void post(const Uuid& user, const char* name, std::vector<Detail> parameters);
    void warn(const Uuid& user, const Occasion& occasion, Instant until);
    void warn_of_several(const Uuid& user);

    Database& db_;
    Inbox& inbox_;
    Outbox& outbox_;
    Entitlements& entitlements_;
    Notifications notifications_;
    std::chrono::days grace_;
};
