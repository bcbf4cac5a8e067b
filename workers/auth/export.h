// All that is stored about a user, as one document that they may take with them.
#pragma once

#include "common/crypto/secret_box.h"
#include "workers/auth/identity.h"

namespace auth {

struct ExportedSubscription {
    std::string plan, source, status;
    std::optional<Instant> current_period_start, current_period_end;
    bool cancel_at_period_end = false;
    Instant created_at;
    static constexpr auto fields() {
        using T = ExportedSubscription;
        return std::tuple{Field{"plan", &T::plan},
                          Field{"source", &T::source},
                          Field{"status", &T::status},
                          Field{"current_period_start", &T::current_period_start},
                          Field{"current_period_end", &T::current_period_end},
                          Field{"cancel_at_period_end", &T::cancel_at_period_end},
                          Field{"created_at", &T::created_at}};
    }
};

// With its credentials: they are the user's own.
struct ExportedPlaylist {
    Uuid id;
    std::string name, type, url;
    std::optional<std::string> username, password, epg_url;
    std::string status;
    Instant created_at, updated_at;
    static constexpr auto fields() {
        using T = ExportedPlaylist;
        return std::tuple{Field{"id", &T::id},
                          Field{"name", &T::name},
                          Field{"type", &T::type},
                          Field{"url", &T::url},
                          Field{"username", &T::username},
                          Field{"password", &T::password},
                          Field{"epg_url", &T::epg_url},
                          Field{"status", &T::status},
                          Field{"created_at", &T::created_at},
                          Field{"updated_at", &T::updated_at}};
    }
};

struct ExportedFavorite {
    Uuid id, profile_id;
    std::string item_id, item_type, item_name;
    std::optional<std::string> item_logo;
    std::optional<Uuid> playlist_id;
    std::int32_t position = 0;
    Instant created_at;
    static constexpr auto fields() {
        using T = ExportedFavorite;
        return std::tuple{Field{"id", &T::id},
                          Field{"profile_id", &T::profile_id},
                          Field{"item_id", &T::item_id},
                          Field{"item_type", &T::item_type},
                          Field{"item_name", &T::item_name},
                          Field{"item_logo", &T::item_logo},
                          Field{"playlist_id", &T::playlist_id},
                          Field{"position", &T::position},
                          Field{"created_at", &T::created_at}};
    }
};

struct ExportedProgress {
    Uuid profile_id;
    std::string item_id, item_type;
    std::optional<std::string> series_id;
    std::int32_t progress_seconds = 0, duration_seconds = 0;
    bool completed = false;
    std::optional<std::string> device_id;
    Instant updated_at;
    static constexpr auto fields() {
        using T = ExportedProgress;
        return std::tuple{Field{"profile_id", &T::profile_id},
                          Field{"item_id", &T::item_id},
                          Field{"item_type", &T::item_type},
                          Field{"series_id", &T::series_id},
                          Field{"progress_seconds", &T::progress_seconds},
                          Field{"duration_seconds", &T::duration_seconds},
                          Field{"completed", &T::completed},
                          Field{"device_id", &T::device_id},
                          Field{"updated_at", &T::updated_at}};
    }
};

struct ExportedActivity {
    Uuid profile_id;
    std::string event;
    std::optional<std::string> item_id, item_type, device_id;
    Instant at;
    static constexpr auto fields() {
        using T = ExportedActivity;
        return std::tuple{Field{"profile_id", &T::profile_id}, Field{"event", &T::event},
                          Field{"item_id", &T::item_id},       Field{"item_type", &T::item_type},
                          Field{"device_id", &T::device_id},   Field{"at", &T::at}};
    }
};

struct ExportedSession {
    Uuid id;
    std::optional<std::string> device_name, device_type, user_agent, ip;
    Instant created_at, last_seen_at;
    std::optional<Instant> revoked_at;
    static constexpr auto fields() {
        using T = ExportedSession;
        return std::tuple{Field{"id", &T::id},
                          Field{"device_name", &T::device_name},
                          Field{"device_type", &T::device_type},
                          Field{"user_agent", &T::user_agent},
                          Field{"ip", &T::ip},
                          Field{"created_at", &T::created_at},
                          Field{"last_seen_at", &T::last_seen_at},
                          Field{"revoked_at", &T::revoked_at}};
    }
};

struct ExportedEvent {
    std::string event;
    std::optional<Uuid> session_id;
    std::optional<std::string> ip;
    Instant at;
    static constexpr auto fields() {
        using T = ExportedEvent;
        return std::tuple{Field{"event", &T::event}, Field{"session_id", &T::session_id},
                          Field{"ip", &T::ip}, Field{"at", &T::at}};
    }
};

struct Exported {
    Instant exported_at;
    User user;
    std::vector<ExportedSubscription> subscriptions;
    std::vector<Profile> profiles;
    std::vector<ExportedPlaylist> playlists;
    std::vector<ExportedFavorite> favorites;
    std::vector<ExportedProgress> progress;
    std::vector<ExportedActivity> activity;
    std::vector<ExportedSession> sessions;
    std::vector<ExportedEvent> events;
    static constexpr auto fields() {
        using T = Exported;
        return std::tuple{
            Field{"exported_at", &T::exported_at},     Field{"user", &T::user},
            Field{"subscriptions", &T::subscriptions}, Field{"profiles", &T::profiles},
            Field{"playlists", &T::playlists},         Field{"favorites", &T::favorites},
            Field{"progress", &T::progress},           Field{"activity", &T::activity},
            Field{"sessions", &T::sessions},           Field{"events", &T::events}};
    }
};

class Export {
  public:
    Export(Database& db, const SecretBox& box, Throttles& throttles, Identity& identity,
           Clock clock)
        : db_(db),
          box_(box),
          throttles_(throttles),
          identity_(identity),
          clock_(std::move(clock)) {}

    Answer<Exported> all(const Request& request);

  private:
    std::vector<ExportedPlaylist> playlists(const Uuid& user);

    Database& db_;
    const SecretBox& box_;
    Throttles& throttles_;
    Identity& identity_;
    Clock clock_;
};

}  // namespace auth
