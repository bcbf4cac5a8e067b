#include "workers/party/room/ratings.h"

#include <algorithm>
#include <utility>

#include "common/base/text.h"

namespace party {

namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }

// Ratings whose letters say it all. The ages are those that the boards recommend.
constexpr std::pair<std::string_view, std::int64_t> letters[] = {
    {"g", 0},    {"tv-g", 0},   {"tv-y", 0},   {"u", 0},   {"uc", 0},     {"al", 0}, {"all", 0},
    {"pg", 8},   {"tv-pg", 8},  {"tv-ma", 17}, {"r", 17},  {"nc-17", 18}, {"x", 18}, {"xxx", 18},
    {"r18", 18}, {"adult", 18}, {"m", 15},     {"ma", 17}, {"u/a", 12}};

// "fsk 12", "pg-13", "12a", "16+": the number, when nothing else in it is one.
std::optional<std::int64_t> number_in(std::string_view rating) {
    auto first = std::find_if(rating.begin(), rating.end(), digit);
    auto end = std::find_if_not(first, rating.end(), digit);
    if (std::any_of(end, rating.end(), digit)) return {};
    auto years = parse_integer({first, end});
    if (!years || *years > 21) return {};
    return years;
}

}  // namespace

std::optional<std::int64_t> age_of(std::string_view rating) {
    auto plain = lower_ascii(trim(rating));
    std::replace(plain.begin(), plain.end(), '_', '-');
    for (auto [name, years] : letters) {
        if (plain == name) return years;
    }
    return number_in(plain);
}

bool rating_fits(const std::optional<std::string>& rating, bool kids,
                 const std::optional<std::string>& limit) {
    if (!kids && !limit) return true;
    auto most = limit ? age_of(*limit) : kids_age;
    if (most && *most >= 18 && !kids) return true;
    if (!rating) return false;
    if (limit && lower_ascii(trim(*rating)) == lower_ascii(trim(*limit))) return true;
    auto age = age_of(*rating);
    return age && most && *age <= *most;
}

}  // namespace party
