// The table of all settings, a row each: the one place where a setting is made. settings.cc reads
// values by it and prints it.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

enum class SettingKind { text, number, flag, list, secret };

struct Setting {
    const char* name;
    const char* fallback;
    SettingKind kind;
    const char* sentence;
    std::int64_t least = 0;  // of a number
    std::int64_t most = std::numeric_limits<std::int64_t>::max();
    std::string (*computed)() = nullptr;  // the default, where this machine decides it
};

std::span<const Setting> all_settings();
const Setting* find_setting(std::string_view name);  // null when there is none
