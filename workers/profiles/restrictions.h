// What parents restrict in a profile, and which changes loosen it: tightening is free, loosening
// needs a proof (guard.h). Only rules here; what is shown to whom is decided where content is.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/fields.h"

namespace profiles {

// Whether a text can be a name: not blank, on one line.
bool one_line(std::string_view text);
// HH:MM, 00:00 to 23:59.
bool clock_time(std::string_view text);
// A name of the IANA time zone database, as this machine has it installed.
bool time_zone(std::string_view text);

inline constexpr Shape on_one_line{one_line, R"(^[^\n\t]*[^\s][^\n\t]*$)", "field_one_line"};
inline constexpr Shape of_clock{clock_time, "^([01][0-9]|2[0-3]):[0-5][0-9]$", "field_clock_time"};
inline constexpr Shape of_zone{time_zone, "^[A-Z][A-Za-z0-9_+/-]{1,63}$", "field_timezone"};
inline constexpr Length rating_length{1, 20};
inline constexpr Length category_length{1, 60};
inline constexpr Entries most_categories{0, 50};

// A night begins at `bedtime` and ends at `wake_time`, by the clocks of `timezone` (UTC when not
// set). Ratings are those of the family's country: `PG-13`, `FSK 12`, `TV-MA`.
struct Parental {
    std::optional<std::string> max_rating;
    std::vector<std::string> blocked_categories;
    std::optional<std::string> bedtime, wake_time, timezone;
    static constexpr auto fields() {
        return std::tuple{Field{"max_rating", &Parental::max_rating, rating_length, on_one_line},
                          Field{"blocked_categories", &Parental::blocked_categories,
                                most_categories, category_length, on_one_line},
                          Field{"bedtime", &Parental::bedtime, of_clock},
                          Field{"wake_time", &Parental::wake_time, of_clock},
                          Field{"timezone", &Parental::timezone, of_zone}};
    }
    bool operator==(const Parental&) const = default;
};

// The same in a PATCH: what is not sent stays, null lifts it.
struct ParentalChanges {
    Change<std::string> max_rating;
    Change<std::vector<std::string>> blocked_categories;
    Change<std::string> bedtime, wake_time, timezone;
    static constexpr auto fields() {
        return std::tuple{
            Field{"max_rating", &ParentalChanges::max_rating, rating_length, on_one_line},
            Field{"blocked_categories", &ParentalChanges::blocked_categories, most_categories,
                  category_length, on_one_line},
            Field{"bedtime", &ParentalChanges::bedtime, of_clock},
            Field{"wake_time", &ParentalChanges::wake_time, of_clock},
            Field{"timezone", &ParentalChanges::timezone, of_zone}};
    }
};

Parental changed(Parental parental, const ParentalChanges& changes);

// Whether somebody may see more, or stay up longer, after the change than before it.
bool loosens(const Parental& before, const Parental& after);

}  // namespace profiles
