#include "common/json/json.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <cmath>
#include <string>

namespace {

constexpr std::size_t max_depth = 32;
constexpr std::size_t max_values = 100'000;
constexpr std::size_t max_length = 1 << 21;

// Builds the document while Boost.JSON reads it, and stops at what we do not take. The parser
// wants a Boost error code for a stop; the problem is kept beside it.
struct Builder {
    static constexpr std::size_t max_object_size = 1'000;
    static constexpr std::size_t max_array_size = 10'000;
    static constexpr std::size_t max_key_size = max_length;
    static constexpr std::size_t max_string_size = max_length;
    using Code = boost::json::error_code;

    JsonValue root;
    std::vector<JsonValue*> open{&root};
    std::string pending;  // pieces of a key or text
    std::string name;     // the last key
    std::size_t values = 0;
    const Problem* stopped = nullptr;

    bool stop(const Problem& problem, Code& code) {
        stopped = &problem;
        code = boost::json::error::syntax;
        return false;
    }

    // Puts a new value where the document stands: into the list or under the last key.
    JsonValue* place(JsonValue::Kind kind, Code& code) {
        if (++values > max_values) {
            stop(json_too_large, code);
            return nullptr;
        }
        JsonValue* parent = open.back();
        JsonValue* value = parent;
        if (parent == &root && open.size() == 1) {
            value = &root;
        } else if (parent->kind == JsonValue::Kind::list) {
            value = &parent->list.emplace_back();
        } else {
            parent->members.push_back({std::move(name), {}});
            value = &parent->members.back().value;
        }
        value->kind = kind;
        return value;
    }
    bool begin(JsonValue::Kind kind, Code& code) {
        if (open.size() > max_depth) return stop(json_too_deep, code);
        auto* value = place(kind, code);
        if (value) open.push_back(value);
        return value;
    }
    bool end() {
        open.pop_back();
        return true;
    }
    bool keep(boost::json::string_view piece, Code& code) {
        if (piece.find('\0') != piece.npos) return stop(json_nul, code);
        pending.append(piece.data(), piece.size());
        return true;
    }

    bool on_document_begin(Code&) { return true; }
    bool on_document_end(Code&) { return true; }
    bool on_array_begin(Code& code) { return begin(JsonValue::Kind::list, code); }
    bool on_array_end(std::size_t, Code&) { return end(); }
    bool on_object_begin(Code& code) { return begin(JsonValue::Kind::object, code); }
    bool on_object_end(std::size_t, Code&) { return end(); }
    bool on_key_part(boost::json::string_view piece, std::size_t, Code& code) {
        return keep(piece, code);
    }
    bool on_key(boost::json::string_view piece, std::size_t, Code& code) {
        if (!keep(piece, code)) return false;
        name = std::exchange(pending, {});
        return open.back()->find(name) ? stop(json_duplicate_key, code) : true;
    }
    bool on_string_part(boost::json::string_view piece, std::size_t, Code& code) {
        return keep(piece, code);
    }
    bool on_string(boost::json::string_view piece, std::size_t, Code& code) {
        if (!keep(piece, code)) return false;
        auto* value = place(JsonValue::Kind::text, code);
        if (value) value->text = std::exchange(pending, {});
        return value;
    }
    bool on_number_part(boost::json::string_view, Code&) { return true; }
    bool on_int64(std::int64_t number, boost::json::string_view, Code& code) {
        auto* value = place(JsonValue::Kind::integer, code);
        if (value) value->integer = number;
        return value;
    }
    bool on_uint64(std::uint64_t number, boost::json::string_view, Code& code) {
        return on_double(static_cast<double>(number), {}, code);
    }
    bool on_double(double number, boost::json::string_view, Code& code) {
        if (!std::isfinite(number)) return stop(json_number, code);
        auto* value = place(JsonValue::Kind::real, code);
        if (value) value->real = number;
        return value;
    }
    bool on_bool(bool truth, Code& code) {
        auto* value = place(JsonValue::Kind::boolean, code);
        if (value) value->boolean = truth;
        return value;
    }
    bool on_null(Code& code) { return place(JsonValue::Kind::null, code); }
    bool on_comment_part(boost::json::string_view, Code&) { return true; }
    bool on_comment(boost::json::string_view, Code&) { return true; }
};

bool stands_as_it_is(char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
}

void append_escape(std::string& out, char c) {
    static constexpr char digits[] = "0123456789abcdef";
    static constexpr std::string_view named = "\"\\\n\r\t", names = "\"\\nrt";
    out += '\\';
    if (auto at = named.find(c); at != named.npos) {
        out += names[at];
    } else {
        out.append("u00").append({digits[c >> 4], digits[c & 15]});
    }
}

}  // namespace

