// What a load test on watch parties is asked to do, what its threads tell each other, and what they
// see. Shared by crowd.h and sockets_program.cc.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/load/stream.h"

struct Plan {
    std::vector<Target> targets{};
    std::vector<std::string> tokens{};
    int rooms = 100, people_a_room = 10;
    int at_once = 100;          // connections, and rooms, that are being made
    double seek_every_s = 30;   // in a room; 0: never
    double chat_every_s = 5;    // in a room
    double ping_every_s = 0;    // each person
    double report_every_s = 0;  // each person
    int storm = 0;              // people in a room who chat as fast as their messages come back

    std::size_t people() const { return static_cast<std::size_t>(rooms) * people_of_room(); }
    std::size_t people_of_room() const { return static_cast<std::size_t>(people_a_room); }
};

// Seen by all threads. Each entry has one writer.
struct Board {
    explicit Board(std::size_t rooms) : room_ids(rooms), seeks(500'000) {}
    std::vector<std::string> room_ids;             // read when all rooms are there
    std::vector<std::atomic<std::int64_t>> seeks;  // when each was sent; its number is the place
    std::atomic<std::size_t> sought{1};            // the next one
};

// What stands in a message after a key, up to what ends a number or a string.
inline std::string text_after(std::string_view text, std::string_view key) {
    auto at = text.find(key);
    if (at == text.npos) return {};
    text.remove_prefix(at + key.size());
    return std::string{text.substr(0, text.find_first_of(",}\" "))};
}
inline std::int64_t number_after(std::string_view text, std::string_view key) {
    return std::atoll(text_after(text, key).c_str());
}

// Times in microseconds.
using Times = std::vector<std::uint32_t>;

struct Seen {
    Times seeks{}, chats{}, pongs{};                // from sending to each delivery
    std::uint64_t expected = 0;                     // deliveries of what was sent
    std::uint64_t frames = 0, bytes = 0;            // all that was received
    std::map<std::string, std::uint64_t> faults{};  // what went wrong, how often

    std::uint64_t deliveries() const { return seeks.size() + chats.size(); }

    void add(const Seen& other) {
        append(seeks, other.seeks);
        append(chats, other.chats);
        append(pongs, other.pongs);
        expected += other.expected;
        frames += other.frames;
        bytes += other.bytes;
        for (const auto& [fault, count] : other.faults) faults[fault] += count;
    }

  private:
    static void append(Times& times, const Times& others) {
        times.insert(times.end(), others.begin(), others.end());
    }
};

// The time below which `share` of them are, in milliseconds; 0 when there is none.
inline double percentile_ms(Times times, double share) {
    if (times.empty()) return 0;
    auto place =
        times.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(times.size() - 1));
    std::nth_element(times.begin(), place, times.end());
    return *place / 1000.0;
}
