// What changed in an account, for devices that keep a copy: rows and what is gone, in the order of
// their versions, page by page. How versions make sure that nothing is missed: 0004_library.sql.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/accounts/profile.h"
#include "workers/library/favorites.h"
#include "workers/library/playlists.h"
#include "workers/library/progress.h"

namespace library {

inline constexpr Problem resync_required{410, "resync_required"};

struct SyncQuery {
    std::optional<std::string> since;
    std::int64_t limit = 500;
    static constexpr auto fields() {
        return std::tuple{Field{"since", &SyncQuery::since},
                          Field{"limit", &SyncQuery::limit, Paging::limits}};
    }
};

struct SyncedProfile : Profile {
    std::int64_t version = 0;
    static constexpr auto fields() {
        return std::tuple_cat(Profile::fields(),
                              std::tuple{Field{"version", &SyncedProfile::version}});
    }
};

// Of all profiles of the account, so each says whose it is.
struct SyncedFavorite : Favorite {
    Uuid profile_id;
    static constexpr auto fields() {
        return std::tuple_cat(Favorite::fields(),
                              std::tuple{Field{"profile_id", &SyncedFavorite::profile_id}});
    }
};
struct SyncedProgress : Progress {
    Uuid profile_id;
    static constexpr auto fields() {
        return std::tuple_cat(Progress::fields(),
                              std::tuple{Field{"profile_id", &SyncedProgress::profile_id}});
    }
};

struct Changes {
    std::vector<SyncedProfile> profiles;
    std::vector<Playlist> playlists;
    std::vector<SyncedFavorite> favorites;
    std::vector<SyncedProgress> progress;
    static constexpr auto fields() {
        return std::tuple{
            Field{"profiles", &Changes::profiles}, Field{"playlists", &Changes::playlists},
            Field{"favorites", &Changes::favorites}, Field{"progress", &Changes::progress}};
    }
};

struct ForgottenItem {
    Uuid profile_id;
    std::string item_id;
    static constexpr auto fields() {
        return std::tuple{Field{"profile_id", &ForgottenItem::profile_id},
                          Field{"item_id", &ForgottenItem::item_id}};
    }
};

// The end of a profile says it for all that it had. Two profiles may have been in the same item:
// `progress_items` tells whose progress is gone.
struct Deletions {
    std::vector<std::string> profiles, playlists, favorites, progress;
    std::vector<ForgottenItem> progress_items;
    static constexpr auto fields() {
        return std::tuple{
            Field{"profiles", &Deletions::profiles}, Field{"playlists", &Deletions::playlists},
            Field{"favorites", &Deletions::favorites}, Field{"progress", &Deletions::progress},
            Field{"progress_items", &Deletions::progress_items}};
    }
};

struct Delta {
    Changes changes;
    Deletions deleted;
    std::string cursor;
    bool has_more = false;
    static constexpr auto fields() {
        return std::tuple{Field{"changes", &Delta::changes}, Field{"deleted", &Delta::deleted},
                          Field{"cursor", &Delta::cursor}, Field{"has_more", &Delta::has_more}};
    }
};

class Sync {
  public:
    Sync(Database& db, const SecretBox& box) : db_(db), box_(box) {}

    Delta changes(const Request& request, const FromQuery<SyncQuery>& query);

  private:
    Database& db_;
    const SecretBox& box_;
};

}  // namespace library
