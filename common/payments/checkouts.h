// Begins purchases at Stripe's checkout pages: subscriptions for billing, credits for resellers. A
// purchase is a row before Stripe is asked, so that whatever becomes of the call, one page comes of
// it: the row's id is the idempotency key, and what is sent is kept in it. Never inside a
// transaction of the caller. What happens on the page comes back as events (payments.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/problem.h"
#include "common/base/time.h"
#include "common/base/uuid.h"
#include "common/db/database.h"
#include "common/stripe/stripe.h"

inline constexpr Problem already_subscribed{409, "already_subscribed"};
inline constexpr Problem payment_refused{422, "payment_refused"};

// Where the page leads afterwards. The success address may hold {CHECKOUT_SESSION_ID}.
struct Returns {
    std::string success_url, cancel_url;
};

// A page where somebody can pay now.
struct CheckoutPage {
    std::string checkout_url, session_id;
    static constexpr auto fields() {
        return std::tuple{Field{"checkout_url", &CheckoutPage::checkout_url},
                          Field{"session_id", &CheckoutPage::session_id}};
    }
};

struct CreditOffer {
    std::int64_t credits = 0, price_cents = 0;
    std::string currency, name;  // the name is shown on the page
};

// Whether an address belongs to one of our own sites: its origin, scheme, host and port, is exactly
// one of these, and it carries no credentials.
bool returns_to(std::string_view url, const std::vector<std::string>& origins);
// Throws validation_failed that names each of the two that does not.
void check_returns(const Returns& returns, const std::vector<std::string>& origins);

// A row of `checkout_sessions`.
struct CheckoutRow {
    Uuid id;
    std::string kind, state, form, returns;
    std::optional<Uuid> plan;
    std::optional<std::string> session, url;
    bool busy = false;  // somebody is asking Stripe right now
    static constexpr auto fields() {
        return std::tuple{Field{"id", &CheckoutRow::id},
                          Field{"kind", &CheckoutRow::kind},
                          Field{"state", &CheckoutRow::state},
                          Field{"form", &CheckoutRow::form},
                          Field{"returns", &CheckoutRow::returns},
                          Field{"plan_id", &CheckoutRow::plan},
                          Field{"stripe_session_id", &CheckoutRow::session},
                          Field{"url", &CheckoutRow::url},
                          Field{"busy", &CheckoutRow::busy}};
    }
};

class Checkouts {
  public:
    // The statements `checkouts::sql::all` must be among those of the database.
    Checkouts(Database& db, Stripe& stripe, std::int64_t trial_days)
        : db_(db), stripe_(stripe), trial_days_(trial_days) {}

    // A user has one page for subscribing at a time: the same again while it is the same plan, else
    // the former is closed. Throws validation_failed for a price that no plan on sale has,
    // already_subscribed, request_in_progress, payment_refused, unavailable.
    CheckoutPage subscribe(const Uuid& user, const std::string& price_id, const Returns& returns);
    // `purchase` makes repeated calls one; see Idempotency::call_id.
    CheckoutPage buy_credits(const Uuid& purchase, const Uuid& user, const CreditOffer& offer,
                             const Returns& returns);

  private:
    struct Buyer;
    // Throws StripeRefusal when there is to be another try.
    CheckoutPage find_page(const Uuid& user, const std::string& price_id, const Returns& returns);
    CheckoutRow begin(const Uuid& user, const std::string& price_id, const Returns& returns);
    CheckoutRow insert(const Uuid& user, const Buyer& buyer, const std::string& price_id,
                       const Returns& returns);
    CheckoutPage open(const CheckoutRow& row);
    JsonValue ask(const CheckoutRow& row);
    void close(const CheckoutRow& row);

    Database& db_;
    Stripe& stripe_;
    std::int64_t trial_days_;
};
