// The languages the product speaks: what they are called and how they count. `GET /languages` lists
// them. Which of them a client wants is negotiation.h's to say, the words are messages.h's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

struct Language {
    const char* code;         // primary subtag of RFC 5646, lower case
    const char* name;         // in English
    const char* native_name;  // as its speakers write it
    const char* direction;    // "ltr" or "rtl"
};

using LanguageId = std::uint8_t;  // index into languages()

inline constexpr LanguageId english = 0;
inline constexpr std::size_t language_count = 10;

const std::array<Language, language_count>& languages();

// The language that serves a range: `es`, `ES` and `es-MX` are Spanish. Nothing for a language that
// is not spoken here and for what is not a language range of RFC 4647.
std::optional<LanguageId> find_language(std::string_view range);

// How a language counts, after the CLDR rules for whole numbers, its forms in the order of
// gettext's Plural-Forms.
struct PluralRule {
    std::size_t forms;
    std::size_t (*form)(std::uint64_t count);  // below `forms`
};
const PluralRule& plural_rule(LanguageId language);
