// What a reseller's credits did: the figures of the dashboard, the transactions as a list and as a
// file, and what can be bought.
#pragma once

#include <variant>

#include "common/db/database.h"
#include "common/http/reply.h"
#include "common/http/request.h"
#include "common/http/route.h"
#include "workers/reseller/reseller.h"

namespace reseller {

struct Dashboard {
    std::int64_t credits_balance = 0, total_clients = 0, active_clients = 0, suspended_clients = 0,
                 expired_clients = 0, credits_spent_30d = 0, clients_created_30d = 0,
                 expiring_7d = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"credits_balance", &Dashboard::credits_balance},
                          Field{"total_clients", &Dashboard::total_clients},
                          Field{"active_clients", &Dashboard::active_clients},
                          Field{"suspended_clients", &Dashboard::suspended_clients},
                          Field{"expired_clients", &Dashboard::expired_clients},
                          Field{"credits_spent_30d", &Dashboard::credits_spent_30d},
                          Field{"clients_created_30d", &Dashboard::clients_created_30d},
                          Field{"expiring_7d", &Dashboard::expiring_7d}};
    }
};

inline constexpr OneOf transaction_types{"admin_grant",    "purchase",     "client_created",
                                         "client_renewed", "plan_changed", "refund",
                                         "adjustment"};

// `amount` is what the balance gained; negative: what it lost.
struct Transaction {
    Uuid id;
    std::string type;
    std::int64_t amount = 0, balance_after = 0;
    std::string description;
    std::optional<Uuid> client_id;
    std::optional<std::string> client_email;  // while the client exists
    Instant created_at;
    static constexpr const char* singular = "transaction";
    static constexpr const char* plural = "transactions";
    static constexpr auto fields() {
        return std::tuple{Field{"id", &Transaction::id},
                          Field{"type", &Transaction::type, transaction_types},
                          Field{"amount", &Transaction::amount},
                          Field{"balance_after", &Transaction::balance_after},
                          Field{"description", &Transaction::description},
                          Field{"client_id", &Transaction::client_id, Full{}},
                          Field{"client_email", &Transaction::client_email},
                          Field{"created_at", &Transaction::created_at}};
    }
};

// A date (which counts whole, in UTC), or an instant.
bool day_or_instant(std::string_view text);

struct TransactionQuery {
    std::int64_t page = 1;
    std::optional<std::int64_t> limit;  // not said: 20, in a file all
    std::optional<std::string> type, from, to, format;
    static constexpr Shape moment{day_or_instant, "^\\d{4}-\\d{2}-\\d{2}(T.+)?$", "field_time"};
    static constexpr auto fields() {
        return std::tuple{Field{"page", &TransactionQuery::page, Paging::pages},
                          Field{"limit", &TransactionQuery::limit, Paging::limits},
                          Field{"type", &TransactionQuery::type, transaction_types},
                          Field{"from", &TransactionQuery::from, moment},
                          Field{"to", &TransactionQuery::to, moment},
                          Field{"format", &TransactionQuery::format, OneOf{"json", "csv"}}};
    }
};

// Credits that can be bought by card.
struct Package {
    Uuid id;
    std::string code;
    std::int64_t credits = 0;
    Cents price;
    std::string currency;
    static constexpr const char* singular = "package";
    static constexpr const char* plural = "packages";
    static constexpr auto fields() {
        return std::tuple{Field{"id", &Package::id}, Field{"code", &Package::code},
                          Field{"credits", &Package::credits}, Field{"price", &Package::price},
                          Field{"currency", &Package::currency}};
    }
};

class Books {
  public:
    explicit Books(Database& db) : db_(db) {}

    Dashboard dashboard(const Request& request);
    std::variant<Page<Transaction>, Text> transactions(const Request& request,
                                                       const FromQuery<TransactionQuery>& query);
    std::vector<Package> packages(const Request& request);

  private:
    Database& db_;
};

}  // namespace reseller
