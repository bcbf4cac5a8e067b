// What a node counts while it serves, for figures.h. All of it belongs to the node's thread, so
// that counting is an addition: no lock, no memory to be found, no name to be looked up.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "common/process/figures.h"
#include "workers/party/room/programme.h"

namespace party {

// Values of the last minute, some hundred at most: a sample where there were more.
class Lately {
  public:
    void note(double value, double now);  // ms of the monotonic clock
    std::vector<double> values(double now) const;

  private:
    struct Value {
        double value = 0, until = 0;
    };
    std::array<Value, 512> ring_{};
    std::size_t next_ = 0;
};

// What became of a command of a room. The first ones are those of Applied::Kind (redis/rooms.h),
// in their order; then come commands that Redis was not asked about.
enum class Result : std::uint8_t { done, conflict, duplicate, gone, away, refused, unchanged };
inline constexpr std::array<std::string_view, 7> result_names{
    "done", "conflict", "duplicate", "gone", "away", "refused", "unchanged"};

struct Counts {
    void applied(Result result, double began);  // ms of the monotonic clock
    // The state of playback was changed by this node: has a wait come to its end?
    void moved(const Playback& before, const Playback& after, Millis now);
    void add(const Counts& other);  // but for what is known of the last minute only

    std::array<std::uint64_t, 256> messages{};  // of clients, by the numbers of frames.h
    std::array<std::uint64_t, result_names.size()> results{};
    std::array<std::uint64_t, 2> resumed{};  // streams; the second: with all that was missed
    std::uint64_t wait_timeouts = 0;
    Histogram apply{
        {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5}};         // s
    Histogram waits{{0.25, 0.5, 1, 2, 3, 5, 8, 10, 15, 20}};                                // s
    Histogram redis{{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1}};  // s
    Lately drifts;                                                                          // ms
};

}  // namespace party
