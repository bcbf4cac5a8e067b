#include "workers/jobs/cleaning.h"

#include "common/process/log.h"
#include "workers/jobs/cleaning_sql.h"

namespace jobs {

namespace {

constexpr const Statement* chores[] = {
    &sql::delete_sessions,        &sql::delete_account_tokens,   &sql::delete_device_logins,
    &sql::delete_throttles,       &sql::delete_idempotency_keys, &sql::delete_letters,
    &sql::delete_security_events, &sql::delete_profile_activity, &sql::delete_tombstones,
    &sql::delete_stripe_events,   &sql::delete_stripe_errands,   &sql::delete_notifications};

}  // namespace

bool Cleaning::run() {
    auto deleted = delete_some(*chores[chore_]);
    deleted_ += deleted.value_or(0);
    if (deleted == batch_) return true;
    next_chore();
    return deleted && chore_ != 0;
}

// Nothing when another process is at it.
std::optional<std::int64_t> Cleaning::delete_some(const Statement& statement) {
    return db_.transaction([&]() -> std::optional<std::int64_t> {
        if (!db_.get<bool>(sql::take_turn)) return std::nullopt;
        return db_.run(statement, batch_);
    });
}

void Cleaning::next_chore() {
    if (deleted_) {
        LogLine(Level::info, "cleaned").add("by", chores[chore_]->name).add("rows", deleted_);
    }
    deleted_ = 0;
    chore_ = (chore_ + 1) % std::size(chores);
}

}  // namespace jobs
