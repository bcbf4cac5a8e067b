// How a struct says what it is made of. One `fields()` list serves reading JSON and query strings,
// validation, writing JSON, decoding database rows (by column name) and the OpenAPI schema:
//
//     struct NewProfile {
//         std::string name;
//         std::optional<std::string> avatar_url;
//         static constexpr auto fields() {
//             return std::tuple{Field{"name", &NewProfile::name, Length{1, 40}},
//                               Field{"avatar_url", &NewProfile::avatar_url, HttpUrl{}}};
//         }
//     };
//
// In what clients send, text, numbers, ids and instants are demanded; `std::optional`, bool, lists
// and nested structs may be missing and then keep their default. A struct that stands under its
// own name in answers also has `singular` and `plural`.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "common/base/text.h"

template <class Struct, class Member, class... Rules>
struct Field {
    constexpr Field(const char* field_name, Member Struct::*pointer, Rules... rule)
        : name(field_name), member(pointer), rules(rule...) {}
    const char* name;
    Member Struct::*member;
    std::tuple<Rules...> rules;
};

// Rules. Each is checked by `read.h` and shown by `schema.h`.

struct Length {  // of a text, in characters
    std::int64_t least, most;
};
struct Range {  // of a whole number
    std::int64_t least, most;
};
struct Entries {  // of a list
    std::int64_t least, most;
};
struct HttpUrl {};   // absolute, http or https
struct HttpsUrl {};  // absolute, https
struct Email {};
struct OneOf {
    template <class... Choices>
    constexpr OneOf(Choices... choice) : count(sizeof...(choice)), choices{choice...} {}
    std::size_t count;
    const char* choices[16];
};
// A shape that a function knows: `pattern` is its regular expression, for the documentation.
struct Shape {
    bool (*fits)(std::string_view);
    const char* pattern;
    const char* key = "field_pattern";
};
inline constexpr Shape single_line{one_line, R"(^[^\n\t]*[^\s][^\n\t]*$)", "field_one_line"};
struct Full {};    // written in the full view only; phones do without
struct Hidden {};  // known to the database, never written

// A member of a PATCH: not sent, sent as null (clear it), or sent with a value.
template <class T>
struct Change {
    bool given = false;
    std::optional<T> value;
};

// Whole minor units of money, written as a JSON number with two decimals.
struct Cents {
    std::int64_t amount = 0;
};

// JSON that is already text (a jsonb column): copied through.
struct JsonText {
    std::string text = "null";
};

template <class T>
concept HasFields = requires {
    T::fields();
};

template <class T>
concept Resource = HasFields<T> && requires {
    T::singular;
    T::plural;
};

template <class T>
struct optional_traits : std::false_type {};
template <class T>
struct optional_traits<std::optional<T>> : std::true_type {
    using Inner = T;
};
template <class T>
inline constexpr bool is_optional = optional_traits<T>::value;

template <class T>
struct vector_traits : std::false_type {};
template <class T>
struct vector_traits<std::vector<T>> : std::true_type {
    using Inner = T;
};
template <class T>
inline constexpr bool is_vector = vector_traits<T>::value;

template <class T>
struct change_traits : std::false_type {};
template <class T>
struct change_traits<Change<T>> : std::true_type {
    using Inner = T;
};
template <class T>
inline constexpr bool is_change = change_traits<T>::value;

template <class T>
inline constexpr bool is_integer = std::is_integral_v<T> && !std::is_same_v<T, bool>;

// Calls `visit(field)` for each field of a struct, in order.
template <HasFields T, class Visit>
constexpr void each_field(Visit&& visit) {
    std::apply([&](const auto&... field) { (visit(field), ...); }, T::fields());
}

// Whether a field carries a rule.
template <class Rule, class S, class M, class... Rules>
constexpr bool has_rule(const Field<S, M, Rules...>&) {
    return (std::is_same_v<Rule, Rules> || ...);
}
