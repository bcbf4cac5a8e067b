#include "common/json/read.h"

void check_rule(const Length& rule, std::string_view text, Faults& faults) {
    auto count = static_cast<std::int64_t>(count_characters(text));
    if (count < rule.least || count > rule.most) {
        faults.add("field_length", {{"min", rule.least}, {"max", rule.most}});
    }
}

void check_rule(const HttpUrl&, std::string_view text, Faults& faults) {
    if (!parse_http_url(text)) faults.add("field_http_url");
}

void check_rule(const HttpsUrl&, std::string_view text, Faults& faults) {
    auto url = parse_http_url(text);
    if (!url || url->scheme != "https") faults.add("field_https_url");
}

void check_rule(const Email&, std::string_view text, Faults& faults) {
    if (!looks_like_email(text)) faults.add("field_email");
}

void check_rule(const OneOf& rule, std::string_view text, Faults& faults) {
    std::string all;
    for (std::size_t i = 0; i < rule.count; ++i) {
        if (text == rule.choices[i]) return;
        all += (all.empty() ? "" : ", ") + std::string{rule.choices[i]};
    }
    faults.add("field_choice", {{"choices", all}});
}

void check_rule(const Shape& rule, std::string_view text, Faults& faults) {
    if (!rule.fits(text)) faults.add(rule.key);
}

void check_rule(const Range& rule, std::int64_t number, Faults& faults) {
    if (number < rule.least || number > rule.most) {
        faults.add("field_range", {{"min", rule.least}, {"max", rule.most}});
    }
}

void check_count(const Entries& rule, std::size_t count, Faults& faults) {
    if (static_cast<std::int64_t>(count) < rule.least) faults.add("field_required");
    if (static_cast<std::int64_t>(count) > rule.most) {
        faults.add("field_too_many", {{"max", rule.most}});
    }
}

// Free text is shown to other people: no control characters, no turned reading direction.
void read_text(std::string_view text, std::string& target, Faults& faults) {
    if (!printable(text)) return faults.add("field_unprintable");
    target = text;
}

void read_text(std::string_view text, Secret& target, Faults&) {
    target = Secret{std::string{text}};
}

void read_text(std::string_view text, Uuid& target, Faults& faults) {
    auto id = Uuid::parse(text);
    if (!id) return faults.add("field_uuid");
    target = *id;
}

void read_text(std::string_view text, Instant& target, Faults& faults) {
    auto instant = parse_rfc3339(text);
    if (!instant) return faults.add("field_time");
    target = *instant;
}
