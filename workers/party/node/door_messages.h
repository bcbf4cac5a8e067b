// Coming into a room and leaving it: messages that change where a session is, or how a room is
// found.
#pragma once

#include "workers/party/node/session.h"
#include "workers/party/room/entry.h"
#include "workers/party/room/lifecycle.h"

namespace party {

void create_room(Session& session, const Incoming& message, const Create& sent);
void enter(Session& session, const Incoming& message, const Join& sent);
void leave_room(Session& session, const Incoming& message, const Nothing& nothing);
void end_room(Session& session, const Incoming& message, const Nothing& nothing);
void invite(Session& session, const Incoming& message, const NewInvite& wanted);
void revoke_invite(Session& session, const Incoming& message, const WhichInvite& which);

// party:update {settings: {...}}
struct SettingsPatch {
    Wishes settings;
    static constexpr auto fields() {
        return std::tuple{Field{"settings", &SettingsPatch::settings}};
    }
};
void patch(Session& session, const Incoming& message, const SettingsPatch& sent);

}  // namespace party
