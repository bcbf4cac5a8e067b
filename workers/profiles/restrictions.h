// What parents restrict in a profile, and which changes loosen it: tightening is free, loosening
// needs a proof (guard.h). Only rules here; what is shown to whom is decided where content is.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/accounts/profile.h"
#include "common/json/fields.h"

namespace profiles {

// The same in a PATCH: what is not sent stays, null lifts it.
struct ParentalChanges {
    Change<std::string> max_rating;
    Change<std::vector<std::string>> blocked_categories;
    Change<std::string> bedtime, wake_time, timezone;
    static constexpr auto fields() {
        return std::tuple{
            Field{"max_rating", &ParentalChanges::max_rating, rating_length, single_line},
            Field{"blocked_categories", &ParentalChanges::blocked_categories, most_categories,
                  category_length, single_line},
            Field{"bedtime", &ParentalChanges::bedtime, of_clock},
            Field{"wake_time", &ParentalChanges::wake_time, of_clock},
            Field{"timezone", &ParentalChanges::timezone, of_zone}};
    }
};

Parental changed(Parental parental, const ParentalChanges& changes);

// Whether somebody may see more, or stay up longer, after the change than before it.
bool loosens(const Parental& before, const Parental& after);

}  // namespace profiles
