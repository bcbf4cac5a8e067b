#include "workers/party/node/credentials.h"

#include <algorithm>
#include <utility>

#include "common/base/text.h"

namespace party {

namespace {

constexpr std::string_view bearer_prefix = "bearer.";

std::string cookie(std::string_view header, std::string_view wanted) {
    for (auto part : split(header, ';')) {
        part = trim(part);
        auto equals = part.find('=');
        if (equals != part.npos && part.substr(0, equals) == wanted) {
            return std::string(part.substr(equals + 1));
        }
    }
    return {};
}

}  // namespace

std::string parameter(const Upgrade& upgrade, std::string_view name) {
    for (const auto& [key, value] : upgrade.query) {
        if (key == name) return value;
    }
    return {};
}

std::string token_of(const Upgrade& upgrade) {
    for (const auto& one : upgrade.protocols) {
        if (one.starts_with(bearer_prefix)) return one.substr(bearer_prefix.size());
    }
    if (auto token = parameter(upgrade, "token"); !token.empty()) return token;
    if (lower_ascii(upgrade.authorization.substr(0, 7)) == "bearer ") {
        return std::string(trim(upgrade.authorization.substr(7)));
    }
    return cookie(upgrade.cookie, "auth");
}

bool offers_protocol(const Upgrade& upgrade) {
    return std::find(upgrade.protocols.begin(), upgrade.protocols.end(), subprotocol) !=
           upgrade.protocols.end();
}

std::string device_type(std::string_view agent) {
    auto lower = lower_ascii(agent);
    for (auto [word, type] : {std::pair{"smart-tv", "tv"},
                              {"tizen", "tv"},
                              {"webos", "tv"},
                              {"android tv", "tv"},
                              {"aftt", "tv"},
                              {"roku", "tv"},
                              {"ipad", "tablet"},
                              {"iphone", "phone"},
                              {"mobile", "phone"},
                              {"android", "tablet"},
                              {"mozilla", "desktop"}}) {
        if (lower.find(word) != lower.npos) return type;
    }
    return "other";
}

}  // namespace party
