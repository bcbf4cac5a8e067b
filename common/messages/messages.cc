// Looking words up and filling them in. A template is only ever a text of the catalogue: values are
// never scanned for placeholders.
#include "common/messages/messages.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "common/base/text.h"

namespace {

const Detail* find_detail(const std::vector<Detail>& details, std::string_view name) {
    auto found = std::find_if(details.begin(), details.end(),
                              [&](const Detail& detail) { return detail.name == name; });
    return found == details.end() ? nullptr : &*found;
}

std::string value_of(const Detail& detail) {
    if (auto* figure = std::get_if<std::int64_t>(&detail.value)) return std::to_string(*figure);
    return std::get<std::string>(detail.value);
}

// Five below zero are counted like five.
std::uint64_t magnitude(std::int64_t figure) {
    auto bits = static_cast<std::uint64_t>(figure);
    return figure < 0 ? 0 - bits : bits;
}

std::string_view choose(const Words& words, LanguageId language,
                        const std::vector<Detail>& details) {
    if (words.size() == 1) return words[0];
    auto* detail = find_detail(details, "count");
    auto count = detail ? parse_integer(value_of(*detail)) : std::nullopt;
    if (!count) return words.back();  // the form of large numbers, which says least about how many
    return words[plural_rule(language).form(magnitude(*count))];
}

std::string fill(std::string_view words, const std::vector<Detail>& details) {
    std::string filled;
    for (auto open = words.find('{'); open != words.npos; open = words.find('{')) {
        auto close = words.find('}', open);
        if (close == words.npos) break;
        auto* detail = find_detail(details, words.substr(open + 1, close - open - 1));
        filled.append(words.substr(0, open));
        if (detail)
            filled.append(value_of(*detail));
        else
            filled.append(words.substr(open, close + 1 - open));
        words.remove_prefix(close + 1);
    }
    return filled.append(words);
}

Catalogue read_catalogue(const std::string& path, LanguageId language) {
    std::ifstream file(path, std::ios::binary);
    std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    if (!file) throw std::runtime_error("cannot be read");
    return Catalogue(std::move(bytes), plural_rule(language).forms);
}

}  // namespace

Messages Messages::load(const std::string& folder) {
    Messages messages;
    std::string faults;
    for (LanguageId language = 0; language < language_count; ++language) {
        auto path = folder + "/" + languages()[language].code + ".mo";
        try {
            messages.catalogues_.push_back(read_catalogue(path, language));
        } catch (const std::runtime_error& fault) {
            faults += (faults.empty() ? "" : "; ") + path + " " + fault.what();
        }
    }
    if (!faults.empty()) throw std::runtime_error("words for people: " + faults);
    return messages;
}

std::string Messages::text(LanguageId language, std::string_view key,
                           const std::vector<Detail>& details) const {
    for (auto speaker : {language, english})
        if (auto* words = catalogues_.at(speaker).find(key))
            return fill(choose(*words, speaker, details), details);
    return std::string(key);
}

bool Messages::has(LanguageId language, std::string_view key) const {
    return catalogues_.at(language).find(key) != nullptr;
}