const JsonValue* JsonValue::find(std::string_view name) const {
    auto found = std::find_if(members.begin(), members.end(),
                              [&](const auto& member) { return member.name == name; });
    return found == members.end() ? nullptr : &found->value;
}

JsonValue parse_json(std::string_view text) {
    boost::json::parse_options options;
    options.max_depth = max_depth + 1;  // one more, so that our own limit names the reason
    boost::json::basic_parser<Builder> parser{options};
    boost::json::error_code code;
    auto used = parser.write_some(false, text.data(), text.size(), code);
    auto& builder = parser.handler();
    if (builder.stopped) throw Failure(*builder.stopped);
    using Error = boost::json::error;
    if (code == Error::object_too_large || code == Error::array_too_large) {
        throw Failure(json_too_large);
    }
    if (code || used != text.size()) throw Failure(json_syntax);
    return std::move(builder.root);
}

void JsonWriter::comma() {
    if (out_.empty()) return;
    char last = out_.back();
    if (last != '{' && last != '[' && last != ':') out_ += ',';
}

void JsonWriter::open(char bracket) {
    comma();
    out_ += bracket;
}

void JsonWriter::key(std::string_view name) {
    comma();
    quoted(name);
    out_ += ':';
}

void JsonWriter::text(std::string_view value) {
    comma();
    quoted(value);
}

void JsonWriter::integer(std::int64_t value) {
    char digits[24];
    auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    raw({digits, static_cast<std::size_t>(end - digits)});
}

void JsonWriter::real(double value) {
    char digits[32];
    auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    raw({digits, static_cast<std::size_t>(end - digits)});
}

void JsonWriter::cents(std::int64_t minor_units) {
    auto magnitude = minor_units < 0 ? 0 - static_cast<std::uint64_t>(minor_units)
                                     : static_cast<std::uint64_t>(minor_units);
    auto rest = magnitude % 100;
    raw((minor_units < 0 ? "-" : "") + std::to_string(magnitude / 100) + (rest < 10 ? ".0" : ".") +
        std::to_string(rest));
}

void JsonWriter::raw(std::string_view json) {
    comma();
    out_ += json;
}

void JsonWriter::quoted(std::string_view value) {
    out_ += '"';
    while (!value.empty()) {
        auto special = std::find_if_not(value.begin(), value.end(), stands_as_it_is);
        out_.append(value.begin(), special);
        value.remove_prefix(special - value.begin());
        if (value.empty()) break;
        append_escape(out_, value.front());
        value.remove_prefix(1);
    }
    out_ += '"';
}

void write_json(JsonWriter& writer, const JsonValue& value) {
    using Kind = JsonValue::Kind;
    switch (value.kind) {
        case Kind::null:
            return writer.null();
        case Kind::boolean:
            return writer.boolean(value.boolean);
        case Kind::integer:
            return writer.integer(value.integer);
        case Kind::real:
            return writer.real(value.real);
        case Kind::text:
            return writer.text(value.text);
        case Kind::list:
            writer.begin_list();
            for (const auto& one : value.list) write_json(writer, one);
            return writer.end_list();
        case Kind::object:
            writer.begin_object();
            for (const auto& [name, member] : value.members) {
                writer.key(name);
                write_json(writer, member);
            }
            return writer.end_object();
    }
}
