#include "common/mail/letters.h"

#include <algorithm>
#include <stdexcept>

#include "common/base/text.h"
#include "common/json/json.h"
#include "common/mail/html.h"
#include "common/mail/outbox.h"

namespace {

constexpr std::size_t longest_greeted = 60;

// A value stays on its line.
std::string flattened(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; }, ' ');
    return text;
}

const std::string* greeted_name(const std::vector<Detail>& details) {
    for (const auto& [name, value] : details) {
        const auto* text = std::get_if<std::string>(&value);
        if (name == "name" && text && fit_to_greet(*text)) return text;
    }
    return nullptr;
}

std::string link_in(const std::vector<Detail>& details) {
    for (const auto& [name, value] : details) {
        if (name == "link") return std::get<std::string>(value);
    }
    return {};
}

}  // namespace

bool fit_to_greet(const std::string& name) {
    if (name.empty() || count_characters(name) > longest_greeted || !printable(name)) return false;
    if (name.find_first_of("/:@\n\t") != name.npos) return false;
    // `example.com` is a link to many mail programs; `J. R. Smith` and `Prof.` are none.
    for (auto dot = name.find('.'); dot != name.npos; dot = name.find('.', dot + 1)) {
        if (dot + 1 < name.size() && name[dot + 1] != ' ') return false;
    }
    return true;
}

Mail Letters::write(const QueuedLetter& letter) const {
    auto language = find_language(letter.language).value_or(english);
    auto key = "mail_" + letter.name;
    if (!messages_.has(english, key + "_subject") || !messages_.has(english, key + "_body")) {
        throw std::runtime_error("there are no words for it");
    }
    auto filled = details(letter);
    auto greeting = greeted_name(filled) ? "mail_greeting" : "mail_greeting_nameless";
    auto text = messages_.text(language, greeting, filled) + "\n\n" +
                messages_.text(language, key + "_body", filled) + "\n\n" +
                messages_.text(language, "mail_closing");
    auto subject = messages_.text(language, key + "_subject", filled);
    const auto& spoken = languages()[language];
    Secret html{html_letter(spoken, subject, text, link_in(filled))};
    return {letter.id, letter.created_at,       spoken.code,    letter.recipient,
            subject,   Secret{std::move(text)}, std::move(html)};
}

std::vector<Detail> Letters::details(const QueuedLetter& letter) const {
    std::vector<Detail> details;
    for (const auto& [name, value] : parse_json(letter.parameters.text).members) {
        if (value.kind == JsonValue::Kind::integer) {
            details.push_back({name, value.integer});
        } else {
            details.push_back({name, flattened(value.text)});
        }
    }
    if (!letter.secret_parameters) return details;
    auto link = box_.open(*letter.secret_parameters, link_context(letter.id));
    if (!link) throw std::runtime_error("its link does not open");
    details.push_back({"link", *std::move(link)});
    return details;
}
