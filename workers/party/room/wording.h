// What people write, made fit to be shown to others: names, chat messages, emoji.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace party {

// Without control characters, those without width and those that turn the reading direction;
// white space at the ends is gone. On one line, runs of blanks become one.
std::string clean_line(std::string_view text);
std::string clean_text(std::string_view text);      // keeps line ends; CR LF becomes LF
std::string without_hidden(std::string_view text);  // the same, with what is at the ends

std::string first_characters(std::string_view text, std::size_t count);

// One pictographic character as people see it, of at most 16 bytes: with its variation, colour of
// skin, joined ones, flags and keycaps.
bool is_emoji(std::string_view text);

bool has_link(std::string_view text);
// Whether one of the words stands in the text, as a whole word, in any case.
bool has_word(std::string_view text, const std::vector<std::string>& words);

}  // namespace party
