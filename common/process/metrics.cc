#include "common/process/metrics.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <system_error>

#include "common/process/metrics_file.h"

namespace {

using namespace metrics_file;
using std::chrono::microseconds;

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

// While a reload lasts two generations share the slots, so a cell may have two writers.
void add(std::uint64_t& cell, std::uint64_t count) {
    if (count != 0) std::atomic_ref(cell).fetch_add(count, std::memory_order_relaxed);
}
void set(std::uint64_t& cell, std::uint64_t value) {
    std::atomic_ref(cell).store(value, std::memory_order_relaxed);
}

void add_time(std::uint64_t* histogram, microseconds time) {
    auto bucket = std::find_if(buckets_ms.begin(), buckets_ms.end(),
                               [&](int limit) { return time <= std::chrono::milliseconds{limit}; });
    add(histogram[bucket - buckets_ms.begin()], 1);
    add(histogram[histogram_cells - 1],
        static_cast<std::uint64_t>(std::max<std::int64_t>(0, time.count())));
}

void add_engine(std::uint64_t* engine, const Effort& effort, int errors) {
    if (effort.trips > 0) add_time(engine, effort.time);
    add(engine[histogram_cells], static_cast<std::uint64_t>(std::max(0, effort.trips)));
    add(engine[histogram_cells + 1], static_cast<std::uint64_t>(std::max(0, errors)));
}

std::size_t column(int status) {
    auto at = std::find(statuses.begin(), statuses.end(), status);
    return static_cast<std::size_t>(at - statuses.begin());
}

// Whether the file is there with the same header: routes, children, sizes.
bool same_shape(const std::string& path, const std::string& wanted, std::size_t head) {
    std::ifstream file(path, std::ios::binary);
    std::string found(head, '\0');
    file.read(found.data(), static_cast<std::streamsize>(head));
    if (!file) return false;
    auto constant = offsetof(Header, alive);
    return std::filesystem::file_size(path) == wanted.size() &&
           found.compare(0, constant, wanted, 0, constant) == 0 &&
           found.compare(sizeof(Header), head - sizeof(Header), wanted, sizeof(Header),
                         head - sizeof(Header)) == 0;
}

// A reader never sees half a file: it is renamed into place when it is whole.
void write_whole(const std::string& path, const std::string& content) {
    auto temporary = std::filesystem::path(path).parent_path() /
                     ("." + std::filesystem::path(path).filename().string());
    std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
    file.write(content.data(), static_cast<std::streamsize>(content.size()));
    file.close();
    if (!file) fail(temporary.string());
    std::filesystem::rename(temporary, path);
}

std::uint64_t* map(const std::string& path, std::size_t size) {
    int descriptor = open(path.c_str(), O_RDWR | O_CLOEXEC);
    if (descriptor < 0) fail(path);
    void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    int error = errno;
    close(descriptor);
    errno = error;
    if (memory == MAP_FAILED) fail(path);
    return static_cast<std::uint64_t*>(memory);
}

}  // namespace

std::string metrics_file::folder(const std::string& run_folder) { return run_folder + "/metrics"; }

std::string metrics_file::blank(const std::vector<std::string>& routes, int children) {
    auto count = static_cast<std::size_t>(std::max(1, children));
    std::string content(file_size(routes.size(), count), '\0');
    Header header{format, count, routes.size(), slot_cells(routes.size()), 0, 0};
    std::memcpy(content.data(), &header, sizeof header);
    for (std::size_t index = 0; index < routes.size(); ++index) {
        if (routes[index].size() >= route_length)
            throw std::logic_error("route too long for the metrics: " + routes[index]);
        routes[index].copy(&content[sizeof header + index * route_length], route_length - 1);
    }
    return content;
}

Metrics::Metrics(const std::string& run_folder, const std::string& pool,
                 const std::vector<std::string>& routes, int children)
    : size_(file_size(routes.size(), static_cast<std::size_t>(std::max(1, children)))),
      routes_(static_cast<std::uint32_t>(routes.size())),
      children_(std::max(1, children)) {
    std::filesystem::create_directories(folder(run_folder));
    auto path = folder(run_folder) + "/" + pool;
    auto content = blank(routes, children_);
    if (!same_shape(path, content, slots_offset(routes.size()))) write_whole(path, content);
    file_ = map(path, size_);
}

Metrics::~Metrics() { munmap(file_, size_); }

std::uint64_t* Metrics::slot(int child) {
    if (child < 0 || child >= children_) throw std::logic_error("no such slot in the metrics");
    return file_ + slots_offset(routes_) / sizeof *file_ +
           static_cast<std::size_t>(child) * slot_cells(routes_);
}

void Metrics::record(int child, const Observation& seen) {
    auto* cells = slot(child);
    auto row = std::min(seen.route, routes_);
    add(cells[by_route + row * status_columns + column(seen.status)], 1);
    add_time(cells + by_device + static_cast<std::size_t>(seen.device) * histogram_cells,
             seen.total);
    add_engine(cells + database, seen.database, seen.database_errors);
    add_engine(cells + redis, seen.redis, seen.redis_errors);
    add(cells[rate_limited], seen.rate_limited);
    add(cells[replayed], seen.replayed);
}

void Metrics::in_flight(int child, bool busy) { set(slot(child)[metrics_file::in_flight], busy); }

void Metrics::children_alive(int count) {
    set(reinterpret_cast<Header*>(file_)->alive, static_cast<std::uint64_t>(std::max(0, count)));
}

void Metrics::restarted() { add(reinterpret_cast<Header*>(file_)->restarts, 1); }
