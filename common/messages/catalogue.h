// One compiled gettext catalogue (.mo), read once and then only looked into. Messages holds one for
// each language. It knows nothing of languages, placeholders or plural rules.
#pragma once

#include <cstddef>
#include <string_view>
#include <unordered_map>
#include <vector>

// The words for a key: one text, or as many as the language has plural forms, in gettext's order.
using Words = std::vector<std::string_view>;

class Catalogue {
  public:
    // `mo`: the bytes of a .mo file, of either endianness. Each entry has one form or
    // `plural_forms` of them. Throws std::runtime_error, saying what is wrong, when the bytes are
    // anything else than a whole catalogue in UTF-8.
    Catalogue(std::vector<char> mo, std::size_t plural_forms);

    // The words point into this object, so it moves but is never copied.
    Catalogue(Catalogue&&) = default;
    Catalogue& operator=(Catalogue&&) = default;

    const Words* find(std::string_view key) const;  // null when there are none

  private:
    void check_header(std::size_t plural_forms) const;

    std::vector<char> bytes_;
    std::unordered_map<std::string_view, Words> words_;
};
