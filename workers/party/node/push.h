// What reaches people outside of rooms: the personal streams of who is connected to this node,
// their devices, and topics that they follow. The messages that belong to it are in
// push_messages.cc.
#pragma once

#include <string_view>

#include "workers/party/node/devices.h"
#include "workers/party/node/personal.h"
#include "workers/party/node/topics.h"

namespace party {

class Push {
  public:
    Push(Tools& tools, Sessions& sessions)
        : devices(tools, sessions), streams(tools, sessions, devices), topics(tools) {}

    // Of a session that Sessions knows already, and of one that it does not know any more.
    void come(Session& session) {
        streams.come(session);
        devices.come(session);
    }
    void go(Session& session) {
        topics.leave(session);
        devices.go(session);
        streams.go(session);
    }
    // What was heard on a channel that is not a room's.
    void received(std::string_view channel, std::string_view text);
    // Redis was lost and is back.
    void reconcile() { streams.reconcile(); }

    Devices devices;
    PersonalStreams streams;
    Topics topics;
};

}  // namespace party
