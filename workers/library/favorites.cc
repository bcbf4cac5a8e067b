#include "workers/library/favorites.h"

#include "workers/library/favorites_sql.h"
#include "workers/library/library_sql.h"

namespace library {

namespace {

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
    if (made) return {*made, 201};
    if (known) return {*known, 200, "favorite_exists"};
    if (!allowance) throw Failure(not_found);
    throw Failure(favorite_limit, {{"limit", allowance->most}, {"current", allowance->current}});
}

Favorite Favorites::change(const Request& request, const FavoriteChanges& changes) {
    auto [locked, changed] =
        db_.pipeline(::change(sql::lock_account, request.user),
                     row<Favorite>(sql::update_favorite, request.user, profile_of(db_, request),
                                   request.uuid("id"), changes.position, changes.item_name,
                                   changes.item_logo.given, changes.item_logo.value));
    if (!changed) throw Failure(not_found);
    return *changed;
}

void Favorites::remove(const Request& request) {
    auto [locked, gone] =
        db_.pipeline(::change(sql::lock_account, request.user),
                     ::change(sql::delete_favorite, request.user, profile_of(db_, request),
                              request.uuid("id"), std::nullopt, std::nullopt));
    if (!gone) throw Failure(not_found);
}

void Favorites::remove_item(const Request& request, const FromQuery<FavoriteItem>& query) {
    demand_both(query.value);
    auto [locked, gone] =
        db_.pipeline(::change(sql::lock_account, request.user),
                     ::change(sql::delete_favorite, request.user, profile_of(db_, request),
                              std::nullopt, query.value.item_type, query.value.item_id));
    if (!gone) throw Failure(not_found);
}

}  // namespace library
