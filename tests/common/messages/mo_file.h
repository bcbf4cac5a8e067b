// Writes .mo files for tests: whole ones, and, given to a test to break, ones that are not.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

// Original and translation; NUL between key and plural, and between forms.
using MoEntry = std::pair<std::string, std::string>;

inline std::string mo_number(std::uint32_t value, bool big_endian = false) {
    std::string bytes;
    for (int i = 0; i < 4; ++i) bytes += static_cast<char>(value >> 8 * (big_endian ? 3 - i : i));
    return bytes;
}

// The entry every catalogue begins with.
inline MoEntry mo_header(int plural_forms) {
    return {"", "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=" +
                    std::to_string(plural_forms) + "; plural=0;\n"};
}

inline std::string mo_file(const std::vector<MoEntry>& entries, bool big_endian = false) {
    auto count = static_cast<std::uint32_t>(entries.size());
    std::string tables[2];
    std::string strings;
    for (int table : {0, 1})
        for (const auto& entry : entries) {
            const auto& text = table ? entry.second : entry.first;
            tables[table] += mo_number(text.size(), big_endian) +
                             mo_number(28 + 16 * count + strings.size(), big_endian);
            strings += text + '\0';
        }
    std::string start;
    for (std::uint32_t number : {0x950412deU, 0U, count, 28U, 28 + 8 * count, 0U, 0U})
        start += mo_number(number, big_endian);
    return start + tables[0] + tables[1] + strings;
}
