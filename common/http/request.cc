#include "common/http/request.h"

#include <algorithm>

namespace {

constexpr std::pair<std::string_view, Method> methods[] = {
    {"GET", Method::get},         {"HEAD", Method::get},    {"POST", Method::post},
    {"PUT", Method::put},         {"PATCH", Method::patch}, {"DELETE", Method::remove},
    {"OPTIONS", Method::options},
};

std::string_view value_of(const std::vector<std::pair<std::string, std::string>>& pairs,
                          std::string_view name) {
    auto found = std::find_if(pairs.begin(), pairs.end(),
                              [&](const auto& pair) { return pair.first == name; });
    return found == pairs.end() ? std::string_view{} : found->second;
}

// How many dots a segment is made of, escaped or not; 0 when it is a name.
std::size_t dots(std::string_view segment) {
    if (segment.size() > 6) return 0;  // `%2e%2e`
    auto plain = percent_decode(segment);
    return plain == "." ? 1 : plain == ".." ? 2 : 0;
}

bool names_any(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(),
                       [&](auto word) { return text.find(word) != text.npos; });
}

}  // namespace

Method parse_method(std::string_view name) {
    for (auto [known, method] : methods) {
        if (known == name) return method;
    }
    return Method::other;
}

const char* name(Method method) {
    if (method == Method::get) return "GET";
    for (auto [known, one] : methods) {
        if (one == method) return known.data();
    }
    return "OTHER";
}

std::string_view Request::header(std::string_view name) const { return value_of(headers, name); }

std::string_view Request::path_value(std::string_view name) const {
    return value_of(path_values, name);
}

std::string_view Request::parameter(std::string_view name) const {
    return value_of(parameters, name);
}

Uuid Request::uuid(std::string_view name) const {
    auto id = Uuid::parse(path_value(name));
    if (!id) throw Failure(not_found);
    return *id;
}

std::string clean_path(std::string_view target) {
    std::vector<std::string_view> kept;
    bool open = false;  // ends with a slash
    for (auto segment : split(target.substr(0, target.find_first_of("?#")), '/')) {
        auto up = dots(segment);
        open = segment.empty() || up > 0;
        if (!open) kept.push_back(segment);
        if (up == 2 && !kept.empty()) kept.pop_back();
    }
    std::string path;
    for (auto segment : kept) path.append("/").append(segment);
    return open ? path + "/" : path;
}

std::optional<QueryParameters> parse_query(std::string_view query) {
    QueryParameters parameters;
    for (auto part : split(query, '&')) {
        if (part.empty()) continue;
        auto equals = part.find('=');
        auto name = percent_decode(part.substr(0, equals), true);
        auto value = percent_decode(equals == part.npos ? "" : part.substr(equals + 1), true);
        if (!name || !value || parameters.size() == 64) return std::nullopt;
        if (std::any_of(parameters.begin(), parameters.end(),
                        [&](const auto& one) { return one.first == *name; })) {
            return std::nullopt;
        }
        parameters.emplace_back(*std::move(name), *std::move(value));
    }
    return parameters;
}

Device recognise_device(std::string_view user_agent, std::string_view mobile_hint) {
    if (mobile_hint == "?1") return Device::phone;
    if (names_any(user_agent, {"TV", "Tizen", "Web0S", "webOS", "AFT", "Roku", "BRAVIA", "CrKey",
                               "AppleTV", "MAG2", "MAG3"})) {
        return Device::tv;
    }
    if (names_any(user_agent, {"iPad", "Tablet", "Kindle", "Silk/"})) return Device::tablet;
    if (names_any(user_agent, {"iPhone", "iPod", "Windows Phone", "Mobile"})) return Device::phone;
    if (names_any(user_agent, {"Android"})) return Device::tablet;
    if (names_any(user_agent, {"Windows NT", "Macintosh", "X11", "CrOS"})) return Device::desktop;
    return Device::other;
}
