#include "workers/library/sync.h"

#include <algorithm>
#include <limits>

#include "common/base/text.h"
#include "workers/library/sync_sql.h"

namespace library {

namespace {

// Where a device is. While it reads everything for the first time, what was deleted before it began
// does not concern it.
struct Cursor {
    std::int64_t at = -1;  // rows up to this version are known to the device
    std::int64_t began = std::numeric_limits<std::int64_t>::max();

    std::int64_t knows_deletions() const { return std::max(at, began); }
};

struct Versions {
    std::int64_t version = 0, oldest = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"version", &Versions::version}, Field{"oldest", &Versions::oldest}};
    }
};

struct Tombstone {
    std::int64_t version = 0;
    std::string kind;
    std::optional<Uuid> profile_id;
    std::string ref;
    static constexpr auto fields() {
        return std::tuple{Field{"version", &Tombstone::version}, Field{"kind", &Tombstone::kind},
                          Field{"profile_id", &Tombstone::profile_id},
                          Field{"ref", &Tombstone::ref}};
    }
};

std::string write_cursor(const Cursor& cursor) {
    return base64url(
        to_bytes("1:" + std::to_string(cursor.at) + ":" + std::to_string(cursor.began)));
}

Cursor read_cursor(const std::optional<std::string>& since) {
    if (!since || since->empty()) return {};
    auto plain = to_text(from_base64url(*since).value_or(Bytes{}));
    auto parts = split(plain, ':');
    if (parts.size() == 3 && parts[0] == "1") {
        auto at = parse_integer(parts[1]), began = parse_integer(parts[2]);
        if (at && began && *at >= 0 && *began >= 0) return {*at, *began};
    }
    throw Failure(validation_failed).with_faults({{"since", "field_pattern", {}}});
}

// A cursor beyond the account's own version is of another life, before a backup came back.
void check(Cursor& cursor, const Versions& versions) {
    if (cursor.at < 0) cursor.began = versions.version;
    auto known = cursor.knows_deletions();
    if (known < versions.oldest || known > versions.version) throw Failure(resync_required);
}

// What was found to have changed. A row more of each kind than fits tells that there is more.
struct Found {
    std::vector<SyncedProfile> profiles;
    std::vector<SealedPlaylist> playlists;
    std::vector<SyncedFavorite> favorites;
    std::vector<SyncedProgress> progress;
    std::vector<Tombstone> gone;

    std::vector<std::int64_t> versions() const {
        std::vector<std::int64_t> all;
        auto add = [&](const auto& rows) {
            for (const auto& row : rows) all.push_back(row.version);
        };
        add(profiles), add(playlists), add(favorites), add(progress), add(gone);
        return all;
    }
    void keep_up_to(std::int64_t last) {
        auto cut = [&](auto& rows) {
            std::erase_if(rows, [&](const auto& row) { return row.version > last; });
        };
        cut(profiles), cut(playlists), cut(favorites), cut(progress), cut(gone);
    }
};

Deletions sort_out(const std::vector<Tombstone>& gone) {
    Deletions deleted;
    for (const auto& one : gone) {
        if (one.kind == "profiles") deleted.profiles.push_back(one.ref);
        if (one.kind == "playlists") deleted.playlists.push_back(one.ref);
        if (one.kind == "favorites") deleted.favorites.push_back(one.ref);
        if (one.kind != "progress") continue;
        deleted.progress.push_back(one.ref);
        deleted.progress_items.push_back({one.profile_id.value_or(Uuid{}), one.ref});
    }
    return deleted;
}

}  // namespace

// The versions are read first: all up to that number is committed by then, and what comes after it
// waits for the next call.
Delta Sync::changes(const Request& request, const FromQuery<SyncQuery>& query) {
    auto [since, limit] = query.value;
    auto cursor = read_cursor(since);
    Found found;
    std::optional<Versions> versions;
    std::tie(versions, found.profiles, found.playlists, found.favorites, found.progress,
             found.gone) =
        db_.pipeline(
            row<Versions>(sql::find_versions, request.user),
            rows<SyncedProfile>(sql::list_changed_profiles, request.user, cursor.at, limit + 1),
            rows<SealedPlaylist>(sql::list_changed_playlists, request.user, cursor.at, limit + 1),
            rows<SyncedFavorite>(sql::list_changed_favorites, request.user, cursor.at, limit + 1),
            rows<SyncedProgress>(sql::list_changed_progress, request.user, cursor.at, limit + 1),
            rows<Tombstone>(sql::list_gone, request.user, cursor.knows_deletions(), limit + 1));
    auto now = versions.value_or(Versions{});
    check(cursor, now);
    found.keep_up_to(now.version);
    auto all = found.versions();
    bool has_more = static_cast<std::int64_t>(all.size()) > limit;
    if (has_more) {
        std::nth_element(all.begin(), all.begin() + limit - 1, all.end());
        cursor.at = all[limit - 1];
        found.keep_up_to(cursor.at);
    } else {
        cursor = {now.version, now.version};
    }
    std::vector<Playlist> playlists;
    for (const auto& row : found.playlists) playlists.push_back(shown(row, box_));
    return {{std::move(found.profiles), std::move(playlists), std::move(found.favorites),
             std::move(found.progress)},
            sort_out(found.gone),
            write_cursor(cursor),
            has_more};
}

}  // namespace library
