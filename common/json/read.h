// From JSON and from query strings into structs, by their `fields()`. All faults of a document are
// collected, each with the path of its field, and thrown together as `validation_failed`. Types
// are exact: "12" is no number, 1.5 no integer. Unknown members are ignored.
#pragma once

#include <algorithm>
#include <limits>
#include <utility>

#include "common/base/bytes.h"
#include "common/base/problem.h"
#include "common/base/secret.h"
#include "common/base/text.h"
#include "common/base/time.h"
#include "common/base/uuid.h"
#include "common/json/fields.h"
#include "common/json/json.h"

// The parameters of a query string, decoded, each name once.
using QueryParameters = std::vector<std::pair<std::string, std::string>>;

// What is wrong so far, and where the reader stands.
class Faults {
  public:
    void add(const char* key, std::vector<Detail> details = {}) {
        found_.push_back({path_, key, std::move(details)});
    }
    bool empty() const { return found_.empty(); }
    std::size_t count() const { return found_.size(); }
    std::vector<Fault> take() { return std::move(found_); }
    void throw_if_any() {
        if (!empty()) throw Failure(validation_failed).with_faults(take());
    }

    // Stands one step deeper while it lives.
    class Step {
      public:
        Step(Faults& faults, std::string_view step)
            : faults_(faults), before_(faults.path_.size()) {
            if (before_ && step[0] != '[') faults.path_ += '.';
            faults.path_ += step;
        }
        Step(const Step&) = delete;
        Step& operator=(const Step&) = delete;
        ~Step() { faults_.path_.resize(before_); }

      private:
        Faults& faults_;
        std::size_t before_;
    };

  private:
    std::string path_;
    std::vector<Fault> found_;
};

// An entry of a list that may be wrong without harm to its neighbours: its faults stay with it.
template <class T>
struct Lenient {
    T value;
    std::vector<Fault> faults;
};

template <class T>
struct lenient_traits : std::false_type {};
template <class T>
struct lenient_traits<Lenient<T>> : std::true_type {
    using Inner = T;
};
template <class T>
inline constexpr bool is_lenient = lenient_traits<T>::value;

// Checks of one rule against one value. Rules that do not concern the value's type do nothing.
void check_rule(const Length& rule, std::string_view text, Faults& faults);
void check_rule(const HttpUrl&, std::string_view text, Faults& faults);
void check_rule(const HttpsUrl&, std::string_view text, Faults& faults);
void check_rule(const Email&, std::string_view text, Faults& faults);
void check_rule(const OneOf& rule, std::string_view text, Faults& faults);
void check_rule(const Shape& rule, std::string_view text, Faults& faults);
void check_rule(const Range& rule, std::int64_t number, Faults& faults);
void check_count(const Entries& rule, std::size_t count, Faults& faults);

template <class Rule, class Value>
void apply_rule(const Rule& rule, const Value& value, Faults& faults) {
    if constexpr (is_optional<Value>) {
        if (value) apply_rule(rule, *value, faults);
    } else if constexpr (is_change<Value>) {
        apply_rule(rule, value.value, faults);
    } else if constexpr (std::is_same_v<Value, Secret>) {
        apply_rule(rule, value.reveal(), faults);
    } else if constexpr (is_vector<Value> && std::is_same_v<Rule, Entries>) {
        check_count(rule, value.size(), faults);
    } else if constexpr (is_vector<Value>) {
        for (const auto& entry : value) apply_rule(rule, entry, faults);
    } else if constexpr (requires { check_rule(rule, value, faults); }) {
        check_rule(rule, value, faults);
    }
}

// Whether a client must send a member of this type.
template <class T>
inline constexpr bool demanded =
    std::is_same_v<T, std::string> || std::is_same_v<T, Secret> || std::is_same_v<T, Uuid> ||
    std::is_same_v<T, Instant> || is_integer<T> || std::is_same_v<T, double>;

// Scalars that look alike in JSON and in a query string.
void read_text(std::string_view text, std::string& target, Faults& faults);
void read_text(std::string_view text, Secret& target, Faults& faults);
void read_text(std::string_view text, Uuid& target, Faults& faults);
void read_text(std::string_view text, Instant& target, Faults& faults);

template <class T>
void read_integer(std::int64_t number, T& target, Faults& faults) {
    if (!std::in_range<T>(number)) {
        faults.add("field_range", {{"min", std::numeric_limits<T>::min()},
                                   {"max", std::numeric_limits<T>::max()}});
    } else {
        target = static_cast<T>(number);
    }
}

