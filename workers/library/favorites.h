// What the people of a profile like, in the order in which they put it. To add something twice is
// no failure: it is there. The plan limits what all profiles of an account have together.
#pragma once

#include <optional>
#include <string>

#include "common/accounts/announcements.h"
#include "workers/library/library.h"

namespace library {

inline constexpr Problem favorite_limit{403, "plan_limit_reached", "plan_limit_favorites"};

inline constexpr Length item_name_length{1, 150};
inline constexpr Length logo_length{1, 1000};
inline constexpr Range positions{0, 1'000'000};

struct Favorite {
    Uuid id;
    std::string item_id, item_type, item_name;
    std::optional<std::string> item_logo;
    std::optional<Uuid> playlist_id;
    std::int32_t position = 0;
    std::int64_t version = 0;
    Instant created_at;
    static constexpr const char* singular = "favorite";
    static constexpr const char* plural = "favorites";
    static constexpr auto fields() {
        return std::tuple{Field{"id", &Favorite::id},
                          Field{"item_id", &Favorite::item_id},
                          Field{"item_type", &Favorite::item_type, item_types},
                          Field{"item_name", &Favorite::item_name},
                          Field{"item_logo", &Favorite::item_logo},
                          Field{"playlist_id", &Favorite::playlist_id},
                          Field{"position", &Favorite::position},
                          Field{"version", &Favorite::version, Full{}},
                          Field{"created_at", &Favorite::created_at, Full{}}};
    }
};

// Without a position it goes to the end.
struct NewFavorite {
    std::string item_id, item_type, item_name;
    std::optional<std::string> item_logo;
    std::optional<Uuid> playlist_id;
    std::optional<std::int32_t> position;
    static constexpr auto fields() {
        return std::tuple{
            Field{"item_id", &NewFavorite::item_id, item_id_length, single_line},
            Field{"item_type", &NewFavorite::item_type, item_types},
            Field{"item_name", &NewFavorite::item_name, item_name_length, single_line},
            Field{"item_logo", &NewFavorite::item_logo, logo_length, HttpUrl{}},
            Field{"playlist_id", &NewFavorite::playlist_id},
            Field{"position", &NewFavorite::position, positions}};
    }
};

struct FavoriteChanges {
    std::optional<std::int32_t> position;
    std::optional<std::string> item_name;
    Change<std::string> item_logo;
    static constexpr auto fields() {
        return std::tuple{
            Field{"position", &FavoriteChanges::position, positions},
            Field{"item_name", &FavoriteChanges::item_name, item_name_length, single_line},
            Field{"item_logo", &FavoriteChanges::item_logo, logo_length, HttpUrl{}}};
    }
};

struct FavoriteQuery {
    std::optional<std::string> type;
    std::int64_t page = 1, limit = 20;
    static constexpr auto fields() {
        return std::tuple{Field{"type", &FavoriteQuery::type, item_types},
                          Field{"page", &FavoriteQuery::page, Paging::pages},
                          Field{"limit", &FavoriteQuery::limit, Paging::limits}};
    }
};

// Which item; both are demanded.
struct FavoriteItem {
    std::optional<std::string> item_id, item_type;
    static constexpr auto fields() {
        return std::tuple{Field{"item_id", &FavoriteItem::item_id, item_id_length},
                          Field{"item_type", &FavoriteItem::item_type, item_types}};
    }
};

class Favorites {
  public:
    Favorites(Database& db, Announcements announcements) : db_(db), announcements_(announcements) {}

    Page<Favorite> list(const Request& request, const FromQuery<FavoriteQuery>& query);
    Answer<Favorite> add(const Request& request, const NewFavorite& wanted);
    Favorite change(const Request& request, const FavoriteChanges& changes);
    void remove(const Request& request);
    void remove_item(const Request& request, const FromQuery<FavoriteItem>& query);

  private:
    void tell(const Request& request, const Uuid& profile, std::int64_t rev, const Uuid& favorite);
    void take_away(const Request& request, const std::optional<Uuid>& id, const FavoriteItem& item);

    Database& db_;
    Announcements announcements_;
};

}  // namespace library
