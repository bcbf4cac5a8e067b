#include "common/db/parameters.h"

#include <charconv>

namespace {

// Type numbers of pg_type, fixed for ever.
constexpr std::int32_t bool_type = 16, bigint_type = 20, text_type = 25, timestamptz_type = 1184,
                       uuid_type = 2950;

// 2000-01-01, from which PostgreSQL counts microseconds.
constexpr Instant epoch{std::chrono::sys_days{std::chrono::year{2000} / 1 / 1}};

template <class T>
void append(std::string& bytes, T number) {
    for (int shift = 8 * sizeof number - 8; shift >= 0; shift -= 8) {
        bytes += static_cast<char>(number >> shift);
    }
}

std::string wire(const std::string& text) { return text; }
std::string wire(const Uuid& id) { return {id.bytes.begin(), id.bytes.end()}; }
std::string wire(bool truth) { return std::string(1, truth ? 1 : 0); }
std::string wire(std::int64_t number) {
    std::string bytes;
    append(bytes, number);
    return bytes;
}
std::string wire(Instant instant) { return wire(std::int64_t{(instant - epoch).count()}); }

template <class T>
const T* present(const std::optional<T>& element) {
    return element ? &*element : nullptr;
}
template <class T>
const T* present(const T& element) {
    return &element;
}

template <class T>
Parameter array(std::int32_t type, const std::vector<T>& list) {
    std::string bytes;
    append(bytes, std::int32_t{list.empty() ? 0 : 1});  // dimensions
    append(bytes, std::int32_t{1});                     // may hold nulls
    append(bytes, type);
    if (!list.empty()) {
        append(bytes, static_cast<std::int32_t>(list.size()));
        append(bytes, std::int32_t{1});  // the first index
    }
    for (const auto& element : list) {
        auto* value = present(element);
        std::string one = value ? wire(*value) : std::string{};
        append(bytes, value ? static_cast<std::int32_t>(one.size()) : std::int32_t{-1});
        bytes += one;
    }
    return {std::move(bytes)};
}

template <class T>
Parameter number_text(T number) {
    char digits[32];
    auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    return {std::string(digits, end), false, false};
}

}  // namespace

Parameter encode(std::string_view text) { return {std::string{text}}; }
Parameter encode(const Uuid& id) { return {wire(id)}; }
Parameter encode(Instant instant) { return {wire(instant)}; }
Parameter encode(const Bytes& bytes) { return {to_text(bytes)}; }
Parameter encode(bool truth) { return {wire(truth)}; }
Parameter encode(std::int64_t number) { return number_text(number); }
Parameter encode(double number) { return number_text(number); }
Parameter encode(const JsonText& json) { return {json.text, false, false}; }
Parameter encode(std::nullopt_t) { return {{}, true}; }

Parameter encode(const std::vector<std::optional<std::string>>& list) {
    return array(text_type, list);
}
Parameter encode(const std::vector<std::optional<std::int64_t>>& list) {
    return array(bigint_type, list);
}
Parameter encode(const std::vector<std::optional<Instant>>& list) {
    return array(timestamptz_type, list);
}
Parameter encode(const std::vector<std::optional<bool>>& list) { return array(bool_type, list); }
Parameter encode(const std::vector<std::string>& list) { return array(text_type, list); }
Parameter encode(const std::vector<std::int64_t>& list) { return array(bigint_type, list); }
Parameter encode(const std::vector<Uuid>& list) { return array(uuid_type, list); }
