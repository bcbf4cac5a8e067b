// Counters of one pool of children, in a file that all of them map: <run folder>/metrics/<pool>.
// The master makes it before it forks; children count into a slot of their own; any process may
// read all files and add them up. What a request is, and who serves the text, is http's business.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "common/base/effort.h"

enum class Device : std::uint8_t { phone, tablet, tv, desktop, other };

inline constexpr std::uint32_t unknown_route = 0xffffffff;  // no route matched

// What there is to count about one request.
struct Observation {
    std::uint32_t route = unknown_route;  // position in the routes given to Metrics
    int status = 0;
    Device device = Device::other;
    std::chrono::microseconds total{};
    Effort database{};
    Effort redis{};
    bool rate_limited = false;
    bool replayed = false;
    int database_errors = 0;
    int redis_errors = 0;
};

class Metrics {
  public:
    // Opens the file of the pool, or makes it anew when there is none of the same shape; counters
    // survive a reload. `routes` are patterns ("GET /api/v1/profiles/{id}") of at most 127 bytes.
    // Throws std::system_error when the file cannot be made.
    Metrics(const std::string& run_folder, const std::string& pool,
            const std::vector<std::string>& routes, int children);
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;
    ~Metrics();

    // Called by the child with that index. Costs some additions; takes no lock.
    void record(int child, const Observation& seen);
    void in_flight(int child, bool busy);

    // Called by the master.
    void children_alive(int count);
    void restarted();  // a child was replaced

  private:
    std::uint64_t* slot(int child);

    std::uint64_t* file_ = nullptr;  // mapped
    std::size_t size_ = 0;           // in bytes
    std::uint32_t routes_ = 0;
    int children_ = 0;
};

// The counters of all pools found in the run folder, in the Prometheus text format. Files of a
// foreign shape are passed over.
std::string render_prometheus(const std::string& run_folder);
