#include "common/json/schema.h"

namespace {

void limits(JsonWriter& writer, const char* least, const char* most, std::int64_t from,
            std::int64_t to) {
    writer.key(least);
    writer.integer(from);
    writer.key(most);
    writer.integer(to);
}

void keyword(JsonWriter& writer, const char* name, const char* value) {
    writer.key(name);
    writer.text(value);
}

}  // namespace

void describe_rule(JsonWriter& writer, const Length& rule) {
    limits(writer, "minLength", "maxLength", rule.least, rule.most);
}

void describe_rule(JsonWriter& writer, const Range& rule) {
    limits(writer, "minimum", "maximum", rule.least, rule.most);
}

void describe_rule(JsonWriter& writer, const Entries& rule) {
    limits(writer, "minItems", "maxItems", rule.least, rule.most);
}

void describe_rule(JsonWriter& writer, const HttpUrl&) { keyword(writer, "format", "uri"); }

void describe_rule(JsonWriter& writer, const HttpsUrl&) {
    keyword(writer, "format", "uri");
    keyword(writer, "pattern", "^https://");
}

void describe_rule(JsonWriter& writer, const Email&) { keyword(writer, "format", "email"); }

void describe_rule(JsonWriter& writer, const OneOf& rule) {
    writer.key("enum");
    writer.begin_list();
    for (std::size_t i = 0; i < rule.count; ++i) writer.text(rule.choices[i]);
    writer.end_list();
}

void describe_rule(JsonWriter& writer, const Shape& rule) {
    keyword(writer, "pattern", rule.pattern);
}

void describe_rule(JsonWriter& writer, const Full&) {
    keyword(writer, "description", "Left out of the compact view.");
}

void describe_type(JsonWriter& writer, const char* type, bool nullable, const char* format) {
    writer.key("type");
    if (nullable) {
        writer.begin_list();
        writer.text(type);
        writer.text("null");
        writer.end_list();
    } else {
        writer.text(type);
    }
    if (format) keyword(writer, "format", format);
}
