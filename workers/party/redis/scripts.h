// What is done in Redis in one step, for redis/rooms.h.
#pragma once

#include "common/cache/redis.h"

namespace party::script {

// KEYS: room, stream, alarms, remembered commands.
// ARGV: make or change, expected version (empty: any), epoch, ttl in s (empty: as it is), channel,
// room id; then the numbers of events, parts, alarms and answers, each followed by pairs: type and
// data, name and JSON (empty: none), kind and ms (0: none), nothing and what to remember of the
// command whose turn it is.
// Answers what became of it, version, epoch, remembered answer.
extern const Script apply;

// KEYS: room, stream. ARGV: known version, known epoch, new epoch, ttl in s, channel, then pairs of
// parts. Answers the new version, or nothing when what stands is as good.
extern const Script restore;

// KEYS: alarms. ARGV: now in ms. Takes up to 50 that are due.
extern const Script due;

// KEYS: list. ARGV: from, count. Answers rooms, newest first, and forgets those that are gone.
extern const Script list;

}  // namespace party::script
