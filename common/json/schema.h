// From structs to JSON Schema (2020-12, as OpenAPI 3.1 takes it), by their `fields()`.
#pragma once

#include "common/base/bytes.h"
#include "common/base/secret.h"
#include "common/base/time.h"
#include "common/base/uuid.h"
#include "common/json/fields.h"
#include "common/json/json.h"
#include "common/json/read.h"

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

template <class T>
void write_schema(JsonWriter& writer, bool input);

// The keywords of a type, without the braces, so that rules can follow.
template <class T>
void describe(JsonWriter& writer, bool nullable, bool input) {
    if constexpr (is_optional<T>) {
        describe<typename optional_traits<T>::Inner>(writer, true, input);
    } else if constexpr (is_lenient<T>) {
        describe<typename lenient_traits<T>::Inner>(writer, nullable, input);
    } else if constexpr (is_change<T>) {
        describe<typename change_traits<T>::Inner>(writer, true, input);
    } else if constexpr (is_vector<T>) {
        describe_type(writer, "array", nullable);
        writer.key("items");
        write_schema<typename vector_traits<T>::Inner>(writer, input);
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
    } else {
        describe_type(writer, "string", nullable);
    }
}

template <class T, class F>
void describe_field(JsonWriter& writer, const F& field, bool input) {
    writer.key(field.name);
    writer.begin_object();
    describe<T>(writer, false, input);
    std::apply([&](const auto&... rule) { (describe_rule(writer, rule), ...); }, field.rules);
    writer.end_object();
}

template <HasFields T>
void describe_members(JsonWriter& writer, bool input) {
    writer.key("properties");
    writer.begin_object();
    each_field<T>([&]<class S, class M, class... R>(const Field<S, M, R...>& field) {
        if (!has_rule<Hidden>(field)) describe_field<M>(writer, field, input);
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
    describe<T>(writer, false, input);
    writer.end_object();
}
