#include "common/accounts/password_rules.h"

#include <algorithm>

#include "common/base/problem.h"
#include "common/base/text.h"

namespace {

bool common(std::string_view password) {
    auto all = common_passwords();
    return std::binary_search(all.begin(), all.end(), password);
}

// `12345678`, `hgfedcba`, `aaaaaaaa`: each character the same step from the one before.
bool one_run(std::string_view password) {
    if (password.size() < 2) return true;
    int step = password[1] - password[0];
    if (step < -1 || step > 1) return false;
    return std::adjacent_find(password.begin(), password.end(), [&](char one, char next) {
               return next - one != step;
           }) == password.end();
}

// `abcabcabc`, `12341234`: a short piece again and again.
bool repeated(std::string_view password) {
    for (std::size_t size = 1; size <= 4 && size * 2 <= password.size(); ++size) {
        if (password.substr(size) == password.substr(0, password.size() - size)) return true;
    }
    return false;
}

bool same_without_spaces(std::string_view password, std::string word) {
    word = lower_ascii(word);
    if (password == word) return true;
    std::erase(word, ' ');
    return password == word || password == word.substr(0, word.find('@'));
}

}  // namespace

bool easy_to_guess(const Secret& password, const std::vector<std::string>& own_words) {
    auto text = lower_ascii(password.reveal());
    if (common(text) || one_run(text) || repeated(text)) return true;
    return std::any_of(own_words.begin(), own_words.end(),
                       [&](const std::string& word) { return same_without_spaces(text, word); });
}

void refuse_easy(const char* field, const Secret& password,
                 const std::vector<std::string>& own_words) {
    if (!easy_to_guess(password, own_words)) return;
    throw Failure(validation_failed).with_faults({{field, "password_common", {}}});
}
