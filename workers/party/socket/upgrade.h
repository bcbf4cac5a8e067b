// The HTTP side of an upgrade: what a request asks for, and how it is refused. The sockets read and
// write the bytes.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <variant>

#include "workers/party/socket/server.h"

namespace party {

struct RequestHead {
    std::string_view method, target;
    bool upgrade;                                              // asks for `websocket`, by HTTP/1.1
    std::function<std::string(std::string_view name)> header;  // empty: none was sent
};

// The upgrade, with the address of X-Real-IP, or why there is none (RFC 6455 section 4.2.1).
std::variant<Upgrade, Admission> read_upgrade(const RequestHead& head);

// Problems before there is anything to decide about.
Admission not_http();                             // 400
Admission too_long();                             // 431
Admission broken();                               // 500
Admission undecided();                            // 503
std::string refusal(const Admission& admission);  // the whole HTTP answer

}  // namespace party
