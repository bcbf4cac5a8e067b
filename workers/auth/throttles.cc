#include "workers/auth/throttles.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/crypto/digest.h"
#include "workers/auth/auth_sql.h"

namespace auth {

namespace {

std::string key_of(const Throttle& throttle, const std::string& subject) {
    return std::string{throttle.name} + ":" + subject;
}

}  // namespace

void Throttles::count(const Throttle& throttle, const std::string& subject) {
    if (admits(throttle, subject)) return;
    auto left = db_.find<std::int64_t>(sql::find_block, key_of(throttle, subject));
    throw Failure(too_many_attempts).retry_after(std::chrono::milliseconds{left.value_or(1000)});
}

bool Throttles::admits(const Throttle& throttle, const std::string& subject) {
    return db_
        .find<bool>(sql::count_attempt, key_of(throttle, subject), limit(throttle),
                    throttle.window_s, throttle.first_block_s, throttle.longest_block_s)
        .has_value();
}

void Throttles::forgive(const Throttle& throttle, const std::string& subject) {
    db_.run(sql::forgive_attempt, key_of(throttle, subject), limit(throttle));
}

void Throttles::forget(const Throttle& throttle, const std::string& subject) {
    db_.run(sql::forget_attempts, key_of(throttle, subject));
}

std::int64_t Throttles::limit(const Throttle& throttle) const {
    constexpr std::int64_t most = 2'000'000'000;  // fits the column
    return throttle.by_address ? std::min(most, throttle.limit * multiplier_) : throttle.limit;
}

std::string subject_of(const std::string& email) { return hex(sha256(lower_ascii(email))); }

}  // namespace auth
