// Words for people. Every worker loads all languages before it forks and hands the words to whoever
// answers; there is no current language in the process, it comes with each call. The words are made
// from the .po files by ops/compile-messages. Values stand in the text as they are: escaping is up
// to whoever writes JSON or HTML.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/problem.h"
#include "common/messages/catalogue.h"
#include "common/messages/languages.h"
#include "common/messages/negotiation.h"

class Messages {
  public:
    // No words, for who only looks at what is built with them.
    Messages() = default;
    // Reads <folder>/<code>.mo for every language. Throws std::runtime_error that names each file
    // that is missing or broken, and why.
    static Messages load(const std::string& folder);

    // The words for a key, `{name}` filled with the detail of that name and left as it stands where
    // there is none. Of plural forms the detail `count` chooses. What the language lacks is said in
    // English, and what English lacks is the key itself.
    std::string text(LanguageId language, std::string_view key,
                     const std::vector<Detail>& details = {}) const;

    // Whether the language itself has the key.
    bool has(LanguageId language, std::string_view key) const;

  private:
    std::vector<Catalogue> catalogues_;  // in the order of languages()
};
