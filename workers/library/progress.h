// Where a profile stopped, reported every few seconds by every device that plays. The newest report
// of an item stands, whatever order the reports come in; how new one is says the device, within
// what the server can believe (nothing comes from the future).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/accounts/announcements.h"
#include "workers/library/library.h"

namespace library {

inline constexpr Range watched_seconds{0, 10'000'000};
inline constexpr Length device_id_length{1, 100};

// `percent` and `completed` (from 95 %) need a duration; one of 0 is not known. `updated_at` is
// the instant of the report that stands: an older one will not replace it.
struct Progress {
    std::string item_id, item_type;
    std::optional<std::string> series_id;
    std::int32_t progress_seconds = 0, duration_seconds = 0;
    bool completed = false;
    std::int32_t percent = 0;
    std::optional<std::string> device_id;
    Instant updated_at;
    std::int64_t version = 0;
    static constexpr const char* singular = "progress";
    static constexpr const char* plural = "progress";
    static constexpr auto fields() {
        return std::tuple{Field{"item_id", &Progress::item_id},
                          Field{"item_type", &Progress::item_type, item_types},
                          Field{"series_id", &Progress::series_id, Full{}},
                          Field{"progress_seconds", &Progress::progress_seconds},
                          Field{"duration_seconds", &Progress::duration_seconds},
                          Field{"completed", &Progress::completed},
                          Field{"percent", &Progress::percent, Range{0, 100}},
                          Field{"device_id", &Progress::device_id, Full{}},
                          Field{"updated_at", &Progress::updated_at, Full{}},
                          Field{"version", &Progress::version, Full{}}};
    }
};

// What a device says. What it leaves out stays as it was; without an instant it is of now.
struct Report {
    std::string item_id;
    std::int32_t progress_seconds = 0;
    std::optional<std::string> item_type;
    std::optional<std::int32_t> duration_seconds;
    std::optional<Instant> client_updated_at;
    std::optional<std::string> device_id, series_id;
    static constexpr auto fields() {
        return std::tuple{Field{"item_id", &Report::item_id, item_id_length, single_line},
                          Field{"progress_seconds", &Report::progress_seconds, watched_seconds},
                          Field{"item_type", &Report::item_type, item_types},
                          Field{"duration_seconds", &Report::duration_seconds, watched_seconds},
                          Field{"client_updated_at", &Report::client_updated_at},
                          Field{"device_id", &Report::device_id, device_id_length},
                          Field{"series_id", &Report::series_id, item_id_length, single_line}};
    }
};

// What stands after a report, and whether the report was too old to change it.
struct Standing : Progress {
    bool stale = false;
    static constexpr auto fields() {
        return std::tuple_cat(Progress::fields(), std::tuple{Field{"stale", &Standing::stale}});
    }
};

// Says `stale` both in the row and beside it.
struct ReportOutcome {
    Standing progress;
    bool stale = false;
    static constexpr auto fields() {
        return std::tuple{Field{"progress", &ReportOutcome::progress},
                          Field{"stale", &ReportOutcome::stale}};
    }
};

inline constexpr Entries batch_size{0, 500};

struct Batch {
    std::optional<std::vector<Lenient<Report>>> items;
    static constexpr auto fields() { return std::tuple{Field{"items", &Batch::items, batch_size}}; }
};

// Why a report of a batch was not taken.
struct Rejection {
    std::string code;
    FieldFaults fields_at_fault;
    static constexpr auto fields() {
        return std::tuple{Field{"code", &Rejection::code},
                          Field{"fields", &Rejection::fields_at_fault}};
    }
};

struct BatchResult {
    std::string item_id, status;
    std::optional<Progress> progress;
    std::optional<Rejection> error;
    static constexpr auto fields() {
        return std::tuple{
            Field{"item_id", &BatchResult::item_id},
            Field{"status", &BatchResult::status, OneOf{"stored", "stale", "rejected"}},
            Field{"progress", &BatchResult::progress}, Field{"error", &BatchResult::error}};
    }
};

struct BatchOutcome {
    std::vector<BatchResult> results;
    static constexpr auto fields() { return std::tuple{Field{"results", &BatchOutcome::results}}; }
};

struct ProgressQuery {
    std::optional<std::string> type;
    std::optional<bool> completed;
    std::int64_t page = 1, limit = 20;
    static constexpr auto fields() {
        return std::tuple{Field{"type", &ProgressQuery::type, item_types},
                          Field{"completed", &ProgressQuery::completed},
                          Field{"page", &ProgressQuery::page, Paging::pages},
                          Field{"limit", &ProgressQuery::limit, Paging::limits}};
    }
};

struct UnfinishedQuery {
    std::int64_t limit = 20;
    static constexpr auto fields() {
        return std::tuple{Field{"limit", &UnfinishedQuery::limit, Range{1, 100}}};
    }
};

class ProgressReports {
  public:
    ProgressReports(Database& db, Clock clock, Announcements announcements)
        : db_(db), clock_(std::move(clock)), announcements_(announcements) {}

    ReportOutcome put(const Request& request, const Report& report);
    BatchOutcome put_many(const Request& request, const Batch& batch);
    Page<Progress> list(const Request& request, const FromQuery<ProgressQuery>& query);
    std::vector<Progress> unfinished(const Request& request,
                                     const FromQuery<UnfinishedQuery>& query);
    Progress find(const Request& request);
    void remove(const Request& request);

  private:
    Instant now() const;
    void tell(const Request& request, const Uuid& profile, const Progress& saved,
              const std::optional<std::string>& by);
    void tell(const Request& request, const Uuid& profile, const std::vector<Standing>& stand);

    Database& db_;
    Clock clock_;
    Announcements announcements_;
};

}  // namespace library
