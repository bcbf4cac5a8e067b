// Bans that outlive their party: whom the owner of a party bans stays out of all the parties that
// the owner makes (`party_bans`), until the ban is over or lifted in one of them. What a ban does
// in its party is in room/moderation.h.
#pragma once

#include "workers/party/node/session.h"
#include "workers/party/room/moderation.h"

namespace party {

void ban_member(Session& session, const Incoming& message, const Removal& wanted);
void unban_member(Session& session, const Incoming& message, const Removal& wanted);

// Puts the bans of its owner into a room that was just made. Nothing waits for it, and without the
// database the room does without.
void take_over_bans(Session& session, const std::string& room);

}  // namespace party
