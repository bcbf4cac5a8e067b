// What an account's export consists of, a struct for each kind of row. Export (export.h) fills them
// by the statements of exported.sql; a table that holds something of somebody's and is not here is
// named, with the reason, in tests/workers/auth/export_test.cc.
#pragma once

#include "workers/auth/auth.h"
#include "workers/auth/exported_payments.h"

namespace auth {

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

struct ExportedLetter {
    std::string kind, recipient, language, status;
    Instant created_at;
    std::optional<Instant> sent_at;
    static constexpr auto fields() {
        using T = ExportedLetter;
        return std::tuple{Field{"kind", &T::kind},
                          Field{"recipient", &T::recipient},
                          Field{"language", &T::language},
                          Field{"status", &T::status},
                          Field{"created_at", &T::created_at},
                          Field{"sent_at", &T::sent_at}};
    }
};

// A link that was sent in a letter; not the link, which lets somebody in.
struct ExportedLink {
    std::string purpose;
    std::optional<std::string> new_email;
    Instant created_at, expires_at;
    std::optional<Instant> used_at;
    static constexpr auto fields() {
        using T = ExportedLink;
        return std::tuple{Field{"purpose", &T::purpose}, Field{"new_email", &T::new_email},
                          Field{"created_at", &T::created_at}, Field{"expires_at", &T::expires_at},
                          Field{"used_at", &T::used_at}};
    }
};

// A TV that was let in or refused by its code.
struct ExportedTv {
    std::optional<std::string> client, device_name, device_type, ip;
    std::string status;
    Instant created_at;
    static constexpr auto fields() {
        using T = ExportedTv;
        return std::tuple{
            Field{"client", &T::client},           Field{"device_name", &T::device_name},
            Field{"device_type", &T::device_type}, Field{"ip", &T::ip},
            Field{"status", &T::status},           Field{"created_at", &T::created_at}};
    }
};

// What an admin did with the account; who it was is the admin's own.
struct ExportedDeed {
    std::string action;
    std::optional<JsonText> before, after;
    Instant created_at;
    static constexpr auto fields() {
        using T = ExportedDeed;
        return std::tuple{Field{"action", &T::action}, Field{"before", &T::before},
                          Field{"after", &T::after}, Field{"created_at", &T::created_at}};
    }
};

struct ExportedNotification {
    std::string kind, title, body;
    Instant created_at;
    std::optional<Instant> read_at;
    static constexpr auto fields() {
        using T = ExportedNotification;
        return std::tuple{Field{"kind", &T::kind}, Field{"title", &T::title},
                          Field{"body", &T::body}, Field{"created_at", &T::created_at},
                          Field{"read_at", &T::read_at}};
    }
};

// A watch party that was joined; what was said in it is not kept.
struct ExportedParty {
    std::string id, title, role;
    bool hosted = false;
    Instant joined_at;
    std::optional<Instant> left_at;
    static constexpr auto fields() {
        using T = ExportedParty;
        return std::tuple{Field{"id", &T::id},
                          Field{"title", &T::title},
                          Field{"role", &T::role},
                          Field{"hosted", &T::hosted},
                          Field{"joined_at", &T::joined_at},
                          Field{"left_at", &T::left_at}};
    }
};

struct Exported {
    Instant exported_at;
    User user;
    std::vector<ExportedSubscription> subscriptions;
    std::vector<ExportedTransaction> transactions;
    std::vector<ExportedInvoice> invoices;
    std::vector<ExportedRefund> refunds;
    std::vector<ExportedCheckout> checkouts;
    std::vector<ExportedCustomer> stripe_customers;
    std::vector<Profile> profiles;
    std::vector<ExportedPlaylist> playlists;
    std::vector<ExportedFavorite> favorites;
    std::vector<ExportedProgress> progress;
    std::vector<ExportedActivity> activity;
    std::vector<ExportedSession> sessions;
    std::vector<ExportedTv> tvs;
    std::vector<ExportedEvent> events;
    std::vector<ExportedLetter> letters;
    std::vector<ExportedLink> links;
    std::vector<ExportedDeed> admin_actions;
    std::vector<ExportedNotification> notifications;
    std::vector<ExportedParty> parties;
    static constexpr auto fields() {
        using T = Exported;
        return std::tuple{Field{"exported_at", &T::exported_at},
                          Field{"user", &T::user},
                          Field{"subscriptions", &T::subscriptions},
                          Field{"transactions", &T::transactions},
                          Field{"invoices", &T::invoices},
                          Field{"refunds", &T::refunds},
                          Field{"checkouts", &T::checkouts},
                          Field{"stripe_customers", &T::stripe_customers},
                          Field{"profiles", &T::profiles},
                          Field{"playlists", &T::playlists},
                          Field{"favorites", &T::favorites},
                          Field{"progress", &T::progress},
                          Field{"activity", &T::activity},
                          Field{"sessions", &T::sessions},
                          Field{"tvs", &T::tvs},
                          Field{"events", &T::events},
                          Field{"letters", &T::letters},
                          Field{"links", &T::links},
                          Field{"admin_actions", &T::admin_actions},
                          Field{"notifications", &T::notifications},
                          Field{"parties", &T::parties}};
    }
};

}  // namespace auth
