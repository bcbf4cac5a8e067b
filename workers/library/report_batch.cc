#include "workers/library/report_batch.h"

#include <algorithm>
#include <tuple>

namespace library {

namespace {

// Without an instant a report is of now: newer than any that tells one.
auto rank(const Report& report) {
    return std::tuple{!report.client_updated_at, report.client_updated_at, report.progress_seconds,
                      report.duration_seconds, report.device_id};
}

// What the newer one leaves out stays as the older one had it.
template <class T>
void fill(std::optional<T>& newer, const std::optional<T>& older) {
    if (!newer) newer = older;
}

void fill(Report& newer, const Report& older) {
    fill(newer.item_type, older.item_type);
    fill(newer.duration_seconds, older.duration_seconds);
    fill(newer.device_id, older.device_id);
    fill(newer.series_id, older.series_id);
}

}  // namespace

Report believable(Report report, Instant now) {
    if (report.duration_seconds == 0) report.duration_seconds.reset();
    if (auto& at = report.client_updated_at) {
        at = std::min<Instant>(std::chrono::floor<std::chrono::milliseconds>(*at), now);
    }
    return report;
}

ReportBatch::ReportBatch(const std::vector<Lenient<Report>>& items, Instant now) : items_(items) {
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (items[i].faults.empty()) compete(i, believable(items[i].value, now));
    }
    for (const auto& [item_id, winner] : newest_) add_column(winner.report);
}

void ReportBatch::compete(std::size_t place, Report report) {
    auto [at, first] = newest_.try_emplace(report.item_id, Winner{place, report});
    if (first) return;
    auto& winner = at->second;
    if (rank(report) < rank(winner.report)) {
        fill(winner.report, report);
    } else {
        fill(report, winner.report);
        winner = {place, std::move(report)};
    }
}

void ReportBatch::add_column(const Report& report) {
    columns_.item_ids.push_back(report.item_id);
    columns_.item_types.push_back(report.item_type);
    columns_.series_ids.push_back(report.series_id);
    columns_.device_ids.push_back(report.device_id);
    columns_.seconds.push_back(report.progress_seconds);
    columns_.durations.push_back(report.duration_seconds);
    columns_.instants.push_back(report.client_updated_at);
    columns_.activity_ids.push_back(Uuid::make());
}

std::vector<BatchResult> ReportBatch::results(const std::vector<Standing>& stand) const {
    std::map<std::string, const Standing*> by_item;
    for (const auto& one : stand) by_item.emplace(one.item_id, &one);
    std::vector<BatchResult> all;
    for (std::size_t i = 0; i < items_.size(); ++i) {
        const auto& [report, faults] = items_[i];
        BatchResult result{report.item_id, "rejected", {}, {}};
        if (faults.empty()) {
            const auto& row = *by_item.at(report.item_id);
            bool stored = newest_.at(report.item_id).place == i && !row.stale;
            result.status = stored ? "stored" : "stale";
            result.progress = row;
        } else {
            result.error = Rejection{validation_failed.code, {faults}};
        }
        all.push_back(std::move(result));
    }
    return all;
}

}  // namespace library
