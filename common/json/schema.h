// From structs to JSON Schema (2020-12, as OpenAPI 3.1 takes it), by their `fields()`.
#pragma once

#include <functional>

#include "common/base/bytes.h"
#include "common/base/secret.h"
#include "common/base/time.h"
#include "common/base/uuid.h"
#include "common/json/fields.h"
#include "common/json/json.h"
#include "common/json/read.h"
#include "common/json/write.h"

// Writes the keywords that a rule adds to its field's schema.
void describe_rule(JsonWriter& writer, const Length& rule);
void describe_rule(JsonWriter& writer, const Range& rule);
void describe_rule(JsonWriter& writer, const Entries& rule);
void describe_rule(JsonWriter& writer, const HttpUrl& rule);
void describe_rule(JsonWriter& writer, const HttpsUrl& rule);
void describe_rule(JsonWriter& writer, const Email& rule);
void describe_rule(JsonWriter& writer, const OneOf& rule);
void describe_rule(JsonWriter& writer, const Shape& rule);
void describe_rule(JsonWriter& writer, const Full& rule);
inline void describe_rule(JsonWriter&, const Hidden&) {}

// Writes `"type":...` (with "null" beside it where the value may be null) and a format.
void describe_type(JsonWriter& writer, const char* type, bool nullable,
                   const char* format = nullptr);

template <HasFields T>
void describe_members(JsonWriter& writer, bool input);

// Whether a rule speaks of a field as a whole: of the rules of a list, the others are about its
// entries.
template <class Rule>
inline constexpr bool of_the_whole =
    std::is_same_v<Rule, Entries> || std::is_same_v<Rule, Full> || std::is_same_v<Rule, Hidden>;

// The keywords of a type, without the braces, so that others can follow. `ruled` adds those of the
// rules that speak of texts and numbers.
template <class T>
void describe(JsonWriter& writer, bool nullable, bool input, const std::function<void()>& ruled) {
    if constexpr (is_optional<T>) {
        return describe<typename optional_traits<T>::Inner>(writer, true, input, ruled);
    } else if constexpr (is_lenient<T>) {
        return describe<typename lenient_traits<T>::Inner>(writer, nullable, input, ruled);
    } else if constexpr (is_change<T>) {
        return describe<typename change_traits<T>::Inner>(writer, true, input, ruled);
    } else if constexpr (is_vector<T>) {
        describe_type(writer, "array", nullable);
        writer.key("items");
        writer.begin_object();
        describe<typename vector_traits<T>::Inner>(writer, false, input, ruled);
        return writer.end_object();
    } else if constexpr (HasFields<T>) {
        describe_type(writer, "object", nullable);
        describe_members<T>(writer, input);
    } else if constexpr (std::is_same_v<T, bool>) {
        describe_type(writer, "boolean", nullable);
    } else if constexpr (is_integer<T>) {
        describe_type(writer, "integer", nullable);
    } else if constexpr (std::is_same_v<T, double> || std::is_same_v<T, Cents>) {
        describe_type(writer, "number", nullable);
    } else if constexpr (std::is_same_v<T, JsonText>) {
        describe_type(writer, "object", true);
    } else if constexpr (std::is_same_v<T, Uuid>) {
        describe_type(writer, "string", nullable, "uuid");
    } else if constexpr (std::is_same_v<T, Instant>) {
        describe_type(writer, "string", nullable, "date-time");
    } else if constexpr (std::is_same_v<T, Secret>) {
        describe_type(writer, "string", nullable, "password");
    } else if constexpr (std::is_same_v<T, FieldFaults>) {
        describe_type(writer, "object", nullable);
        writer.key("additionalProperties");
        writer.raw(R"({"type":"string"})");
    } else {
        describe_type(writer, "string", nullable);
    }
    ruled();
}

// The schema of a field: of its type, with what its rules add.
template <class S, class M, class... Rules>
void write_field_schema(JsonWriter& writer, const Field<S, M, Rules...>& field, bool input) {
    auto describe_those = [&](bool whole) {
        auto describe_one = [&]<class Rule>(const Rule& rule) {
            if (of_the_whole<Rule> == whole) describe_rule(writer, rule);
        };
        std::apply([&](const auto&... rule) { (describe_one(rule), ...); }, field.rules);
    };
    writer.begin_object();
    describe<M>(writer, false, input, [&] { describe_those(false); });
    describe_those(true);
    writer.end_object();
}

template <HasFields T>
void describe_members(JsonWriter& writer, bool input) {
    writer.key("properties");
    writer.begin_object();
    each_field<T>([&]<class S, class M, class... R>(const Field<S, M, R...>& field) {
        if (has_rule<Hidden>(field)) return;
        writer.key(field.name);
        write_field_schema(writer, field, input);
    });
    writer.end_object();
    writer.key("required");
    writer.begin_list();
    each_field<T>([&]<class S, class M, class... R>(const Field<S, M, R...>& field) {
        bool always = input ? demanded<M> : !has_rule<Full>(field);
        if (always && !has_rule<Hidden>(field)) writer.text(field.name);
    });
    writer.end_list();
}

// The schema of a type: of what clients send (`input`), or of what they get.
template <class T>
void write_schema(JsonWriter& writer, bool input) {
    writer.begin_object();
    describe<T>(writer, false, input, [] {});
    writer.end_object();
}
