#include "workers/library/favorites.h"

#include "workers/library/favorites_sql.h"
#include "workers/library/library_sql.h"

namespace library {

namespace {

struct Gone {
    std::int64_t version = 0;
    Uuid id;
    static constexpr auto fields() {
        return std::tuple{Field{"version", &Gone::version}, Field{"id", &Gone::id}};
    }
};

void demand_both(const FavoriteItem& item) {
    Faults faults;
    auto check = [&](const char* name, const std::optional<std::string>& value) {
        Faults::Step step{faults, name};
        if (!value) faults.add("field_required");
    };
    check("item_id", item.item_id);
    check("item_type", item.item_type);
    faults.throw_if_any();
}

}  // namespace

Page<Favorite> Favorites::list(const Request& request, const FromQuery<FavoriteQuery>& query) {
    const auto& [type, page, limit] = query.value;
    auto profile = profile_of(db_, request);
    auto rows =
        db_.list<Counted<Favorite>>(sql::list_favorites, profile, type, limit, offset(page, limit));
    return make_page(std::move(rows), page, limit, [&, &type = type] {
        return db_.get<std::int64_t>(sql::count_favorites, profile, type);
    });
}

Answer<Favorite> Favorites::add(const Request& request, const NewFavorite& wanted) {
    auto profile = profile_of(db_, request);
    if (wanted.playlist_id &&
        !db_.get<bool>(sql::owns_playlist, request.user, *wanted.playlist_id)) {
        throw Failure(validation_failed)
            .with_faults({{"playlist_id", "field_unknown_playlist", {}}});
    }
    auto [locked, made, known, allowance] =
        db_.pipeline(::change(sql::lock_account, request.user),
                     row<Favorite>(sql::insert_favorite, request.user, Uuid::make(), profile,
                                   wanted.item_id, wanted.item_type, wanted.item_name,
                                   wanted.item_logo, wanted.playlist_id, wanted.position),
                     row<Favorite>(sql::find_favorite, profile, wanted.item_type, wanted.item_id),
                     row<Allowance>(sql::find_favorite_limit, request.user));
    if (made) {
        tell(request, profile, made->version, made->id);
        return {*made, 201};
    }
    if (known) return {*known, 200, "favorite_exists"};
    if (!allowance) throw Failure(not_found);
    throw Failure(favorite_limit, {{"limit", allowance->most}, {"current", allowance->current}});
}

Favorite Favorites::change(const Request& request, const FavoriteChanges& changes) {
    auto profile = profile_of(db_, request);
    auto [locked, changed] =
        db_.pipeline(::change(sql::lock_account, request.user),
                     row<Favorite>(sql::update_favorite, request.user, profile, request.uuid("id"),
                                   changes.position, changes.item_name, changes.item_logo.given,
                                   changes.item_logo.value));
    if (!changed) throw Failure(not_found);
    tell(request, profile, changed->version, changed->id);
    return *changed;
}

void Favorites::remove(const Request& request) { take_away(request, request.uuid("id"), {}); }

void Favorites::remove_item(const Request& request, const FromQuery<FavoriteItem>& query) {
    demand_both(query.value);
    take_away(request, std::nullopt, query.value);
}

void Favorites::take_away(const Request& request, const std::optional<Uuid>& id,
                          const FavoriteItem& item) {
    auto profile = profile_of(db_, request);
    auto [locked, gone] = db_.pipeline(
        ::change(sql::lock_account, request.user),
        row<Gone>(sql::delete_favorite, request.user, profile, id, item.item_type, item.item_id));
    if (!gone) throw Failure(not_found);
    tell(request, profile, gone->version, gone->id);
}

void Favorites::tell(const Request& request, const Uuid& profile, std::int64_t rev,
                     const Uuid& favorite) {
    announcements_.tell(request.user, "favorites:changed",
                        Changed{rev, {favorite.text()}, profile});
}

}  // namespace library
