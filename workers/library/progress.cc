#include "workers/library/progress.h"

#include <algorithm>

#include "common/accounts/progress_sql.h"
#include "workers/library/library_sql.h"
#include "workers/library/progress_sql.h"
#include "workers/library/report_batch.h"

namespace library {

namespace {

ReportOutcome outcome(Progress progress, bool stale) {
    return {{std::move(progress), stale}, stale};
}

// What was stored, and for whom.
struct Saved {
    Progress progress;
    Uuid profile;
    static constexpr auto fields() {
        return std::tuple{Field{"progress", &Saved::progress},
                          Field{"profile_id", &Saved::profile}};
    }
};

std::int64_t to_ms(Instant instant) {
    return std::chrono::floor<std::chrono::milliseconds>(instant).time_since_epoch().count();
}

// Whether what stands is newer; what is the same was merely said twice.
bool outdated(const Report& report, const Progress& stands) {
    return stands.updated_at != report.client_updated_at ||
           stands.progress_seconds > report.progress_seconds;
}

}  // namespace

// What clients see and send back has milliseconds, so that is what instants are compared in.
Instant ProgressReports::now() const {
    return std::chrono::floor<std::chrono::milliseconds>(clock_());
}

ReportOutcome ProgressReports::put(const Request& request, const Report& sent) {
    auto now = this->now();
    auto report = believable(sent, now);
    auto asked = row<Saved>(::progress::sql::put_progress, request.user, request.token->profile,
                            report.item_id, report.item_type, report.series_id,
                            report.progress_seconds, report.duration_seconds, report.device_id,
                            report.client_updated_at, now, Uuid::make());
    auto accepted = [&](const Saved& saved) {
        tell(request, saved.profile, saved.progress, report.device_id);
        return outcome(saved.progress, false);
    };
    auto [saved] = db_.pipeline(asked);
    if (saved) return accepted(*saved);
    auto stands = db_.find<Progress>(sql::find_progress, profile_of(db_, request), request.user,
                                     report.item_id);
    if (stands) return outcome(*stands, outdated(report, *stands));
    // The account has no counter yet, or the row was deleted in between.
    auto [locked, again] = db_.pipeline(change(sql::lock_account, request.user), asked);
    if (!again) throw Failure(not_found);
    return accepted(*again);
}

BatchOutcome ProgressReports::put_many(const Request& request, const Batch& batch) {
    if (!batch.items) {
        throw Failure(validation_failed).with_faults({{"items", "field_required", {}}});
    }
    auto now = this->now();
    ReportBatch reports{*batch.items, now};
    std::vector<Standing> stand;
    if (!reports.empty()) {
        const auto& c = reports.columns();
        auto profile = profile_of(db_, request);
        std::int64_t locked = 0;
        std::tie(locked, stand) =
            db_.pipeline(change(sql::lock_account, request.user),
                         rows<Standing>(sql::put_reports, request.user, profile, c.item_ids,
                                        c.item_types, c.series_ids, c.seconds, c.durations,
                                        c.device_ids, c.instants, now, c.activity_ids));
        if (stand.empty()) throw Failure(not_found);
        tell(request, profile, stand);
    }
    return {reports.results(stand)};
}

Page<Progress> ProgressReports::list(const Request& request,
                                     const FromQuery<ProgressQuery>& query) {
    const auto& wanted = query.value;
    auto profile = profile_of(db_, request);
    auto rows = db_.list<Counted<Progress>>(sql::list_progress, profile, request.user, wanted.type,
                                            wanted.completed, wanted.limit,
                                            offset(wanted.page, wanted.limit));
    return make_page(std::move(rows), wanted.page, wanted.limit, [&] {
        return db_.get<std::int64_t>(sql::count_progress, profile, request.user, wanted.type,
                                     wanted.completed);
    });
}

std::vector<Progress> ProgressReports::unfinished(const Request& request,
                                                  const FromQuery<UnfinishedQuery>& query) {
    return db_.list<Progress>(sql::list_unfinished, profile_of(db_, request), request.user,
                              query.value.limit);
}

Progress ProgressReports::find(const Request& request) {
    return db_.get<Progress>(sql::find_progress, profile_of(db_, request), request.user,
                             request.path_value("item_id"));
}

void ProgressReports::remove(const Request& request) {
    auto profile = profile_of(db_, request);
    std::string item{request.path_value("item_id")};
    auto [locked, version] =
        db_.pipeline(change(sql::lock_account, request.user),
                     row<std::int64_t>(sql::delete_progress, profile, request.user, item));
    if (!version) throw Failure(not_found);
    announcements_.tell(request.user, "progress:changed", Changed{*version, {item}, profile});
}

void ProgressReports::tell(const Request& request, const Uuid& profile, const Progress& saved,
                           const std::optional<std::string>& by) {
    announcements_.tell(request.user, "sync:playback",
                        Playback{saved.item_id,
                                 saved.item_type,
                                 saved.progress_seconds * 1000LL,
                                 saved.duration_seconds * 1000LL,
                                 saved.completed ? "completed" : "stored",
                                 saved.device_id,
                                 to_ms(saved.updated_at),
                                 {},
                                 profile,
                                 by});
}

// One that was stored is told whole, several by their names.
void ProgressReports::tell(const Request& request, const Uuid& profile,
                           const std::vector<Standing>& stand) {
    std::vector<const Standing*> stored;
    Changed changed{0, {}, profile};
    for (const auto& one : stand) {
        if (one.stale) continue;
        stored.push_back(&one);
        changed.rev = std::max(changed.rev, one.version);
        if (changed.ids.size() < Changed::most_ids) changed.ids.push_back(one.item_id);
    }
    if (stored.size() == 1) {
        return tell(request, profile, *stored.front(), stored.front()->device_id);
    }
    if (!stored.empty()) announcements_.tell(request.user, "progress:changed", changed);
}

}  // namespace library
