#include "workers/profiles/guard.h"

#include "workers/profiles/guard_sql.h"

namespace profiles {

namespace {

// One of the few attempts that a window has, taken: what is stored, and how many are left.
struct Attempt {
    std::string hash;
    std::int64_t attempts_left;
    static constexpr auto fields() {
        return std::tuple{Field{"hash", &Attempt::hash},
                          Field{"attempts_left", &Attempt::attempts_left}};
    }
};

std::chrono::milliseconds wait(const std::optional<std::int64_t>& locked_for_ms) {
    return std::chrono::milliseconds{locked_for_ms.value_or(0)};
}

}  // namespace

Asked<std::int64_t> event_at(const Request& request, const Uuid& profile, const char* event) {
    return change(sql::insert_activity, Uuid::make(), request.user, profile, event,
                  request.session.text());
}

std::optional<std::string> Guard::check_pin(const Request& request, const Uuid& profile,
                                            const Secret& pin) {
    auto [attempt, lock] =
        db_.pipeline(row<Attempt>(sql::count_pin_attempt, request.user, profile),
                     row<std::int64_t>(sql::find_pin_lock, request.user, profile));
    if (!attempt && lock) throw Failure(pin_locked).retry_after(wait(lock));
    if (!attempt) return std::nullopt;
    if (!pins_.verify(profile, pin, attempt->hash)) {
        db_.pipeline(event_at(request, profile, "pin_failed"));
        if (attempt->attempts_left == 0) db_.pipeline(event_at(request, profile, "pin_locked"));
        throw Failure(invalid_pin, {{"attempts_left", attempt->attempts_left}});
    }
    db_.run(sql::forget_pin_attempts, request.user, profile);
    return std::move(attempt->hash);
}

void Guard::check_password(const Uuid& user, const Secret& password) {
    auto [attempt, lock] = db_.pipeline(row<Attempt>(sql::count_password_attempt, user),
                                        row<std::int64_t>(sql::find_password_lock, user));
    if (!attempt) throw Failure(too_many_attempts).retry_after(wait(lock));
    if (!passwords_.verify(password, attempt->hash)) {
        throw Failure(invalid_password, {{"attempts_left", attempt->attempts_left}});
    }
    db_.run(sql::forget_password_attempts, user);
}

}  // namespace profiles
