#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>

#include "common/process/figures.h"
#include "common/process/metrics.h"
#include "common/process/metrics_file.h"

namespace {

using namespace metrics_file;

// What a pool has counted, all its children added up.
struct Pool {
    std::string name;
    Header header;
    std::vector<std::string> routes;
    std::vector<std::uint64_t> cells;
};

bool sane(const Header& header, std::size_t size) {
    constexpr std::uint64_t most = 100'000;
    return header.format == format && header.children <= most && header.routes <= most &&
           header.slot_size == slot_cells(header.routes) &&
           size == file_size(header.routes, header.children);
}

std::optional<Pool> read_pool(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::string content{std::istreambuf_iterator<char>(file), {}};
    Pool pool{path.filename().string(), {}, {}, {}};
    if (content.size() < sizeof(Header)) return std::nullopt;
    std::memcpy(&pool.header, content.data(), sizeof(Header));
    if (!sane(pool.header, content.size())) return std::nullopt;
    for (std::size_t route = 0; route < pool.header.routes; ++route)
        pool.routes.emplace_back(&content[sizeof(Header) + route * route_length]);
    pool.routes.emplace_back("unmatched");
    pool.cells.resize(pool.header.slot_size);
    std::vector<std::uint64_t> slot(pool.cells.size());
    auto bytes = slot.size() * sizeof slot[0];
    for (std::size_t child = 0; child < pool.header.children; ++child) {
        std::memcpy(slot.data(), &content[slots_offset(pool.header.routes) + child * bytes], bytes);
        std::transform(slot.begin(), slot.end(), pool.cells.begin(), pool.cells.begin(),
                       std::plus{});
    }
    return pool;
}

std::vector<Pool> read_pools(const std::string& run_folder) {
    std::vector<Pool> pools;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder(run_folder), error)) {
        if (!entry.is_regular_file(error) || entry.path().filename().string()[0] == '.') continue;
        if (auto pool = read_pool(entry.path())) pools.push_back(std::move(*pool));
    }
    std::sort(pools.begin(), pools.end(), [](auto& a, auto& b) { return a.name < b.name; });
    return pools;
}

std::string seconds(std::uint64_t microseconds) {
    std::array<char, 32> text;
    std::snprintf(text.data(), text.size(), "%llu.%06llu", microseconds / 1'000'000ULL,
                  microseconds % 1'000'000ULL);
    return text.data();
}

std::string limit_in_seconds(int milliseconds) {
    std::array<char, 32> text;
    std::snprintf(text.data(), text.size(), "%g", milliseconds / 1000.0);
    return text.data();
}

// The exposition format: a metric's samples stand together, under its HELP and TYPE.
class Page {
  public:
    explicit Page(std::vector<Pool> pools) : pools_(std::move(pools)) {}

    template <typename Samples>
    void metric(const std::string& name, const char* type, const char* help, Samples samples) {
        name_ = "syncstream_" + name;
        text_ += "# HELP " + name_ + " " + help + "\n# TYPE " + name_ + " " + type + "\n";
        for (const auto& pool : pools_) samples(pool, metric_label("area", pool.name));
    }
    void cell(const std::string& name, const char* type, const char* help, std::size_t cell) {
        metric(name, type, help, [&](const Pool& pool, const std::string& labels) {
            sample("", labels, std::to_string(pool.cells[cell]));
        });
    }
    void sample(const char* ending, const std::string& labels, const std::string& value) {
        text_ += name_ + ending + "{" + labels + "} " + value + "\n";
    }
    void histogram(const std::string& labels, const std::uint64_t* cells) {
        std::uint64_t count = 0;
        for (std::size_t index = 0; index <= buckets_ms.size(); ++index) {
            count += cells[index];
            auto limit = index < buckets_ms.size() ? limit_in_seconds(buckets_ms[index]) : "+Inf";
            sample("_bucket", labels + "," + metric_label("le", limit), std::to_string(count));
        }
        sample("_sum", labels, seconds(cells[histogram_cells - 1]));
        sample("_count", labels, std::to_string(count));
    }
    std::string take() { return std::move(text_); }

  private:
    std::vector<Pool> pools_;
    std::string name_;
    std::string text_;
};

void write_requests(Page& page) {
    page.metric(
        "requests_total", "counter", "Requests by route pattern and status.",
        [&](const Pool& pool, const std::string& labels) {
            for (std::size_t at = 0; at < pool.routes.size() * status_columns; ++at) {
                auto count = pool.cells[by_route + at];
                if (count == 0) continue;
                auto column = at % status_columns;
                auto status = column < statuses.size() ? std::to_string(statuses[column]) : "other";
                page.sample("",
                            labels + "," + metric_label("route", pool.routes[at / status_columns]) +
                                "," + metric_label("status", status),
                            std::to_string(count));
            }
        });
    page.metric("request_duration_seconds", "histogram", "Time to answer, by class of device.",
                [&](const Pool& pool, const std::string& labels) {
                    for (std::size_t device = 0; device < devices.size(); ++device)
                        page.histogram(labels + "," + metric_label("device", devices[device]),
                                       &pool.cells[by_device + device * histogram_cells]);
                });
    page.cell("rate_limited_total", "counter", "Requests refused by a rate limit.", rate_limited);
    page.cell("idempotent_replays_total", "counter", "Answers replayed for a repeated key.",
              replayed);
    page.cell("requests_in_flight", "gauge", "Requests being worked on.", in_flight);
}

void write_engine(Page& page, const std::string& name, std::size_t engine) {
    page.metric(name + "_duration_seconds", "histogram", "Time a request spent waiting for it.",
                [&](const Pool& pool, const std::string& labels) {
                    page.histogram(labels, &pool.cells[engine]);
                });
    page.cell(name + "_round_trips_total", "counter", "Round trips to it.",
              engine + histogram_cells);
    page.cell(name + "_errors_total", "counter", "Errors it answered with, or not at all.",
              engine + histogram_cells + 1);
}

void write_children(Page& page) {
    page.metric("children", "gauge", "Children the pool is meant to have.",
                [&](const Pool& pool, const std::string& labels) {
                    page.sample("", labels, std::to_string(pool.header.children));
                });
    page.metric("children_alive", "gauge", "Children that live.",
                [&](const Pool& pool, const std::string& labels) {
                    page.sample("", labels, std::to_string(pool.header.alive));
                });
    page.metric("child_restarts_total", "counter", "Children replaced, for whatever reason.",
                [&](const Pool& pool, const std::string& labels) {
                    page.sample("", labels, std::to_string(pool.header.restarts));
                });
}

}  // namespace

std::string render_prometheus(const std::string& run_folder) {
    Page page(read_pools(run_folder));
    write_requests(page);
    write_engine(page, "database", database);
    write_engine(page, "redis", redis);
    write_children(page);
    return page.take() + read_figures(run_folder);
}
