#include "common/process/log.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace {

constexpr std::size_t longest_value = 2048;

bool plain(char c) { return c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != '='; }

void append_escaped(std::string& text, char c) {
    static constexpr char digits[] = "0123456789abcdef";
    auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
        text += '\\';
        text += c;
    } else if (byte >= ' ' && byte < 0x7f) {
        text += c;
    } else {
        text += "\\x";
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
}

void append_value(std::string& text, std::string_view value) {
    bool cut = value.size() > longest_value;
    value = value.substr(0, longest_value);
    if (!cut && !value.empty() && std::all_of(value.begin(), value.end(), plain)) {
        text += value;
        return;
    }
    text += '"';
    for (char c : value) append_escaped(text, c);
    text += cut ? "...\"" : "\"";
}

}  // namespace

LogLine::LogLine(Level level, std::string_view event)
    : priority_("<" + std::to_string(static_cast<int>(level)) + ">"), text_("event=") {
    append_value(text_, event);
}

LogLine::~LogLine() {
    static const bool terminal = isatty(STDERR_FILENO);
    std::string line = (terminal ? "" : priority_) + text_ + "\n";
    // A log that cannot be written has nobody to be told to.
    [[maybe_unused]] auto written = write(STDERR_FILENO, line.data(), line.size());
}

LogLine& LogLine::add(std::string_view key, std::string_view value) {
    text_.append(" ").append(key).append("=");
    append_value(text_, value);
    return *this;
}

LogLine& LogLine::add(std::string_view key, double value) {
    std::array<char, 352> digits;
    auto end = std::to_chars(digits.begin(), digits.end(), value, std::chars_format::fixed, 3).ptr;
    return add(key, std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data())));
}

LogLine& LogLine::add_number(std::string_view key, std::int64_t value) {
    return add(key, std::to_string(value));
}
