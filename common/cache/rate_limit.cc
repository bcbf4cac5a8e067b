#include "common/cache/rate_limit.h"

#include <arpa/inet.h>

#include <algorithm>

#include "common/cache/redis.h"

namespace {

constexpr std::size_t most_local_counts = 10'000;

// KEYS: count, session, user, entitlement, remembered answer; an empty name: not asked for.
// ARGV: limit, cost, window in ms, when the token was issued in microseconds.
// Answers revoked, limited, limit, remaining, ms until the window ends, remembered answer.
// A counter without an end is nobody's window: it is taken as absent and written anew.
const Script admission{R"lua(
local limit, cost, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
if KEYS[2] ~= '' then
  local known = redis.call('MGET', KEYS[2], KEYS[3], KEYS[4])
  if known[1] or (known[2] and tonumber(ARGV[4]) < tonumber(known[2])) then
    return {1, 0, 0, 0, 0, false}
  end
  limit = tonumber(known[3] or limit)
end
local answer = KEYS[5] ~= '' and redis.call('GET', KEYS[5])
if limit < 0 then return {0, 0, limit, 0, 0, answer} end
local rest = redis.call('PTTL', KEYS[1])
local used = rest > 0 and tonumber(redis.call('GET', KEYS[1])) or 0
if rest <= 0 then rest = window end
if used + cost > limit then return {0, 1, limit, math.max(limit - used, 0), rest, answer} end
if used > 0 then
  used = redis.call('INCRBY', KEYS[1], cost)
else
  used = cost
  redis.call('SET', KEYS[1], cost, 'PX', window)
end
return {0, 0, limit, limit - used, rest, answer}
)lua"};

std::vector<std::string> keys_of(const Visit& visit) {
    auto key = [](const char* kind, const std::optional<Uuid>& id) {
        return id ? kind + id->text() : std::string{};
    };
    return {"rl:{" + visit.who + "}", key("rv:s:", visit.session), key("rv:u:", visit.user),
            key("ent:", visit.user), visit.remembered};
}

Verdict verdict_of(const RedisReply& reply) {
    const auto& parts = reply.list;
    Verdict verdict{.redis_answered = true,
                    .revoked = parts[0].integer == 1,
                    .limited = parts[1].integer == 1,
                    .limit = parts[2].integer,
                    .remaining = parts[3].integer,
                    .reset = std::chrono::milliseconds{parts[4].integer}};
    if (parts[5].kind == RedisReply::Kind::text) verdict.answer = parts[5].text;
    return verdict;
}

}  // namespace

RateLimit::RateLimit(Redis& redis, std::chrono::seconds window, std::int64_t children, Clock clock)
    : redis_(redis),
      window_(window),
      children_(std::max<std::int64_t>(children, 1)),
      clock_(std::move(clock)) {}

Verdict RateLimit::admit(const Visit& visit) {
    std::chrono::milliseconds window = window_;
    auto issued = visit.issued.time_since_epoch().count();
    auto replies =
        redis_.ask({Redis::call(admission, keys_of(visit),
                                {std::to_string(visit.limit), std::to_string(visit.cost),
                                 std::to_string(window.count()), std::to_string(issued)})});
    // An error (Redis is loading, its memory is full) is as good as no answer.
    bool answered = replies && replies->front().list.size() == 6;
    return answered ? verdict_of(replies->front()) : admit_locally(visit);
}

bool RateLimit::remember(const std::string& key, const std::string& value,
                         std::chrono::seconds ttl) {
    auto replies = redis_.ask({{"SET", key, value, "EX", std::to_string(ttl.count())}});
    return replies && replies->front().text == "OK";
}

Verdict RateLimit::admit_locally(const Visit& visit) {
    Verdict verdict{.limit = visit.limit};
    if (visit.limit < 0) return verdict;
    auto now = clock_();
    auto share = (visit.limit + children_ - 1) / children_;
    auto& count = local_count(visit.who, now);
    verdict.limited = count.used + visit.cost > share;
    if (!verdict.limited) count.used += visit.cost;
    verdict.remaining = std::max<std::int64_t>(share - count.used, 0);
    verdict.reset = ceil<std::chrono::milliseconds>(count.ends - now);
    return verdict;
}

RateLimit::Count& RateLimit::local_count(const std::string& who, Instant now) {
    if (counts_.size() >= most_local_counts) {
        std::erase_if(counts_, [&](const auto& entry) { return entry.second.ends <= now; });
    }
    // Too many visitors at once to tell apart: start again instead of growing.
    if (counts_.size() >= most_local_counts) counts_.clear();
    auto& count = counts_[who];
    if (count.ends <= now) count = {.used = 0, .ends = now + window_};
    return count;
}

std::string normalise_ip(std::string_view address) {
    std::string text{address};
    in6_addr six{};
    in_addr four{};
    char buffer[INET6_ADDRSTRLEN];
    if (inet_pton(AF_INET, text.c_str(), &four) == 1) return text;
    if (inet_pton(AF_INET6, text.c_str(), &six) != 1) return "unknown";
    if (IN6_IS_ADDR_V4MAPPED(&six)) {
        return inet_ntop(AF_INET, six.s6_addr + 12, buffer, sizeof buffer);
    }
    std::fill(six.s6_addr + 8, six.s6_addr + 16, 0);
    return inet_ntop(AF_INET6, &six, buffer, sizeof buffer) + std::string{"/64"};
}
