#include "workers/admin/records.h"

#include "workers/admin/admin_sql.h"

namespace admin {

namespace {

// An event as the audit log keeps it.
struct Progress {
    std::string status;
    std::int64_t attempts;
    std::optional<std::string> last_error;
    static constexpr auto fields() {
        return std::tuple{Field{"status", &Progress::status},
                          Field{"attempts", &Progress::attempts},
                          Field{"last_error", &Progress::last_error}};
    }
};

JsonText progress_of(const Event& event) {
    return json_of(Progress{event.status, event.attempts, event.last_error});
}

}  // namespace

Figures Records::figures(const Request&) {
    return figures_.get([&] { return db_.get<Figures>(sql::find_figures); });
}

Page<Event> Records::events(const Request&, const FromQuery<EventQuery>& query) {
    const auto& [page, limit, status] = query.value;
    auto [events, total] =
        db_.pipeline(rows<Event>(sql::list_events, status, limit, offset(page, limit)),
                     row<std::int64_t>(sql::count_events, status));
    return {std::move(events), page, limit, *total};
}

Event Records::replay(const Request& request) {
    auto id = std::string{request.path_value("id")};
    return db_.transaction([&] {
        auto before = db_.get<Event>(sql::lock_event, id);
        if (before.type == "unreadable") throw Failure(event_unreadable);
        auto after = db_.get<Event>(sql::replay_event, id);
        auto line = deed(request, "webhook_replayed", "webhook", id);
        line.before = progress_of(before);
        line.after = progress_of(after);
        audit_.note(line);
        return after;
    });
}

Page<DoneDeed> Records::deeds(const Request&, const FromQuery<DeedQuery>& query) {
    const auto& [page, limit, action, target] = query.value;
    auto [deeds, total] =
        db_.pipeline(rows<DoneDeed>(sql::list_deeds, action, target, limit, offset(page, limit)),
                     row<std::int64_t>(sql::count_deeds, action, target));
    return {std::move(deeds), page, limit, *total};
}

}  // namespace admin
