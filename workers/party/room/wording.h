// What people write, made fit to be shown to others: names, chat messages, emoji.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace party {

// Without control characters, those without width and those that turn the reading direction;
// white space at the ends is gone; composed (unicode.h). On one line, runs of blanks become one.
std::string clean_line(std::string_view text);
std::string clean_text(std::string_view text);  // keeps line ends; CR LF becomes LF
// A line in letters of one shape, so that nobody takes the name of another by the look of it.
std::string clean_name(std::string_view text);
std::string without_hidden(std::string_view text);  // with what is at the ends, as it was spelled

std::string first_characters(std::string_view text, std::size_t count);

// One pictographic character as people see it, of at most 16 bytes: with its variation, colour of
// skin, joined ones, flags and keycaps.
bool is_emoji(std::string_view text);

bool has_link(std::string_view text);
// Whether one of the words stands in the text, as a whole word, in any case. Both are composed.
bool has_word(std::string_view text, const std::vector<std::string>& words);

}  // namespace party
