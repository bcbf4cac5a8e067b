// Up to 500 new clients in one request: all of them or none, or those that can be.
#pragma once

#include "common/json/read.h"
#include "workers/reseller/hashing.h"
#include "workers/reseller/sales.h"

namespace reseller {

struct NewClients {
    std::vector<Lenient<NewClient>> clients;
    std::optional<std::string> mode;  // `all` when not said
    static constexpr auto fields() {
        return std::tuple{Field{"clients", &NewClients::clients, Entries{1, 500}},
                          Field{"mode", &NewClients::mode, OneOf{"all", "partial"}}};
    }
};

struct Rejection {
    std::string code;
    FieldFaults fields_at_fault;  // of validation
    static constexpr auto fields() {
        return std::tuple{Field{"code", &Rejection::code},
                          Field{"fields", &Rejection::fields_at_fault}};
    }
};

// What came of one of them, by its place in the request.
struct BulkResult {
    std::int64_t index = 0;
    std::string email, status;
    std::optional<Uuid> client_id;
    std::optional<Rejection> error;
    static constexpr auto fields() {
        return std::tuple{Field{"index", &BulkResult::index}, Field{"email", &BulkResult::email},
                          Field{"status", &BulkResult::status, OneOf{"created", "rejected"}},
                          Field{"client_id", &BulkResult::client_id},
                          Field{"error", &BulkResult::error}};
    }
};

struct BulkOutcome {
    std::vector<Client> clients;  // those that were created
    std::vector<BulkResult> results;
    std::int64_t created = 0, rejected = 0, credits_charged = 0, credits_balance = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"clients", &BulkOutcome::clients},
                          Field{"results", &BulkOutcome::results},
                          Field{"created", &BulkOutcome::created},
                          Field{"rejected", &BulkOutcome::rejected},
                          Field{"credits_charged", &BulkOutcome::credits_charged},
                          Field{"credits_balance", &BulkOutcome::credits_balance}};
    }
};

class BulkSale {
  public:
    BulkSale(Database& db, const SecretBox& box, HashCrew crew)
        : db_(db), ledger_(db), opening_(db, box), crew_(crew) {}

    Answer<BulkOutcome> create(const Request& request, const NewClients& wanted);

  private:
    struct Item;
    using Items = std::vector<Item>;
    void price(Items& items);
    void refuse_taken(Items& items);
    void refuse_unpaid(Items& items, std::int64_t balance, bool all);
    void hash(Items& items);
    void open(const Request& request, Items& items, bool all);

    Database& db_;
    Ledger ledger_;
    Opening opening_;
    HashCrew crew_;
};

}  // namespace reseller
