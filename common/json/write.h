// From structs to JSON, by their `fields()`. The view decides how much a resource shows: phones
// get the compact view, `?fields=a,b` picks.
#pragma once

#include <functional>

#include "common/base/problem.h"
#include "common/base/time.h"
#include "common/base/uuid.h"
#include "common/json/fields.h"
#include "common/json/json.h"

// What is wrong with the fields of one entry of a list that is taken entry by entry: written as a
// sentence for each field.
struct FieldFaults {
    std::vector<Fault> all;
};

// Says a fault in the language of who reads the answer.
using FaultWords = std::function<std::string(const Fault&)>;

struct View {
    bool compact = false;
    std::vector<std::string> only;  // names of a resource's fields; empty: all
    FaultWords words{};             // without, faults are written as their keys

    bool shows(std::string_view name, bool full_only) const {
        if (only.empty()) return !(compact && full_only);
        for (const auto& one : only) {
            if (one == name) return true;
        }
        return false;
    }
};

// {"name":"...","items[3].item_id":"..."}: one sentence a field is enough.
void write_faults(JsonWriter& writer, const std::vector<Fault>& faults, const FaultWords& words);

template <class T>
void write_json(JsonWriter& writer, const T& value, const View& view);

template <HasFields T>
void write_members(JsonWriter& writer, const T& value, const View& view) {
    const View inner{view.compact, {}, view.words};
    each_field<T>([&](const auto& field) {
        if (has_rule<Hidden>(field)) return;
        if (Resource<T> && !view.shows(field.name, has_rule<Full>(field))) return;
        writer.key(field.name);
        write_json(writer, value.*(field.member), Resource<T> ? inner : view);
    });
}

template <class T>
void write_json(JsonWriter& writer, const T& value, const View& view) {
    if constexpr (is_optional<T>) {
        value ? write_json(writer, *value, view) : writer.null();
    } else if constexpr (is_vector<T>) {
        writer.begin_list();
        for (const auto& entry : value) write_json(writer, entry, view);
        writer.end_list();
    } else if constexpr (HasFields<T>) {
        writer.begin_object();
        write_members(writer, value, view);
        writer.end_object();
    } else if constexpr (std::is_same_v<T, bool>) {
        writer.boolean(value);
    } else if constexpr (is_integer<T>) {
        writer.integer(value);
    } else if constexpr (std::is_same_v<T, double>) {
        writer.real(value);
    } else if constexpr (std::is_same_v<T, Cents>) {
        writer.cents(value.amount);
    } else if constexpr (std::is_same_v<T, JsonText>) {
        writer.raw(value.text);
    } else if constexpr (std::is_same_v<T, Uuid>) {
        writer.text(value.text());
    } else if constexpr (std::is_same_v<T, Instant>) {
        writer.text(rfc3339(value));
    } else if constexpr (std::is_same_v<T, FieldFaults>) {
        write_faults(writer, value.all, view.words);
    } else {
        writer.text(value);
    }
}
