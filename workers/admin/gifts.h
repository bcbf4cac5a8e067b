// What admins give and take: time on a plan, and credits.
#pragma once

#include "common/accounts/entitlements.h"
#include "common/accounts/ledger.h"
#include "common/accounts/notifications.h"
#include "common/http/reply.h"
#include "common/http/route.h"
#include "workers/admin/admin.h"

namespace admin {

struct NewSubscription {
    Uuid plan_id;
    std::optional<Instant> until;  // none: without end
    std::optional<std::string> reason;
    static constexpr auto fields() {
        return std::tuple{Field{"plan_id", &NewSubscription::plan_id},
                          Field{"until", &NewSubscription::until},
                          Field{"reason", &NewSubscription::reason, Length{0, 500}}};
    }
};

inline constexpr std::int64_t most_credits = 1'000'000'000;  // at once

// A whole number that does something.
struct NotZero {};
inline void check_rule(const NotZero&, std::int64_t number, Faults& faults) {
    if (number == 0) faults.add("field_not_zero");
}
inline void describe_rule(JsonWriter& writer, const NotZero&) {
    writer.key("not");
    writer.raw(R"({"const":0})");
}

// A negative amount takes.
struct NewCredits {
    Uuid user_id;
    std::int64_t amount = 0;
    std::optional<std::string> description;
    static constexpr auto fields() {
        return std::tuple{
            Field{"user_id", &NewCredits::user_id},
            Field{"amount", &NewCredits::amount, Range{-most_credits, most_credits}, NotZero{}},
            Field{"description", &NewCredits::description, Length{0, 500}}};
    }
};

struct Credited {
    Uuid user_id;
    std::int64_t credits_balance = 0;
    Transaction transaction;
    static constexpr auto fields() {
        return std::tuple{Field{"user_id", &Credited::user_id},
                          Field{"credits_balance", &Credited::credits_balance},
                          Field{"transaction", &Credited::transaction}};
    }
};

class Gifts {
  public:
    Gifts(Database& db, Entitlements entitlements, Notifications notifications, Clock clock)
        : db_(db),
          audit_(db),
          ledger_(db),
          entitlements_(entitlements),
          notifications_(notifications),
          clock_(std::move(clock)) {}

    // Takes the place of what an admin gave before; what was bought stays, and the dearest counts.
    Subscription subscribe(const Request& request, const NewSubscription& wanted);
    Credited credit(const Request& request, const NewCredits& wanted);

  private:
    Database& db_;
    Audit audit_;
    Ledger ledger_;
    Entitlements entitlements_;
    Notifications notifications_;
    Clock clock_;
};

}  // namespace admin
