// Where an account's channels come from. User name and password of a provider are sealed at rest,
// and so is a URL that holds them; only the answer about a single playlist shows them, with links
// that are ready to paste into a player.
#pragma once

#include <optional>
#include <string>

#include "common/accounts/announcements.h"
#include "workers/library/library.h"

namespace library {

inline constexpr Problem playlist_limit{403, "plan_limit_reached", "plan_limit_playlists"};

inline constexpr Length playlist_name_length{1, 100};
inline constexpr Length credential_length{0, 200};  // nothing is as good as not sent
inline constexpr OneOf playlist_types{"xtream", "m3u"};

struct Playlist {
    Uuid id;
    std::string name, type, url;
    std::optional<std::string> username;
    bool has_password = false;
    std::optional<std::string> epg_url;
    std::string status;
    std::int64_t version = 0;
    Instant created_at, updated_at;
    static constexpr const char* singular = "playlist";
    static constexpr const char* plural = "playlists";
    static constexpr auto fields() {
        return std::tuple{
            Field{"id", &Playlist::id},
            Field{"name", &Playlist::name},
            Field{"type", &Playlist::type, playlist_types},
            Field{"url", &Playlist::url},
            Field{"username", &Playlist::username},
            Field{"has_password", &Playlist::has_password},
            Field{"epg_url", &Playlist::epg_url},
            Field{"status", &Playlist::status, OneOf{"active", "disabled", "failing"}},
            Field{"version", &Playlist::version, Full{}},
            Field{"created_at", &Playlist::created_at, Full{}},
            Field{"updated_at", &Playlist::updated_at, Full{}}};
    }
};

// For its owner alone, and never stored by caches. `epg_url` is then the whole address.
struct OpenPlaylist : Playlist {
    std::optional<std::string> password, m3u_url, player_api_url;
    static constexpr auto fields() {
        return std::tuple_cat(Playlist::fields(),
                              std::tuple{Field{"password", &OpenPlaylist::password},
                                         Field{"m3u_url", &OpenPlaylist::m3u_url},
                                         Field{"player_api_url", &OpenPlaylist::player_api_url}});
    }
};

// Without `type` it is told from the URL and from whether there are credentials.
struct NewPlaylist {
    std::string name, url;
    std::optional<std::string> type, username;
    std::optional<Secret> password;
    std::optional<std::string> epg_url;
    static constexpr auto fields() {
        return std::tuple{Field{"name", &NewPlaylist::name, playlist_name_length, single_line},
                          Field{"url", &NewPlaylist::url, HttpUrl{}},
                          Field{"type", &NewPlaylist::type, playlist_types},
                          Field{"username", &NewPlaylist::username, credential_length},
                          Field{"password", &NewPlaylist::password, credential_length},
                          Field{"epg_url", &NewPlaylist::epg_url, HttpUrl{}}};
    }
};

struct PlaylistChanges {
    Change<std::string> name, url, type, username;
    Change<Secret> password;
    Change<std::string> epg_url;
    static constexpr auto fields() {
        return std::tuple{Field{"name", &PlaylistChanges::name, playlist_name_length, single_line},
                          Field{"url", &PlaylistChanges::url, HttpUrl{}},
                          Field{"type", &PlaylistChanges::type, playlist_types},
                          Field{"username", &PlaylistChanges::username, credential_length},
                          Field{"password", &PlaylistChanges::password, credential_length},
                          Field{"epg_url", &PlaylistChanges::epg_url, HttpUrl{}}};
    }
};

// A row as it is stored.
struct SealedPlaylist {
    Uuid id;
    std::string name, type, url;
    std::optional<Bytes> url_sealed, username_sealed, password_sealed;
    std::optional<std::string> epg_url;
    std::optional<Bytes> epg_url_sealed;
    std::string status;
    std::int64_t version = 0;
    Instant created_at, updated_at;
    static constexpr auto fields() {
        return std::tuple{Field{"id", &SealedPlaylist::id},
                          Field{"name", &SealedPlaylist::name},
                          Field{"type", &SealedPlaylist::type},
                          Field{"url", &SealedPlaylist::url},
                          Field{"url_sealed", &SealedPlaylist::url_sealed},
                          Field{"username_sealed", &SealedPlaylist::username_sealed},
                          Field{"password_sealed", &SealedPlaylist::password_sealed},
                          Field{"epg_url", &SealedPlaylist::epg_url},
                          Field{"epg_url_sealed", &SealedPlaylist::epg_url_sealed},
                          Field{"status", &SealedPlaylist::status},
                          Field{"version", &SealedPlaylist::version},
                          Field{"created_at", &SealedPlaylist::created_at},
                          Field{"updated_at", &SealedPlaylist::updated_at}};
    }
};

// What lists show of a row. A user name whose key is gone is shown as none.
Playlist shown(const SealedPlaylist& row, const SecretBox& box);

class Playlists {
  public:
    Playlists(Database& db, const SecretBox& box, Announcements announcements)
        : db_(db), box_(box), announcements_(announcements) {}

    Page<Playlist> list(const Request& request, const FromQuery<Paging>& query);
    Created<Playlist> create(const Request& request, const NewPlaylist& wanted);
    Answer<OpenPlaylist> show(const Request& request);
    Playlist change(const Request& request, const PlaylistChanges& changes);
    void remove(const Request& request);

  private:
    void tell(const Request& request, std::int64_t rev, const Uuid& playlist);
    OpenPlaylist opened(const SealedPlaylist& row) const;
    void take_url(SealedPlaylist& row, const std::string& url) const;
    void take_guide(SealedPlaylist& row, const std::optional<std::string>& url) const;
    std::optional<Bytes> seal(const SealedPlaylist& row, const char* column,
                              const std::optional<std::string>& plain) const;

    Database& db_;
    const SecretBox& box_;
    Announcements announcements_;
};

}  // namespace library
