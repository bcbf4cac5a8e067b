// Age ratings of films and programmes: MPAA, US television, FSK, BBFC, and all that name an age as
// a number (PEGI, Kijkwijzer, CNC, ...). Used where media meet profiles with parental limits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace party {

// What a kids profile may watch when its parents named no limit of their own.
inline constexpr std::int64_t kids_age = 8;

// The age from which a rating allows: "PG-13" -> 13, "FSK 12" -> 12, "TV-MA" -> 17, "12+" -> 12.
// Nothing for ratings nobody here knows; "NR" and "Unrated" are such.
std::optional<std::int64_t> age_of(std::string_view rating);

// Whether a profile may watch. A limit of 18 years or none at all allows everything. Otherwise what
// has no rating, or one that cannot be compared to the limit, is not allowed, unless the two are
// the same words.
bool rating_fits(const std::optional<std::string>& rating, bool kids,
                 const std::optional<std::string>& limit);

}  // namespace party
