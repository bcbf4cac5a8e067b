#include "workers/auth/export.h"

#include "workers/auth/auth_sql.h"
#include "workers/auth/exported_sql.h"

namespace auth {

namespace {

struct StoredPlaylist {
    Uuid id;
    std::string name, type, url;
    std::optional<std::string> epg_url;
    std::optional<Bytes> url_sealed, username_sealed, password_sealed, epg_url_sealed;
    std::string status;
    Instant created_at, updated_at;
    static constexpr auto fields() {
        using T = StoredPlaylist;
        return std::tuple{Field{"id", &T::id},
                          Field{"name", &T::name},
                          Field{"type", &T::type},
                          Field{"url", &T::url},
                          Field{"epg_url", &T::epg_url},
                          Field{"url_sealed", &T::url_sealed},
                          Field{"username_sealed", &T::username_sealed},
                          Field{"password_sealed", &T::password_sealed},
                          Field{"epg_url_sealed", &T::epg_url_sealed},
                          Field{"status", &T::status},
                          Field{"created_at", &T::created_at},
                          Field{"updated_at", &T::updated_at}};
    }
};

// What is sealed in a column; nothing when the column is empty or its key is gone.
std::optional<std::string> opened(const SecretBox& box, const StoredPlaylist& stored,
                                  const std::optional<Bytes>& sealed, const char* column) {
    if (!sealed) return std::nullopt;
    return box.open(*sealed, "playlists|" + stored.id.text() + "|" + column);
}

ExportedPlaylist reveal(const SecretBox& box, const StoredPlaylist& stored) {
    ExportedPlaylist shown{
        stored.id, stored.name,    stored.type,   stored.url,        {},
        {},        stored.epg_url, stored.status, stored.created_at, stored.updated_at};
    shown.username = opened(box, stored, stored.username_sealed, "username");
    shown.password = opened(box, stored, stored.password_sealed, "password");
    if (auto url = opened(box, stored, stored.url_sealed, "url")) shown.url = *url;
    if (auto url = opened(box, stored, stored.epg_url_sealed, "epg_url")) shown.epg_url = *url;
    return shown;
}

}  // namespace

Answer<Exported> Export::all(const Request& request) {
    throttles_.count(throttle::export_account, request.user.text());
    identity_.note(request, request.user, event::data_exported);
    const auto& user = request.user;
    auto [account, subscriptions, transactions, invoices, refunds, checkouts, customers] =
        db_.pipeline(row<User>(sql::find_account, user),
                     rows<ExportedSubscription>(sql::export_subscriptions, user),
                     rows<ExportedTransaction>(sql::export_transactions, user),
                     rows<ExportedInvoice>(sql::export_invoices, user),
                     rows<ExportedRefund>(sql::export_refunds, user),
                     rows<ExportedCheckout>(sql::export_checkouts, user),
                     rows<ExportedCustomer>(sql::export_customers, user));
    auto [profiles, favorites, progress, activity] =
        db_.pipeline(rows<Profile>(sql::export_profiles, user),
                     rows<ExportedFavorite>(sql::export_favorites, user),
                     rows<ExportedProgress>(sql::export_progress, user),
                     rows<ExportedActivity>(sql::export_activity, user));
    auto [sessions, tvs, events, letters, links, deeds, notices, parties] = db_.pipeline(
        rows<ExportedSession>(sql::export_sessions, user), rows<ExportedTv>(sql::export_tvs, user),
        rows<ExportedEvent>(sql::export_events, user),
        rows<ExportedLetter>(sql::export_letters, user),
        rows<ExportedLink>(sql::export_links, user), rows<ExportedDeed>(sql::export_deeds, user),
        rows<ExportedNotification>(sql::export_notifications, user),
        rows<ExportedParty>(sql::export_parties, user));
    if (!account) throw Failure(unauthenticated);
    Exported all{clock_(),  *account, subscriptions,   transactions, invoices, refunds,  checkouts,
                 customers, profiles, playlists(user), favorites,    progress, activity, sessions,
                 tvs,       events,   letters,         links,        deeds,    notices,  parties};
    return {std::move(all),
            200,
            "",
            {{"Content-Disposition", R"(attachment; filename="syncstream.json")"}}};
}

std::vector<ExportedPlaylist> Export::playlists(const Uuid& user) {
    std::vector<ExportedPlaylist> shown;
    for (const auto& stored : db_.list<StoredPlaylist>(sql::export_playlists, user)) {
        shown.push_back(reveal(box_, stored));
    }
    return shown;
}

}  // namespace auth
