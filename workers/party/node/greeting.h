// The first message on a connection, and the token by which a client comes back as who it was.
#pragma once

#include <optional>
#include <string>

#include "common/crypto/secret_box.h"
#include "workers/party/room/change.h"

namespace party {

// The data of `hello`. `room`: in which this person has a seat; empty: none.
std::string hello(const Person& person, const std::string& session, const std::string& room,
                  const std::string& node, Millis now, const SecretBox& box);

// The device that a session had, by the resume token of its `hello`. Nothing when the token is not
// one of ours for this session and user.
std::optional<std::string> resumed_device(const std::string& token, const std::string& session,
                                          const std::string& user, const SecretBox& box);

}  // namespace party
