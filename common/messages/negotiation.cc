// Accept-Language after RFC 9110 (12.5.4, weights 12.4.2), matched by the lookup of RFC 4647.
#include "common/messages/negotiation.h"

#include <algorithm>
#include <vector>

#include "common/base/text.h"

namespace {

constexpr std::size_t most_bytes = 256;
constexpr int most_ranges = 16;

struct Wish {
    LanguageId language;
    int quality;  // thousandths
    bool whole;   // the language, not one of its regions
};

// What stands before the first separator; the text keeps what follows it.
std::string_view take(std::string_view& text, char separator) {
    auto end = text.find(separator);
    auto part = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    return part;
}

// `0.25` is 250. At most three decimals, at most 1.
std::optional<int> parse_quality(std::string_view text) {
    if (text.empty() || text.size() > 5 || (text.size() > 1 && text[1] != '.')) return {};
    int quality = 0;
    for (std::size_t place : {0, 2, 3, 4}) {
        char digit = place < text.size() ? text[place] : '0';
        if (digit < '0' || digit > '9') return {};
        quality = quality * 10 + (digit - '0');
    }
    return quality <= 1000 ? std::optional(quality) : std::nullopt;
}

std::optional<int> parse_weight(std::string_view parameter) {
    parameter = trim(parameter);
    bool named = parameter.size() > 2 && (parameter[0] | 0x20) == 'q' && parameter[1] == '=';
    return named ? parse_quality(parameter.substr(2)) : std::nullopt;
}

std::optional<Wish> parse_wish(std::string_view item) {
    bool weighted = item.find(';') != item.npos;
    auto range = trim(take(item, ';'));
    auto language = find_language(range);
    auto quality = weighted ? parse_weight(item) : 1000;
    if (!language || !quality) return {};
    return Wish{*language, *quality, range.find('-') == range.npos};
}

// A range that the cap cuts in two would say something else, so it is left out whole.
std::string_view capped(std::string_view header) {
    if (header.size() <= most_bytes) return header;
    auto comma = header.substr(0, most_bytes + 1).rfind(',');
    return comma == header.npos ? std::string_view{} : header.substr(0, comma);
}

// The best first; of equals, the one that was named first.
std::vector<Wish> read_wishes(std::string_view header) {
    std::vector<Wish> wishes;
    header = capped(header);
    for (int i = 0; i < most_ranges && !header.empty(); ++i)
        if (auto wish = parse_wish(take(header, ','))) wishes.push_back(*wish);
    std::stable_sort(wishes.begin(), wishes.end(),
                     [](const Wish& a, const Wish& b) { return a.quality > b.quality; });
    return wishes;
}

// `es-MX;q=0` turns away the Spanish of Mexico, not Spanish.
bool refused(LanguageId language, const std::vector<Wish>& wishes) {
    return std::any_of(wishes.begin(), wishes.end(), [&](const Wish& wish) {
        return wish.quality == 0 && wish.whole && wish.language == language;
    });
}

}  // namespace

LanguageId negotiate(std::string_view lang_parameter, std::string_view accept_language,
                     std::string_view saved) {
    if (auto asked = find_language(lang_parameter)) return *asked;
    auto wishes = read_wishes(accept_language);
    for (const auto& wish : wishes)
        if (wish.quality > 0 && !refused(wish.language, wishes)) return wish.language;
    if (auto kept = find_language(saved); kept && !refused(*kept, wishes)) return *kept;
    for (LanguageId language = english; language < language_count; ++language)
        if (!refused(language, wishes)) return language;
    return english;
}
