// The table of languages and, beside it, their plural rules. Portuguese is Brazilian, as `pt` is in
// CLDR. The "many" that CLDR gives Romance languages for whole millions has no form in gettext.
#include "common/messages/languages.h"

#include <algorithm>
#include <string>

#include "common/base/text.h"

namespace {

constexpr std::array<Language, language_count> spoken{{
    {"en", "English", "English", "ltr"},
    {"es", "Spanish", "Español", "ltr"},
    {"fr", "French", "Français", "ltr"},
    {"de", "German", "Deutsch", "ltr"},
    {"pt", "Portuguese", "Português", "ltr"},
    {"it", "Italian", "Italiano", "ltr"},
    {"nl", "Dutch", "Nederlands", "ltr"},
    {"pl", "Polish", "Polski", "ltr"},
    {"tr", "Turkish", "Türkçe", "ltr"},
    {"ar", "Arabic", "العربية", "rtl"},
}};

std::size_t one_or_other(std::uint64_t count) { return count != 1; }

std::size_t up_to_one_or_other(std::uint64_t count) { return count > 1; }

std::size_t polish(std::uint64_t count) {
    if (count == 1) return 0;
    bool teens = count % 100 >= 12 && count % 100 <= 14;
    return count % 10 >= 2 && count % 10 <= 4 && !teens ? 1 : 2;
}

std::size_t arabic(std::uint64_t count) {
    if (count <= 2) return count;
    if (count % 100 >= 3 && count % 100 <= 10) return 3;
    return count % 100 >= 11 ? 4 : 5;
}

constexpr PluralRule english_rule{2, one_or_other};
constexpr PluralRule french_rule{2, up_to_one_or_other};
constexpr PluralRule polish_rule{3, polish};
constexpr PluralRule arabic_rule{6, arabic};

// In the order of `spoken`. French and Brazilian Portuguese count zero with one.
constexpr std::array plural_rules{&english_rule, &english_rule, &french_rule,  &english_rule,
                                  &french_rule,  &english_rule, &english_rule, &polish_rule,
                                  &english_rule, &arabic_rule};

bool is_subtag(std::string_view text) {
    return !text.empty() && text.size() <= 8 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    });
}

}  // namespace

const std::array<Language, language_count>& languages() { return spoken; }

// Every code here is a single subtag, so the truncation of RFC 4647 lookup ends at the first.
std::optional<LanguageId> find_language(std::string_view range) {
    auto subtags = split(range, '-');
    if (!std::all_of(subtags.begin(), subtags.end(), is_subtag)) return {};
    auto code = lower_ascii(subtags[0]);
    for (LanguageId id = 0; id < language_count; ++id)
        if (code == spoken[id].code) return id;
    return {};
}

const PluralRule& plural_rule(LanguageId language) { return *plural_rules.at(language); }
