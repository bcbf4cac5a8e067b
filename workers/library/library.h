// What people keep and where they stopped, on all their devices: playlists, favourites, progress,
// and what changed since a device last asked. Each has files of its own; here is what they share.
// Favourites and progress belong to the profile that the access token carries, else to the
// account's default one.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/time.h"
#include "common/crypto/secret_box.h"
#include "common/db/database.h"
#include "common/http/route.h"

namespace library {

inline constexpr OneOf item_types{"channel", "movie", "series", "episode"};
inline constexpr Length item_id_length{1, 200};

// How much of something an account may have, and has. -1 is unlimited.
struct Allowance {
    std::int64_t most, current;
    static constexpr auto fields() {
        return std::tuple{Field{"most", &Allowance::most}, Field{"current", &Allowance::current}};
    }
};

// A row of a page, and how many rows all pages have.
template <class T>
struct Counted {
    T row;
    std::int64_t total = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"row", &Counted::row}, Field{"total", &Counted::total}};
    }
};

// A page out of its rows. Past the end there is no row to tell the total: then `count` is asked.
template <class T, class Count>
Page<T> make_page(std::vector<Counted<T>> rows, std::int64_t page, std::int64_t limit,
                  const Count& count) {
    Page<T> made{{}, page, limit, 0};
    if (!rows.empty()) {
        made.total = rows.front().total;
    } else if (page > 1) {
        made.total = count();
    }
    made.rows.reserve(rows.size());
    for (auto& one : rows) made.rows.push_back(std::move(one.row));
    return made;
}

// The profile that a request speaks for. One more round trip when the token names none; throws
// not_found when the account has no default profile any more.
Uuid profile_of(Database& db, const Request& request);

}  // namespace library
