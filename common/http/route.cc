#include "common/http/route.h"

namespace {

// Whether a segment is that word, escaped or not.
bool says(std::string_view segment, std::string_view word) {
    return segment == word ||
           (segment.find('%') != segment.npos && percent_decode(segment) == word);
}

}  // namespace

bool match_path(std::string_view pattern, std::string_view path,
                std::vector<std::pair<std::string, std::string>>& values) {
    values.clear();
    while (!pattern.empty() && !path.empty()) {
        auto wanted = pattern.substr(1, pattern.find('/', 1) - 1);
        auto given = path.substr(1, path.find('/', 1) - 1);
        if (path[0] != '/' || given.empty()) return false;
        if (wanted.front() == '{') {
            auto value = percent_decode(given);
            if (!value) return false;
            values.emplace_back(wanted.substr(1, wanted.size() - 2), *std::move(value));
        } else if (!says(given, wanted)) {
            return false;
        }
        pattern.remove_prefix(wanted.size() + 1);
        path.remove_prefix(given.size() + 1);
    }
    return pattern.empty() && path.empty();
}