template <class T>
void read_json(const JsonValue& json, T& target, Faults& faults);

template <HasFields T>
void read_members(const JsonValue& json, T& target, Faults& faults) {
    each_field<T>([&](const auto& field) {
        auto& member = target.*(field.member);
        using Member = std::remove_reference_t<decltype(member)>;
        Faults::Step step{faults, field.name};
        const JsonValue* sent = json.find(field.name);
        if (!sent || (sent->kind == JsonValue::Kind::null && !is_change<Member>)) {
            if (demanded<Member>) faults.add("field_required");
            return;
        }
        auto before = faults.count();
        read_json(*sent, member, faults);
        if (faults.count() != before) return;
        std::apply([&](const auto&... rule) { (apply_rule(rule, member, faults), ...); },
                   field.rules);
    });
}

template <class T>
void read_list(const JsonValue& json, std::vector<T>& target, Faults& faults) {
    for (std::size_t i = 0; i < json.list.size(); ++i) {
        Faults::Step step{faults, "[" + std::to_string(i) + "]"};
        read_json(json.list[i], target.emplace_back(), faults);
    }
}

template <class T>
void read_json(const JsonValue& json, T& target, Faults& faults) {
    using Kind = JsonValue::Kind;
    if constexpr (is_lenient<T>) {
        Faults own;
        read_json(json, target.value, own);
        target.faults = own.take();
    } else if constexpr (is_change<T>) {
        target.given = true;
        if (json.kind != Kind::null) read_json(json, target.value.emplace(), faults);
    } else if constexpr (is_optional<T>) {
        read_json(json, target.emplace(), faults);
    } else if constexpr (is_vector<T>) {
        if (json.kind != Kind::list) return faults.add("field_type_list");
        read_list(json, target, faults);
    } else if constexpr (HasFields<T>) {
        if (json.kind != Kind::object) return faults.add("field_type_object");
        read_members(json, target, faults);
    } else if constexpr (std::is_same_v<T, bool>) {
        if (json.kind != Kind::boolean) return faults.add("field_type_boolean");
        target = json.boolean;
    } else if constexpr (is_integer<T>) {
        if (json.kind != Kind::integer) return faults.add("field_type_integer");
        read_integer(json.integer, target, faults);
    } else if constexpr (std::is_same_v<T, double>) {
        if (json.kind != Kind::integer && json.kind != Kind::real) {
            return faults.add("field_type_number");
        }
        target = json.kind == Kind::integer ? static_cast<double>(json.integer) : json.real;
    } else {
        if (json.kind != Kind::text) return faults.add("field_type_text");
        read_text(json.text, target, faults);
    }
}

// One query parameter into a scalar.
template <class T>
void read_parameter(const std::string& text, T& target, Faults& faults) {
    if constexpr (is_optional<T>) {
        read_parameter(text, target.emplace(), faults);
    } else if constexpr (std::is_same_v<T, bool>) {
        if (text != "true" && text != "false") return faults.add("field_type_boolean");
        target = text == "true";
    } else if constexpr (is_integer<T>) {
        auto number = parse_integer(text);
        if (!number) return faults.add("field_type_integer");
        read_integer(*number, target, faults);
    } else {
        read_text(text, target, faults);
    }
}

// The struct of a JSON body. Throws Failure: malformed_json, or validation_failed with all faults.
template <HasFields T>
T read_body(std::string_view text) {
    T target;
    Faults faults;
    auto json = parse_json(text);
    if (json.kind != JsonValue::Kind::object) {
        Faults::Step step{faults, "body"};
        faults.add("field_type_object");
    } else {
        read_members(json, target, faults);
    }
    faults.throw_if_any();
    return target;
}

// The struct of a query string. Members that are not sent keep their default; unknown parameters
// are ignored.
template <HasFields T>
T read_query(const QueryParameters& parameters) {
    T target;
    Faults faults;
    each_field<T>([&](const auto& field) {
        auto sent = std::find_if(parameters.begin(), parameters.end(),
                                 [&](const auto& one) { return one.first == field.name; });
        if (sent == parameters.end()) return;
        auto& member = target.*(field.member);
        Faults::Step step{faults, field.name};
        auto before = faults.count();
        read_parameter(sent->second, member, faults);
        if (faults.count() != before) return;
        std::apply([&](const auto&... rule) { (apply_rule(rule, member, faults), ...); },
                   field.rules);
    });
    faults.throw_if_any();
    return target;
}
