#include "workers/library/routes.h"

namespace library {

namespace {

Routes routes_of(Playlists& p) {
    return {
        Route{Method::get, "/api/v1/playlists", Who::user, call(p, &Playlists::list),
              "List the playlists, without their credentials"},
        Route{Method::post,
              "/api/v1/playlists",
              Who::user,
              call(p, &Playlists::create),
              "Add a playlist",
              {&playlist_limit}}
            .says("playlist_created")
            .once(),
        Route{Method::get, "/api/v1/playlists/{id}", Who::user, call(p, &Playlists::show),
              "Show a playlist with its password and links that are ready for a player"},
        Route{Method::patch, "/api/v1/playlists/{id}", Who::user, call(p, &Playlists::change),
              "Change a playlist; null clears user name, password and guide"}
            .says("playlist_updated"),
        Route{Method::remove, "/api/v1/playlists/{id}", Who::user, call(p, &Playlists::remove),
              "Delete a playlist; favourites that came from it stay"}
            .says("playlist_deleted"),
    };
}

Routes routes_of(Favorites& f) {
    return {
        Route{Method::get, "/api/v1/favorites", Who::user, call(f, &Favorites::list),
              "List the favourites of the profile by their position"},
        Route{Method::post,
              "/api/v1/favorites",
              Who::user,
              call(f, &Favorites::add),
              "Add a favourite; one that is there already is answered with 200 as it stands",
              {&favorite_limit}}
            .says("favorite_added")
            .once(),
        Route{Method::remove,
              "/api/v1/favorites",
              Who::user,
              call(f, &Favorites::remove_item),
              "Delete the favourite of an item",
              {&validation_failed, &not_found}}
            .says("favorite_deleted"),
        Route{Method::patch, "/api/v1/favorites/{id}", Who::user, call(f, &Favorites::change),
              "Change position, name or logo of a favourite"}
            .says("favorite_updated"),
        Route{Method::remove, "/api/v1/favorites/{id}", Who::user, call(f, &Favorites::remove),
              "Delete a favourite"}
            .says("favorite_deleted"),
    };
}

Routes routes_of(ProgressReports& p) {
    return {
        Route{Method::put,
              "/api/v1/progress",
              Who::user,
              call(p, &ProgressReports::put),
              "Report where the profile is in an item; what is not sent stays as it was",
              {&not_found, &conflict}}
            .says("progress_saved"),
        Route{Method::get, "/api/v1/progress", Who::user, call(p, &ProgressReports::list),
              "List the progress of the profile, newest first"},
        Route{Method::post,
              "/api/v1/progress/batch",
              Who::user,
              call(p, &ProgressReports::put_many),
              "Take the reports of a device that was offline, each for itself",
              {&not_found, &conflict}}
            .says("progress_saved"),
        Route{Method::get, "/api/v1/progress/continue", Who::user,
              call(p, &ProgressReports::unfinished),
              "List what was left unfinished, newest first, one entry a series"},
        Route{Method::get, "/api/v1/progress/{item_id}", Who::user, call(p, &ProgressReports::find),
              "Tell where the profile stopped in an item"},
        Route{Method::remove, "/api/v1/progress/{item_id}", Who::user,
              call(p, &ProgressReports::remove), "Forget the progress in an item"}
            .says("progress_deleted"),
    };
}

Routes routes_of(Sync& s) {
    return {
        Route{Method::get,
              "/api/v1/sync",
              Who::user,
              call(s, &Sync::changes),
              "Tell what changed in the account since a cursor; everything without one",
              {&validation_failed, &resync_required}},
    };
}

}  // namespace

Routes routes(Playlists& playlists, Favorites& favorites, ProgressReports& progress, Sync& sync) {
    auto all = routes_of(playlists);
    for (auto&& part : {routes_of(favorites), routes_of(progress), routes_of(sync)}) {
        all.insert(all.end(), part.begin(), part.end());
    }
    return all;
}

}  // namespace library
