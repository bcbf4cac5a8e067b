// A profile as every answer shows it, wherever it stands: in the profiles area, at sign-up, in what
// a device syncs. The rules of its fields are here too; who may change what is the profiles area's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/time.h"
#include "common/base/uuid.h"
#include "common/json/fields.h"

// HH:MM, 00:00 to 23:59.
bool clock_time(std::string_view text);
// A name of the IANA time zone database, as this machine has it installed.
bool time_zone(std::string_view text);

inline constexpr Shape of_clock{clock_time, "^([01][0-9]|2[0-3]):[0-5][0-9]$", "field_clock_time"};
inline constexpr Shape of_zone{time_zone, "^[A-Z][A-Za-z0-9_+/-]{1,63}$", "field_timezone"};
inline constexpr Length rating_length{1, 20};
inline constexpr Length category_length{1, 60};
inline constexpr Entries most_categories{0, 50};
inline constexpr OneOf spoken{"en", "es", "fr", "de", "pt", "it", "nl", "pl", "tr", "ar"};

// A night begins at `bedtime` and ends at `wake_time`, by the clocks of `timezone` (UTC when not
// set). Ratings are those of the family's country: `PG-13`, `FSK 12`, `TV-MA`.
struct Parental {
    std::optional<std::string> max_rating;
    std::vector<std::string> blocked_categories;
    std::optional<std::string> bedtime, wake_time, timezone;
    static constexpr auto fields() {
        return std::tuple{Field{"max_rating", &Parental::max_rating, rating_length, single_line},
                          Field{"blocked_categories", &Parental::blocked_categories,
                                most_categories, category_length, single_line},
                          Field{"bedtime", &Parental::bedtime, of_clock},
                          Field{"wake_time", &Parental::wake_time, of_clock},
                          Field{"timezone", &Parental::timezone, of_zone}};
    }
    bool operator==(const Parental&) const = default;
};

struct Profile {
    Uuid id;
    std::string name;
    std::optional<std::string> avatar_url;
    bool is_kids_profile = false, is_default = false, has_pin = false;
    std::optional<std::string> language;  // the account's when not set
    Parental parental;
    Instant created_at, updated_at;
    static constexpr const char* singular = "profile";
    static constexpr const char* plural = "profiles";
    static constexpr auto fields() {
        return std::tuple{Field{"id", &Profile::id},
                          Field{"name", &Profile::name},
                          Field{"avatar_url", &Profile::avatar_url},
                          Field{"is_kids_profile", &Profile::is_kids_profile},
                          Field{"is_default", &Profile::is_default},
                          Field{"has_pin", &Profile::has_pin},
                          Field{"language", &Profile::language, spoken},
                          Field{"parental", &Profile::parental, Full{}},
                          Field{"created_at", &Profile::created_at, Full{}},
                          Field{"updated_at", &Profile::updated_at, Full{}}};
    }
};
