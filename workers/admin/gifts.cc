#include "workers/admin/gifts.h"

#include "workers/admin/admin_sql.h"

namespace admin {

namespace {

// A gift and a balance as the audit log keeps them.
struct Gift {
    std::string plan;
    std::optional<Instant> until;
    std::optional<std::string> reason;
    static constexpr auto fields() {
        return std::tuple{Field{"plan", &Gift::plan}, Field{"until", &Gift::until},
                          Field{"reason", &Gift::reason}};
    }
};
struct Former {
    std::string plan;
    std::optional<Instant> until;
    static constexpr auto fields() {
        return std::tuple{Field{"plan", &Former::plan}, Field{"until", &Former::until}};
    }
};
struct Balance {
    std::int64_t credits_balance;
    static constexpr auto fields() {
        return std::tuple{Field{"credits_balance", &Balance::credits_balance}};
    }
};
struct NewBalance {
    std::int64_t credits_balance, amount;
    std::string description;
    static constexpr auto fields() {
        return std::tuple{Field{"credits_balance", &NewBalance::credits_balance},
                          Field{"amount", &NewBalance::amount},
                          Field{"description", &NewBalance::description}};
    }
};

// Of the account, for `lock_user`; only that it is there matters.
struct Held {
    std::string email;
    static constexpr auto fields() { return std::tuple{Field{"email", &Held::email}}; }
};

[[noreturn]] void refuse(const char* field, const char* key) {
    throw Failure(validation_failed).with_faults({{field, key, {}}});
}

}  // namespace

Subscription Gifts::subscribe(const Request& request, const NewSubscription& wanted) {
    if (wanted.until && *wanted.until <= clock_()) refuse("until", "field_future");
    auto user = request.uuid("id");
    return db_.transaction([&] {
        db_.get<Held>(sql::lock_user, user);
        auto plan = entitlements_.of(user).value().plan_code;
        auto former = db_.list<Former>(sql::end_manual, user);
        auto id = Uuid::make();
        if (db_.run(sql::insert_manual, id, user, wanted.plan_id, wanted.until) == 0) {
            refuse("plan_id", "plan_unknown");
        }
        auto given = db_.get<Subscription>(sql::find_subscription, id);
        auto line = deed(request, "subscription_given", "user", user.text());
        if (!former.empty()) line.before = json_of(former.front());
        line.after = json_of(Gift{given.plan, wanted.until, wanted.reason});
        audit_.note(line);
        notifications_.compare_plan(user, plan);
        db_.after_commit([this, user] { entitlements_.changed(user); });
        return given;
    });
}

Credited Gifts::credit(const Request& request, const NewCredits& wanted) {
    auto description = std::string{trim(wanted.description.value_or(""))};
    return db_.transaction([&] {
        auto balance =
            ledger_.move({.user = wanted.user_id,
                          .amount = wanted.amount,
                          .why = wanted.amount > 0 ? Move::admin_grant : Move::adjustment,
                          .actor = request.user,
                          .description = description});
        auto line = deed(request, "credits_moved", "user", wanted.user_id.text());
        line.before = json_of(Balance{balance - wanted.amount});
        line.after = json_of(NewBalance{balance, wanted.amount, description});
        audit_.note(line);
        constexpr std::int64_t newest = 1;  // the balance is held, so nobody's came after it
        return Credited{wanted.user_id, balance,
                        db_.get<Transaction>(sql::list_ledger, wanted.user_id, newest)};
    });
}

}  // namespace admin
