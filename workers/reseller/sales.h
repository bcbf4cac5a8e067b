// What costs credits: a new client, more months, another plan. Each is one transaction that begins
// with the reseller's balance, so that those of one reseller wait for each other in the same order.
#pragma once

#include "common/accounts/entitlements.h"
#include "common/accounts/ledger.h"
#include "common/accounts/new_account.h"
#include "common/accounts/notifications.h"
#include "common/crypto/password.h"
#include "common/http/reply.h"
#include "common/http/request.h"
#include "common/mail/outbox.h"
#include "workers/reseller/reseller.h"

namespace reseller {

struct NewClient {
    std::string email;
    Secret password;
    std::string full_name, plan_stripe_price_id;
    std::optional<std::int64_t> months;  // 1 when not said
    std::optional<std::string> language;
    static constexpr auto fields() {
        return std::tuple{
            Field{"email", &NewClient::email, Email{}},
            Field{"password", &NewClient::password, password_length},
            Field{"full_name", &NewClient::full_name, name_length, not_blank},
            Field{"plan_stripe_price_id", &NewClient::plan_stripe_price_id, price_id_length},
            Field{"months", &NewClient::months, sold_months},
            Field{"language", &NewClient::language, language_codes}};
    }
};

struct Renewal {
    std::int64_t months = 1;
    static constexpr auto fields() {
        return std::tuple{Field{"months", &Renewal::months, sold_months}};
    }
};

struct PlanChange {
    std::string plan_stripe_price_id;
    static constexpr auto fields() {
        return std::tuple{
            Field{"plan_stripe_price_id", &PlanChange::plan_stripe_price_id, price_id_length}};
    }
};

// Where a sale ends: the plan, for so long, at that price.
struct Sale {
    Uuid plan;
    std::string code;
    std::int64_t months, price;
};

// The words that the ledger keeps of it, the same in every language: `basic × 3`.
std::string line_of(const std::string& plan, std::int64_t months);

// Turns what was bought into a client; for one and for many.
class Opening {
  public:
    Opening(Database& db, const SecretBox& box)
        : db_(db), ledger_(db), accounts_(db), outbox_(db, box) {}

    // In the caller's transaction. Throws insufficient_credits, email_taken.
    Charged open(const Request& request, const NewClient& wanted, const Sale& sale,
                 const std::string& password_hash);

  private:
    Database& db_;
    Ledger ledger_;
    Accounts accounts_;
    Outbox outbox_;
};

class Sales {
  public:
    Sales(Database& db, const SecretBox& box, Entitlements entitlements,
          Notifications notifications, Passwords passwords)
        : db_(db),
          ledger_(db),
          opening_(db, box),
          entitlements_(entitlements),
          notifications_(notifications),
          passwords_(passwords) {}

    Created<Charged> create(const Request& request, const NewClient& wanted);
    Charged renew(const Request& request, const Renewal& renewal);
    Charged change_plan(const Request& request, const PlanChange& wanted);

  private:
    struct Terms;
    Terms terms(const Request& request);
    Charged charge(const Request& request, std::int64_t price, Move why, const std::string& line);
    Client settled(const Request& request, const Uuid& client);

    Database& db_;
    Ledger ledger_;
    Opening opening_;
    Entitlements entitlements_;
    Notifications notifications_;
    Passwords passwords_;
};

}  // namespace reseller
