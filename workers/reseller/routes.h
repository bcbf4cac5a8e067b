// All topics of the area, built and wired, and the routes that lead to them.
#pragma once

#include "common/cache/redis.h"
#include "common/http/route.h"
#include "workers/reseller/books.h"
#include "workers/reseller/bulk_sale.h"
#include "workers/reseller/clients.h"
#include "workers/reseller/sales.h"

namespace reseller {

// What operators decide.
struct Rules {
    std::int64_t limit_multiplier = 1;
    std::int64_t hash_threads = 1;
    std::chrono::seconds access_lifetime{900};
};

class Reseller {
  public:
    // What is handed in must outlive the object.
    Reseller(Database& db, Redis& redis, const SecretBox& box, const Passwords& passwords,
             const Messages& messages, const Rules& rules, const Clock& clock = system_now)
        : clients(db, box, Revocations{redis}, passwords, rules.access_lifetime, clock),
          sales(db, box,
                Entitlements{db, Revocations{redis}, rules.limit_multiplier, rules.access_lifetime},
                Notifications{db, redis, messages}, passwords),
          bulk(db, box, HashCrew{passwords, rules.hash_threads}),
          books(db) {}
    Reseller(const Reseller&) = delete;
    Reseller& operator=(const Reseller&) = delete;

    Clients clients;
    Sales sales;
    BulkSale bulk;
    Books books;
};

// The statements of all topics, for the database that `Reseller` is given.
std::vector<Statements> statements();

Routes routes(Reseller& reseller);

}  // namespace reseller
