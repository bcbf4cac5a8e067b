// All topics of the area, built and wired, and the routes that lead to them.
#pragma once

#include "common/cache/redis.h"
#include "common/http/route.h"
#include "workers/admin/gifts.h"
#include "workers/admin/people.h"
#include "workers/admin/plans.h"
#include "workers/admin/records.h"

namespace admin {

// What operators decide.
struct Rules {
    std::int64_t limit_multiplier = 1;
    std::chrono::seconds access_lifetime{900};
};

class Admin {
  public:
    // What is handed in must outlive the object.
    Admin(Database& db, Redis& redis, Stripe& stripe, const Messages& messages, const Rules& rules,
          const Clock& clock = system_now)
        : people(db, Revocations{redis}, rules.access_lifetime, clock),
          gifts(db,
                Entitlements{db, Revocations{redis}, rules.limit_multiplier, rules.access_lifetime},
                Notifications{db, redis, messages}, clock),
          plans(db, stripe),
          records(db) {}
    Admin(const Admin&) = delete;
    Admin& operator=(const Admin&) = delete;

    People people;
    Gifts gifts;
    Plans plans;
    Records records;
};

// The statements of all topics, for the database that `Admin` is given.
std::vector<Statements> statements();

Routes routes(Admin& admin);

}  // namespace admin
