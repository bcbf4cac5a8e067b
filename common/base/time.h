// Instants, always UTC. On the wire RFC 3339 with milliseconds; in PostgreSQL microseconds.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

using Instant = std::chrono::sys_time<std::chrono::microseconds>;

// Where the time comes from. `main` hands out `system_now`; a test hands out its own.
using Clock = std::function<Instant()>;
Instant system_now();

// 2024-01-15T10:30:00.000Z
std::string rfc3339(Instant instant);
// Date, `T`, time, optional fraction, `Z` or an offset; years 2000 to 2100. Else nothing.
std::optional<Instant> parse_rfc3339(std::string_view text);

// Whole seconds since 1970, for JWT claims and HTTP fields.
inline std::int64_t unix_seconds(Instant instant) {
    return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
}
inline Instant from_unix(std::int64_t seconds) { return Instant{std::chrono::seconds{seconds}}; }
