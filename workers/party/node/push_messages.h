// The messages of clients about what is theirs on all devices: playback, devices, notifications,
// topics. Lines of the table in messages.cc.
#pragma once

namespace party {

struct Incoming;
class Session;

void playback_update(Session& session, const Incoming& message);
void device_list(Session& session, const Incoming& message);
void device_command(Session& session, const Incoming& message);
void device_ack(Session& session, const Incoming& message);
void notify_read(Session& session, const Incoming& message);
void sub_add(Session& session, const Incoming& message);
void sub_remove(Session& session, const Incoming& message);

}  // namespace party
