// Log lines for journald: one line on stderr, `event=... key=value ...`, behind the priority that
// journald understands (`<6>`) unless stderr is a terminal. Everybody logs through this; it leaves
// time, host and process to journald.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

class Secret;

enum class Level { error = 3, warning = 4, notice = 5, info = 6, debug = 7 };

// A line that is written, by one write(2), when it goes out of scope:
//     LogLine(Level::info, "request").add("route", route).add("status", 200);
class LogLine {
  public:
    LogLine(Level level, std::string_view event);
    LogLine(const LogLine&) = delete;
    LogLine& operator=(const LogLine&) = delete;
    ~LogLine();

    // Keys are plain words of ours. Values may come from anywhere: what is not plain ASCII is
    // quoted and escaped, and what exceeds 2048 bytes is cut.
    LogLine& add(std::string_view key, std::string_view value);
    LogLine& add(std::string_view key, double value);  // three decimals
    template <std::integral Number>
    LogLine& add(std::string_view key, Number value) {
        return add_number(key, static_cast<std::int64_t>(value));
    }
    LogLine& add(std::string_view key, const Secret& value) = delete;

  private:
    LogLine& add_number(std::string_view key, std::int64_t value);

    std::string priority_;
    std::string text_;
};
