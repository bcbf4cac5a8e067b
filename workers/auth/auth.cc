#include "workers/auth/auth.h"

#include "common/crypto/digest.h"

namespace auth {

namespace {

constexpr std::size_t longest_user_agent = 300;  // bytes; the table counts characters

std::optional<std::string> kind_of(Device device) {
    switch (device) {
        case Device::phone:
            return "phone";
        case Device::tablet:
            return "tablet";
        case Device::tv:
            return "tv";
        case Device::desktop:
            return "desktop";
        case Device::other:
            break;
    }
    return std::nullopt;
}

std::optional<std::string> shortened(std::string_view user_agent) {
    auto text = user_agent.substr(0, longest_user_agent);
    while (!text.empty() && !valid_utf8(text)) text.remove_suffix(1);
    if (text.empty() || !printable(text)) return std::nullopt;
    return std::string{text};
}

}  // namespace

Visitor visitor_of(const Request& request, std::optional<std::string> device_name,
                   std::optional<std::string> device_type) {
    if (!device_type) device_type = kind_of(request.device);
    return {std::move(device_name), std::move(device_type), shortened(request.header("user-agent")),
            request.ip};
}

Headers cookie_for(const SignedIn& signed_in) {
    return {{"Set-Cookie", http_only_cookie("auth", signed_in.access_token, signed_in.expires_in)}};
}

Headers no_cookie() { return {{"Set-Cookie", http_only_cookie("auth", "", 0)}}; }

Secret link_token() { return Secret{base64url(random_bytes(32))}; }

std::int64_t version_of(Instant changed) {
    return std::chrono::floor<std::chrono::milliseconds>(changed).time_since_epoch().count();
}

Bytes digest_of(const Secret& token) { return sha256(token.reveal()); }

}  // namespace auth
