// Figures of a program that has no pool, as it finds them from time to time: a text file beside the
// counters of the pools (metrics.h), shown with them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

struct Gauge {
    std::string name;  // `double_subscriptions`; shown with `syncstream_` before it
    std::string help;
    std::int64_t value = 0;
};

// Takes the place of what the program wrote before, at once. Throws std::system_error.
void write_gauges(const std::string& run_folder, const std::string& program,
                  const std::vector<Gauge>& gauges);
// What all programs wrote, in the Prometheus text format.
std::string read_gauges(const std::string& run_folder);
