#include "workers/library/playlists.h"

#include "workers/library/library_sql.h"
#include "workers/library/playlists_sql.h"
#include "workers/library/provider_url.h"

namespace library {

namespace {

// Binds a sealed value to its row and column.
std::string context(const SealedPlaylist& row, const char* column) {
    return "playlists|" + row.id.text() + "|" + column;
}

std::optional<std::string> open(const SecretBox& box, const SealedPlaylist& row, const char* column,
                                const std::optional<Bytes>& sealed) {
    return sealed ? box.open(*sealed, context(row, column)) : std::nullopt;
}

std::optional<std::string> plain(const std::optional<Secret>& secret) {
    return secret ? std::optional{secret->reveal()} : std::nullopt;
}

// A panel unless the address looks like a file of channels and nobody signs in.
std::string guess_type(const SealedPlaylist& row, const std::string& url) {
    return read_provider_url(url).is_file && !row.username_sealed ? "m3u" : "xtream";
}

void refuse_null(const PlaylistChanges& changes) {
    Faults faults;
    auto check = [&](const char* name, const Change<std::string>& change) {
        Faults::Step step{faults, name};
        if (change.given && !change.value) faults.add("field_null");
    };
    check("name", changes.name);
    check("url", changes.url);
    check("type", changes.type);
    faults.throw_if_any();
}

}  // namespace

Playlist shown(const SealedPlaylist& row, const SecretBox& box) {
    return {row.id,
            row.name,
            row.type,
            row.url,
            open(box, row, "username", row.username_sealed),
            row.password_sealed.has_value(),
            row.epg_url,
            row.status,
            row.version,
            row.created_at,
            row.updated_at};
}

Page<Playlist> Playlists::list(const Request& request, const FromQuery<Paging>& query) {
    auto [page, limit] = query.value;
    auto stored = make_page(
        db_.list<Counted<SealedPlaylist>>(sql::list_playlists, request.user, limit,
                                          offset(page, limit)),
        page, limit, [&] { return db_.get<std::int64_t>(sql::count_playlists, request.user); });
    Page<Playlist> all{{}, page, limit, stored.total};
    for (const auto& row : stored.rows) all.rows.push_back(shown(row, box_));
    return all;
}

Created<Playlist> Playlists::create(const Request& request, const NewPlaylist& wanted) {
    SealedPlaylist row;
    row.id = Uuid::make();
    row.name = wanted.name;
    take_url(row, wanted.url);
    take_guide(row, wanted.epg_url);
    if (auto sealed = seal(row, "username", wanted.username)) row.username_sealed = sealed;
    if (auto sealed = seal(row, "password", plain(wanted.password))) row.password_sealed = sealed;
    row.type = wanted.type.value_or(guess_type(row, wanted.url));
    auto [locked, made, allowance] =
        db_.pipeline(::change(sql::lock_account, request.user),
                     ::row<SealedPlaylist>(sql::insert_playlist, request.user, row.id, row.name,
                                           row.type, row.url, row.url_sealed, row.username_sealed,
                                           row.password_sealed, row.epg_url, row.epg_url_sealed),
                     ::row<Allowance>(sql::find_playlist_limit, request.user));
    if (made) {
        tell(request, made->version, made->id);
        return Created{shown(*made, box_)};
    }
    if (!allowance) throw Failure(not_found);
    throw Failure(playlist_limit, {{"limit", allowance->most}, {"current", allowance->current}});
}

Answer<OpenPlaylist> Playlists::show(const Request& request) {
    auto row = db_.get<SealedPlaylist>(sql::find_playlist, request.user, request.uuid("id"));
    return {opened(row), 200, "", {{"Cache-Control", "no-store"}}};
}

Playlist Playlists::change(const Request& request, const PlaylistChanges& changes) {
    refuse_null(changes);
    auto id = request.uuid("id");
    return db_.transaction([&] {
        auto [locked, found] =
            db_.pipeline(::change(sql::lock_account, request.user),
                         ::row<SealedPlaylist>(sql::find_playlist, request.user, id));
        if (!found) throw Failure(not_found);
        auto& row = *found;
        if (changes.name.given) row.name = *changes.name.value;
        if (changes.type.given) row.type = *changes.type.value;
        if (changes.url.given) take_url(row, *changes.url.value);
        if (changes.epg_url.given) take_guide(row, changes.epg_url.value);
        if (changes.username.given) {
            row.username_sealed = seal(row, "username", changes.username.value);
        }
        if (changes.password.given) {
            row.password_sealed = seal(row, "password", plain(changes.password.value));
        }
        auto stored = db_.get<SealedPlaylist>(
            sql::update_playlist, request.user, id, row.name, row.type, row.url, row.url_sealed,
            row.username_sealed, row.password_sealed, row.epg_url, row.epg_url_sealed);
        tell(request, stored.version, id);
        return shown(stored, box_);
    });
}

void Playlists::remove(const Request& request) {
    auto id = request.uuid("id");
    auto [locked, version] =
        db_.pipeline(::change(sql::lock_account, request.user),
                     ::row<std::int64_t>(sql::delete_playlist, request.user, id));
    if (!version) throw Failure(not_found);
    tell(request, *version, id);
}

void Playlists::tell(const Request& request, std::int64_t rev, const Uuid& playlist) {
    announcements_.tell(request.user, "playlist:changed", Changed{rev, {playlist.text()}, {}});
}

OpenPlaylist Playlists::opened(const SealedPlaylist& row) const {
    OpenPlaylist playlist{
        shown(row, box_), open(box_, row, "password", row.password_sealed), {}, {}};
    if (row.epg_url_sealed) playlist.epg_url = open(box_, row, "epg_url", row.epg_url_sealed);
    if (row.type == "m3u") {
        playlist.m3u_url = row.url_sealed ? open(box_, row, "url", row.url_sealed) : row.url;
    } else if (playlist.username && playlist.password) {
        auto links = panel_links(row.url, *playlist.username, *playlist.password);
        playlist.m3u_url = links.m3u;
        playlist.player_api_url = links.player_api;
        if (!row.epg_url) playlist.epg_url = links.epg;
    }
    return playlist;
}

// A URL brings the credentials that it carries; without any, those of before stay.
void Playlists::take_url(SealedPlaylist& row, const std::string& url) const {
    auto read = read_provider_url(url);
    row.url = read.shown;
    row.url_sealed = read.whole ? std::nullopt : seal(row, "url", url);
    if (!read.username.empty()) row.username_sealed = seal(row, "username", read.username);
    if (!read.password.empty()) row.password_sealed = seal(row, "password", read.password);
}

void Playlists::take_guide(SealedPlaylist& row, const std::optional<std::string>& url) const {
    row.epg_url.reset();
    row.epg_url_sealed.reset();
    if (!url) return;
    auto read = read_provider_url(*url);
    row.epg_url = read.shown;
    if (!read.whole) row.epg_url_sealed = seal(row, "epg_url", url);
}

std::optional<Bytes> Playlists::seal(const SealedPlaylist& row, const char* column,
                                     const std::optional<std::string>& plain) const {
    if (!plain || plain->empty()) return std::nullopt;
    return box_.seal(*plain, context(row, column));
}

}  // namespace library
