#include "common/accounts/profile.h"

#include <algorithm>
#include <fstream>

#include "common/base/text.h"

namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }
bool capital(char c) { return c >= 'A' && c <= 'Z'; }

bool zone_character(char c) {
    return digit(c) || capital(c) || (c >= 'a' && c <= 'z') || c == '_' || c == '-' || c == '+';
}

}  // namespace

bool clock_time(std::string_view text) {
    return text.size() == 5 && digit(text[0]) && digit(text[1]) && text[2] == ':' &&
           digit(text[3]) && digit(text[4]) && text.substr(0, 2) < "24" && text[3] < '6';
}

// Each part begins with a capital, which leaves out all that the folder holds beside the zones.
bool time_zone(std::string_view text) {
    if (text.size() > 64) return false;
    for (auto part : split(text, '/')) {
        if (part.empty() || !capital(part[0])) return false;
        if (!std::all_of(part.begin(), part.end(), zone_character)) return false;
    }
    std::ifstream file{"/usr/share/zoneinfo/" + std::string{text}, std::ios::binary};
    char mark[4]{};
    return file.read(mark, sizeof mark) && std::string_view(mark, sizeof mark) == "TZif";
}
