// The shape of a metrics file: a header with the names of the routes, the master's cells, and a
// slot of 64-bit cells for each child. metrics.cc writes into it, metrics_text.cc reads it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace metrics_file {

inline constexpr std::array statuses = {200, 201, 304, 400, 401, 402, 403, 404, 405,
                                        409, 410, 413, 415, 422, 423, 429, 500, 503};
inline constexpr std::size_t status_columns = statuses.size() + 1;  // the last: any other
inline constexpr std::array buckets_ms = {1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000};
inline constexpr std::array devices = {"phone", "tablet", "tv", "desktop", "other"};

// A histogram: a cell for each bucket, one for what exceeds all, and the sum in microseconds.
inline constexpr std::size_t histogram_cells = buckets_ms.size() + 2;
// An engine: the histogram of its time in a request, round trips, errors.
inline constexpr std::size_t engine_cells = histogram_cells + 2;

// Where in a slot things are. Behind the last of them: a row of statuses for each route, and one
// for requests that no route matched.
enum Cell : std::size_t {
    in_flight,
    rate_limited,
    replayed,
    by_device,
    database = by_device + devices.size() * histogram_cells,
    redis = database + engine_cells,
    by_route = redis + engine_cells,
};

inline constexpr std::size_t route_length = 128;  // with its NUL
using RouteName = std::array<char, route_length>;

struct alignas(64) Header {
    std::array<char, 16> format;
    std::uint64_t children;
    std::uint64_t routes;
    std::uint64_t slot_size;          // in cells
    alignas(64) std::uint64_t alive;  // from here on written by the master
    std::uint64_t restarts;
};
inline constexpr std::array<char, 16> format = {"syncstream mtr1"};

// In cells, full cache lines: two children never write to the same one.
constexpr std::size_t slot_cells(std::size_t routes) {
    return (by_route + (routes + 1) * status_columns + 7) / 8 * 8;
}
constexpr std::size_t slots_offset(std::size_t routes) {
    return sizeof(Header) + routes * sizeof(RouteName);
}
constexpr std::size_t file_size(std::size_t routes, std::size_t children) {
    return slots_offset(routes) + children * slot_cells(routes) * sizeof(std::uint64_t);
}

std::string folder(const std::string& run_folder);

// A complete file of zeros with that header.
std::string blank(const std::vector<std::string>& routes, int children);

}  // namespace metrics_file
