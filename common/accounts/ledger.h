// Credits change hands here and nowhere else: a balance and the transfer that explains it are
// written by one statement, so no moment sees one without the other. Used by whoever grants, sells
// or charges credits. The tables and what they promise are in sql/migrations/0007_ledger.sql.
#pragma once

#include <optional>
#include <string>

#include "common/base/problem.h"
#include "common/base/uuid.h"
#include "common/db/database.h"

inline constexpr Problem insufficient_credits{402, "insufficient_credits"};

// Why credits move. The other side of the transfer follows from it.
enum class Move {
    admin_grant,
    purchase,
    client_created,
    client_renewed,
    plan_changed,
    refund,
    adjustment
};
const char* name(Move why);

// Something that happens once: a second transfer of the same kind for it is refused.
struct Reference {
    std::string type, id;
};

struct Movement {
    Uuid user;
    std::int64_t amount = 0;  // what the user gets; negative: gives
    Move why = Move::adjustment;
    std::optional<Uuid> actor{};   // who decided; none: a payment did
    std::optional<Uuid> client{};  // whom the user paid for
    std::string description{};     // up to 500 characters; nobody's name or address
    std::optional<Reference> reference{};
    std::optional<Uuid> reverses{};  // the transfer that this one takes back
};

class Ledger {
  public:
    // The statements `ledger::sql::all` must be among those of the database.
    explicit Ledger(Database& db) : db_(db) {}

    // The balance afterwards. In the caller's transaction, and in it before anything else that
    // locks rows: whoever moves credits of a user waits here. Nothing is written for an amount of
    // 0. Throws insufficient_credits (`required`, `balance`) rather than go below zero, not_found
    // when there is no such user, conflict when the reference or the reversed transfer had its
    // transfer.
    std::int64_t move(const Movement& movement);

    // The balance as it is. Throws not_found.
    std::int64_t balance(const Uuid& user);
    // The same, held until the end of the transaction: for who must read something else before
    // it is known what is to be paid.
    std::int64_t hold(const Uuid& user);

  private:
    Database& db_;
};
