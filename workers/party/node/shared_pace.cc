#include "workers/party/node/shared_pace.h"

#include "workers/party/node/tools.h"

namespace party {

namespace {

// 0, or the ms until there is a token again.
const Script take_token{R"lua(
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local burst, per_ms = tonumber(ARGV[1]), tonumber(ARGV[2])
local known = redis.call('HMGET', KEYS[1], 'spent', 'at')
local passed = now - tonumber(known[2] or now)
local spent = math.max(0, tonumber(known[1] or 0) - passed * per_ms) + 1
if spent > burst then return math.ceil((spent - burst) / per_ms) end
redis.call('HSET', KEYS[1], 'spent', tostring(spent), 'at', now)
redis.call('PEXPIRE', KEYS[1], math.ceil(spent / per_ms))
return 0
)lua"};

}  // namespace

void at_shared_pace(Session& session, const Incoming& message, const char* what,
                    const Allowance& allowed, std::function<void(Session&, const Incoming&)> go) {
    auto multiplier = session.tools().rules.rate_multiplier;
    session.tools().redis.run(
        take_token, {"p:pace:" + std::string(what) + ":{" + session.person().user + "}"},
        {std::to_string(allowed.burst * multiplier),
         std::to_string(allowed.per_s * multiplier / 1000)},
        [self = session.self(), to = message, go = std::move(go)](auto reply) {
            if (!*self) return;
            std::chrono::milliseconds wait{reply ? reply->integer : 0};
            if (wait.count() == 0) return go(**self, to);
            (*self)->fail(to, Failure(rate_limited).retry_after(wait));
        });
}

}  // namespace party
