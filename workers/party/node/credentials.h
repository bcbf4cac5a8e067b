// What a client brings along when it wants to come in: its token, where it may stand, and its
// device.
#pragma once

#include <string>
#include <string_view>

#include "workers/party/socket/server.h"

namespace party {

inline constexpr std::string_view subprotocol = "syncstream.v1";

// A parameter of the address; empty when it is not there.
std::string parameter(const Upgrade& upgrade, std::string_view name);
// From the subprotocol, the address, the header or the cookie: whatever a client can send.
std::string token_of(const Upgrade& upgrade);
bool offers_protocol(const Upgrade& upgrade);
// phone, tablet, tv, desktop or other, by the name of the program.
std::string device_type(std::string_view agent);

}  // namespace party
