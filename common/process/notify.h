// What the process tells systemd: one datagram to $NOTIFY_SOCKET, without libsystemd. Used by the
// master in prefork and by the programs that run alone (party, jobs).
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

// Sends `READY=1`, `STOPPING=1`, `WATCHDOG=1`, `STATUS=...` (several, separated by newlines).
// False when nobody listens, which is no error: outside systemd there is no $NOTIFY_SOCKET.
bool notify_systemd(std::string_view message);

// Tells that a reload begins; `READY=1` tells that it is over.
bool notify_reloading();

// How often to send `WATCHDOG=1`: half of what the unit allows. Nothing when it has no watchdog.
std::optional<std::chrono::microseconds> watchdog_interval();
