// JSON from outside: whatever is taken is written and read again as the same value.
#include "common/json/json.h"

#include <algorithm>
#include <cmath>

#include "common/base/text.h"
#include "tests/fuzz/fuzz.h"

namespace {

using Kind = JsonValue::Kind;

std::string written(const JsonValue& value) {
    JsonWriter writer;
    write_json(writer, value);
    return writer.take();
}

// A real without fraction comes back as an integer, and Boost.JSON 1.81 reads long ones only to
// about 15 digits.
bool same_number(const JsonValue& one, const JsonValue& other) {
    auto number = other.kind == Kind::integer ? static_cast<double>(other.integer) : other.real;
    return std::abs(one.real - number) <= std::abs(one.real) * 1e-14 + 1e-307;
}

bool same(const JsonValue& one, const JsonValue& other) {
    if (one.kind == Kind::real) return same_number(one, other);
    return one.kind == other.kind && one.boolean == other.boolean && one.integer == other.integer &&
           one.text == other.text &&
           std::equal(one.list.begin(), one.list.end(), other.list.begin(), other.list.end(),
                      same) &&
           std::equal(one.members.begin(), one.members.end(), other.members.begin(),
                      other.members.end(), [](const auto& a, const auto& b) {
                          return a.name == b.name && same(a.value, b.value);
                      });
}

std::size_t depth(const JsonValue& value) {
    std::size_t deepest = 0;
    for (const auto& entry : value.list) deepest = std::max(deepest, depth(entry));
    for (const auto& member : value.members) deepest = std::max(deepest, depth(member.value));
    bool holds_others = value.kind == Kind::list || value.kind == Kind::object;
    return deepest + (holds_others ? 1 : 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    auto text = as_text(bytes, size);
    try {
        auto value = parse_json(text);
        must(valid_utf8(text) && depth(value) <= 32);
        must(same(value, parse_json(written(value))));
    } catch (const Failure& failure) {
        must(std::string_view{failure.problem().code} == "malformed_json");
    }
    return 0;
}
