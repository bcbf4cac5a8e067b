#include "workers/library/provider_url.h"

#include <algorithm>

#include "common/base/text.h"

namespace library {

namespace {

template <std::size_t count>
bool one_of(std::string_view text, const char* const (&all)[count]) {
    return std::find(std::begin(all), std::end(all), text) != std::end(all);
}

constexpr const char* username_names[] = {"username", "user", "login"};
constexpr const char* password_names[] = {"password", "pass", "pwd"};
constexpr const char* harmless_names[] = {"type", "output", "format", "lang", "country"};
constexpr const char* panel_pages[] = {"get.php", "player_api.php", "panel_api.php", "xmltv.php"};
constexpr const char* stream_kinds[] = {"live", "movie", "series", "timeshift"};

std::string decoded(std::string_view text, bool query) {
    return percent_decode(text, query).value_or(std::string{text});
}

// Takes the credentials out of a query and gives back what may be shown of it.
std::string strip_query(std::string_view query, ProviderUrl& url) {
    std::string rest;
    for (auto part : split(query, '&')) {
        auto equals = part.find('=');
        auto name = lower_ascii(part.substr(0, equals));
        auto value = equals == part.npos ? "" : decoded(part.substr(equals + 1), true);
        if (one_of(name, harmless_names)) {
            rest += (rest.empty() ? "" : "&") + std::string{part};
            url.is_file |= name == "type" && value.substr(0, 3) == "m3u";
            continue;
        }
        if (one_of(name, username_names)) url.username = value;
        if (one_of(name, password_names)) url.password = value;
    }
    return rest;
}

bool is_stream(std::string_view segment) {
    auto number = segment.substr(0, segment.find('.'));
    return !number.empty() &&
           std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// `/live/user/pass/1.ts` and `/user/pass/1`: nothing of such a path is worth showing.
std::string strip_path(std::string_view path, ProviderUrl& url) {
    auto segments = split(path.substr(1), '/');
    if (segments.size() == 4 && one_of(segments[0], stream_kinds)) {
        segments.erase(segments.begin());
    }
    if (segments.size() != 3 || !is_stream(segments[2])) return std::string{path};
    url.username = decoded(segments[0], false);
    url.password = decoded(segments[1], false);
    return "/";
}

bool ends_with(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

}  // namespace

ProviderUrl read_provider_url(std::string_view text) {
    ProviderUrl url;
    auto parts = parse_http_url(text).value();
    auto path = strip_path(parts.path, url);
    auto query = strip_query(parts.query, url);
    auto lower = lower_ascii(path);
    url.is_file |= ends_with(lower, ".m3u") || ends_with(lower, ".m3u8");
    if (!parts.user.empty()) url.username = parts.user;
    if (!parts.password.empty()) url.password = parts.password;
    url.whole =
        parts.user.empty() && parts.password.empty() && path == parts.path && query == parts.query;
    url.shown =
        url.whole ? std::string{text} : origin(parts) + path + (query.empty() ? "" : "?" + query);
    return url;
}

PanelLinks panel_links(std::string_view shown, std::string_view username,
                       std::string_view password) {
    auto parts = parse_http_url(shown).value();
    auto slash = parts.path.rfind('/');
    if (one_of(lower_ascii(parts.path.substr(slash + 1)), panel_pages)) parts.path.erase(slash);
    while (!parts.path.empty() && parts.path.back() == '/') parts.path.pop_back();
    auto base = origin(parts) + parts.path;
    auto who = "?username=" + percent_encode(username) + "&password=" + percent_encode(password);
    return {base + "/get.php" + who + "&type=m3u_plus&output=ts", base + "/player_api.php" + who,
            base + "/xmltv.php" + who};
}

}  // namespace library
