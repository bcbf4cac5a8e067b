#include "common/accounts/ledger.h"

#include <array>

#include "common/accounts/ledger_sql.h"

namespace sql = ledger::sql;

namespace {

constexpr std::int64_t most = 9'007'199'254'740'991;  // what a number in JSON holds exactly

constexpr std::array names{"admin_grant",  "purchase", "client_created", "client_renewed",
                           "plan_changed", "refund",   "adjustment"};

// A refund takes a purchase back, or gives back what a client cost.
const char* house_account(const Movement& movement) {
    switch (movement.why) {
        case Move::admin_grant:
        case Move::purchase:
            return "issued";
        case Move::client_created:
        case Move::client_renewed:
        case Move::plan_changed:
            return "consumed";
        case Move::refund:
            return movement.amount > 0 ? "consumed" : "issued";
        case Move::adjustment:
            break;
    }
    return "adjusted";
}

using Text = std::optional<std::string>;

}  // namespace

const char* name(Move why) { return names.at(static_cast<std::size_t>(why)); }

std::int64_t Ledger::move(const Movement& movement) {
    const auto& [user, amount, why, actor, client, description, reference, reverses] = movement;
    if (amount < -most || amount > most) throw Failure(validation_failed);
    if (amount != 0) {
        auto after = db_.find<std::int64_t>(sql::move_credits, user, amount, name(why),
                                            house_account(movement), Uuid::make(), actor, client,
                                            description, reference ? Text{reference->type} : Text{},
                                            reference ? Text{reference->id} : Text{}, reverses);
        if (after) return *after;
    }
    auto left = balance(user);
    if (amount == 0) return left;
    if (amount > 0) throw Failure(validation_failed);
    throw Failure(insufficient_credits, {{"required", -amount}, {"balance", left}});
}

std::int64_t Ledger::balance(const Uuid& user) {
    return db_.get<std::int64_t>(sql::find_balance, user);
}

std::int64_t Ledger::hold(const Uuid& user) {
    return db_.get<std::int64_t>(sql::hold_balance, user);
}
