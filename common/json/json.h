// JSON text, in and out. `parse_json` is strict and bounded; `JsonWriter` appends. Structs are
// read and written by `read.h` and `write.h` on top of these.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/problem.h"

struct JsonMember;

// A parsed document. Numbers without fraction or exponent that fit are integers.
struct JsonValue {
    enum class Kind : std::uint8_t { null, boolean, integer, real, text, list, object };

    Kind kind = Kind::null;
    bool boolean = false;
    std::int64_t integer = 0;
    double real = 0;
    std::string text;
    std::vector<JsonValue> list;
    std::vector<JsonMember> members;

    const JsonValue* find(std::string_view name) const;  // of an object; null when absent
};

struct JsonMember {
    std::string name;
    JsonValue value;
};

// Why a text is no JSON for us. Clients know one code; people get the reason.
inline constexpr Problem json_syntax{400, "malformed_json", "json_syntax"};
inline constexpr Problem json_duplicate_key{400, "malformed_json", "json_duplicate_key"};
inline constexpr Problem json_nul{400, "malformed_json", "json_nul"};
inline constexpr Problem json_too_deep{400, "malformed_json", "json_too_deep"};
inline constexpr Problem json_too_large{400, "malformed_json", "json_too_large"};
inline constexpr Problem json_number{400, "malformed_json", "json_number"};

// RFC 8259 and nothing else: UTF-8 only, at most 32 levels and 100,000 values, no key twice in an
// object, no NUL in a text, numbers finite. Throws Failure with one of the above.
JsonValue parse_json(std::string_view text);

// Appends JSON to a text. Commas come by themselves; balance is the caller's business.
class JsonWriter {
  public:
    void begin_object() { open('{'); }
    void end_object() { out_ += '}'; }
    void begin_list() { open('['); }
    void end_list() { out_ += ']'; }
    void key(std::string_view name);

    void text(std::string_view value);
    void integer(std::int64_t value);
    void real(double value);               // finite
    void cents(std::int64_t minor_units);  // 799 -> 7.99
    void boolean(bool value) { raw(value ? "true" : "false"); }
    void null() { raw("null"); }
    void raw(std::string_view json);  // one complete value

    const std::string& str() const { return out_; }
    std::string take() { return std::move(out_); }

  private:
    void comma();
    void open(char bracket);
    void quoted(std::string_view value);
    std::string out_;
};

// A document as it was read.
void write_json(JsonWriter& writer, const JsonValue& value);
