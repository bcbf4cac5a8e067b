// C++ values on their way into a statement. Ids, texts, instants, bytes and lists travel binary
// (exact, no escaping, half the size), numbers as text, which fits every integer column.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/bytes.h"
#include "common/base/time.h"
#include "common/base/uuid.h"
#include "common/json/fields.h"

struct Parameter {
    std::string bytes;
    bool null = false;
    bool binary = true;
};

Parameter encode(std::string_view text);
Parameter encode(const Uuid& id);
Parameter encode(Instant instant);
Parameter encode(const Bytes& bytes);
Parameter encode(bool truth);
Parameter encode(std::int64_t number);
Parameter encode(double number);
Parameter encode(const JsonText& json);
Parameter encode(std::nullopt_t);
inline Parameter encode(const std::string& text) { return encode(std::string_view{text}); }
inline Parameter encode(const char* text) { return encode(std::string_view{text}); }
inline Parameter encode(int number) { return encode(std::int64_t{number}); }

// One-dimensional arrays: text[], bigint[], uuid[], timestamptz[], boolean[]. An absent element
// is null.
Parameter encode(const std::vector<std::optional<std::string>>& list);
Parameter encode(const std::vector<std::optional<std::int64_t>>& list);
Parameter encode(const std::vector<std::optional<Instant>>& list);
Parameter encode(const std::vector<std::optional<bool>>& list);
Parameter encode(const std::vector<std::string>& list);
Parameter encode(const std::vector<std::int64_t>& list);
Parameter encode(const std::vector<Uuid>& list);

template <class T>
Parameter encode(const std::optional<T>& value) {
    return value ? encode(*value) : encode(std::nullopt);
}

using Parameters = std::vector<Parameter>;
