// What members say that changes nothing in the room.
#pragma once

#include "workers/party/node/session.h"
#include "workers/party/room/chat.h"

namespace party {

void emote(Session& session, const Incoming& message, const Emote& sent);
void typing(Session& session, const Incoming& message, const Typing& sent);
// Copies the message for the moderators.
void report_message(Session& session, const Incoming& message, const ReportMessage& sent);

}  // namespace party
