#include "workers/profiles/restrictions.h"

#include <algorithm>

#include "common/base/text.h"

namespace profiles {

namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }

// The age that a rating is for. Most name it; letters do where everybody knows them.
std::optional<std::int64_t> age(const std::string& rating) {
    static constexpr std::pair<std::string_view, int> letters[] = {
        {"G", 0},  {"TV-G", 0},  {"TV-Y", 0},   {"U", 0},  {"ALL", 0},
        {"PG", 8}, {"TV-PG", 8}, {"TV-MA", 17}, {"R", 17}, {"X", 18}};
    for (auto [name, years] : letters) {
        if (rating == name) return years;
    }
    auto first = std::find_if(rating.begin(), rating.end(), digit);
    return parse_integer({first, std::find_if_not(first, rating.end(), digit)});
}

// Where ratings cannot be compared, any other one may allow more.
bool raises(const std::optional<std::string>& before, const std::optional<std::string>& after) {
    if (!before || before == after) return false;
    if (!after) return true;
    auto old_age = age(*before), new_age = age(*after);
    return !old_age || !new_age || *new_age > *old_age;
}

bool unblocks(const std::vector<std::string>& before, const std::vector<std::string>& after) {
    return std::any_of(before.begin(), before.end(), [&](const auto& category) {
        return std::find(after.begin(), after.end(), category) == after.end();
    });
}

// Nights lie between two noons: so 00:30 is later than 21:00, and no row of small steps around the
// clock makes a night shorter.
int minutes_since_noon(const std::string& time) {
    int minutes = std::stoi(time.substr(0, 2)) * 60 + std::stoi(time.substr(3));
    return (minutes + 12 * 60) % (24 * 60);
}

int end_of_night(const Parental& parental) {
    return parental.wake_time ? minutes_since_noon(*parental.wake_time) : 24 * 60;
}

bool shortens_night(const Parental& before, const Parental& after) {
    if (!before.bedtime) return false;
    return !after.bedtime || before.timezone != after.timezone ||
           minutes_since_noon(*after.bedtime) > minutes_since_noon(*before.bedtime) ||
           end_of_night(after) < end_of_night(before);
}

template <class T, class Target>
void put(const Change<T>& change, Target& target) {
    if (!change.given) return;
    target = change.value ? Target{*change.value} : Target{};
}

}  // namespace

Parental changed(Parental parental, const ParentalChanges& changes) {
    put(changes.max_rating, parental.max_rating);
    put(changes.blocked_categories, parental.blocked_categories);
    put(changes.bedtime, parental.bedtime);
    put(changes.wake_time, parental.wake_time);
    put(changes.timezone, parental.timezone);
    return parental;
}

bool loosens(const Parental& before, const Parental& after) {
    return raises(before.max_rating, after.max_rating) ||
           unblocks(before.blocked_categories, after.blocked_categories) ||
           shortens_night(before, after);
}

}  // namespace profiles
