#include "workers/party/room/wording.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "common/base/text.h"
#include "workers/party/room/unicode.h"

namespace party {

namespace {

struct Character {
    std::uint32_t value = 0;
    std::string_view bytes;
};

// Of text that is valid UTF-8.
Character next_character(std::string_view text) {
    auto lead = static_cast<unsigned char>(text[0]);
    std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    length = std::min(length, text.size());
    std::uint32_t value = length == 1 ? lead : lead & (0x7fU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        value = value << 6 | (static_cast<unsigned char>(text[i]) & 0x3fU);
    }
    return {value, text.substr(0, length)};
}

std::vector<Character> characters_of(std::string_view text) {
    std::vector<Character> all;
    while (!text.empty()) {
        all.push_back(next_character(text));
        text.remove_prefix(all.back().bytes.size());
    }
    return all;
}

// Kept: the joiners (U+200C, U+200D), which Persian and emoji need.
bool hidden(std::uint32_t c) {
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x200b || c == 0x200e ||
           c == 0x200f || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) ||
           c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb);
}

bool blank(std::uint32_t c) {
    return c == ' ' || c == '\t' || c == 0xa0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200a);
}

bool regional(std::uint32_t c) { return c >= 0x1f1e6 && c <= 0x1f1ff; }

bool pictographic(std::uint32_t c) {
    return (c >= 0x1f300 && c <= 0x1faff) || (c >= 0x2600 && c <= 0x27bf) || regional(c) ||
           (c >= 0x2b05 && c <= 0x2b55) || (c >= 0x2190 && c <= 0x21ff) ||
           (c >= 0x2300 && c <= 0x23ff) || c == 0x203c || c == 0x2049 || c == 0x2122 ||
           c == 0x2139 || c == 0xa9 || c == 0xae || c == 0x3030 || c == 0x303d || c == 0x1f004 ||
           c == 0x1f0cf;
}

constexpr std::uint32_t joiner = 0x200d, as_picture = 0xfe0f, keycap = 0x20e3;

bool modifies(std::uint32_t c) { return c == as_picture || (c >= 0x1f3fb && c <= 0x1f3ff); }

bool letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80) != 0;
}

// "name.tv" in a text of small letters; `dot` is where the dot stands.
bool is_domain(std::string_view text, std::size_t dot) {
    static constexpr std::array endings{
        "com", "net",  "org",  "info", "io", "tv", "gg", "me", "co",   "xyz",    "ru",  "de",
        "fr",  "link", "live", "app",  "ly", "to", "be", "cc", "site", "online", "shop"};
    if (dot == 0 || !letter_or_digit(text[dot - 1])) return false;
    auto rest = text.substr(dot + 1);
    auto end = std::find_if_not(rest.begin(), rest.end(), letter_or_digit);
    auto ending = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
    return std::find(endings.begin(), endings.end(), ending) != endings.end();
}

}  // namespace

std::string clean_line(std::string_view text) {
    std::string line;
    for (const auto& one : characters_of(text)) {
        bool gap = blank(one.value) || one.value == '\n' || one.value == '\r';
        if (gap && !line.empty() && line.back() != ' ') line += ' ';
        if (!gap && !hidden(one.value)) line += one.bytes;
    }
    return composed(trim(line));
}

std::string clean_name(std::string_view text) {
    return clean_line(simplified(without_hidden(text)));
}

std::string without_hidden(std::string_view text) {
    std::string clean;
    for (const auto& one : characters_of(text)) {
        if (one.value == '\n' || one.value == '\t' || !hidden(one.value)) clean += one.bytes;
    }
    return clean;
}

std::string clean_text(std::string_view text) { return composed(trim(without_hidden(text))); }

std::string first_characters(std::string_view text, std::size_t count) {
    std::string first;
    for (const auto& one : characters_of(text)) {
        if (count-- == 0) break;
        first += one.bytes;
    }
    return first;
}

bool is_emoji(std::string_view text) {
    if (text.empty() || text.size() > 16) return false;
    auto all = characters_of(text);
    auto first = all[0].value;
    bool key = (first >= '0' && first <= '9') || first == '#' || first == '*';
    if (key) return all.size() > 1 && all.size() < 4 && all.back().value == keycap;
    if (regional(first)) return all.size() == 2 && regional(all[1].value);
    bool may_begin = true;  // a new pictograph: at the start and behind a joiner
    for (const auto& one : all) {
        bool begins = pictographic(one.value) && !modifies(one.value);
        if (may_begin ? !begins : !modifies(one.value) && one.value != joiner) return false;
        may_begin = one.value == joiner;
    }
    return !may_begin;
}

bool has_link(std::string_view text) {
    auto small = lower_ascii(text);
    if (small.find("://") != small.npos || small.find("www.") != small.npos) return true;
    for (auto dot = small.find('.'); dot != small.npos; dot = small.find('.', dot + 1)) {
        if (is_domain(small, dot)) return true;
    }
    return false;
}

bool has_word(std::string_view text, const std::vector<std::string>& words) {
    auto small = lower_ascii(text);
    return std::any_of(words.begin(), words.end(), [&](const std::string& one) {
        auto word = lower_ascii(one);
        if (word.empty()) return false;
        for (auto at = small.find(word); at != small.npos; at = small.find(word, at + 1)) {
            bool starts = at == 0 || !letter_or_digit(small[at - 1]);
            auto end = at + word.size();
            if (starts && (end == small.size() || !letter_or_digit(small[end]))) return true;
        }
        return false;
    });
}

}  // namespace party
