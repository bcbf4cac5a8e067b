// The reports of a device that was offline, made ready to be stored in one statement: those that
// are wrong are set aside, and of several about one item the newest stands for all.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "workers/library/progress.h"

namespace library {

// A report as it is taken: nothing is of the future, a duration of 0 was not known, and instants
// have milliseconds.
Report believable(Report report, Instant now);

class ReportBatch {
  public:
    // Entry by entry what `put_reports` takes.
    struct Columns {
        std::vector<std::string> item_ids;
        std::vector<std::optional<std::string>> item_types, series_ids, device_ids;
        std::vector<std::int64_t> seconds;
        std::vector<std::optional<std::int64_t>> durations;
        std::vector<std::optional<Instant>> instants;
        std::vector<Uuid> activity_ids;
    };

    // `items` must outlive the batch.
    ReportBatch(const std::vector<Lenient<Report>>& items, Instant now);

    bool empty() const { return newest_.empty(); }
    const Columns& columns() const { return columns_; }
    // What came of each item, in the order in which they were sent.
    std::vector<BatchResult> results(const std::vector<Standing>& stand) const;

  private:
    struct Winner {
        std::size_t place;  // among the items
        Report report;
    };
    void compete(std::size_t place, Report report);
    void add_column(const Report& report);

    const std::vector<Lenient<Report>>& items_;
    std::map<std::string, Winner> newest_;
    Columns columns_;
};

}  // namespace library
