#include "tests/support/contract.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/base/uuid.h"

namespace {

using Kind = JsonValue::Kind;

std::string word(const JsonValue& schema, const char* name) {
    const auto* found = schema.find(name);
    return found ? found->text : "";
}

// `type` is a name, or a list of which the first is the one that is not null.
std::string type_of(const JsonValue& schema) {
    const auto* type = schema.find("type");
    if (!type) return {};
    return type->kind == Kind::list ? type->list.front().text : type->text;
}

bool demands(const JsonValue& schema, const std::string& name) {
    const auto* required = schema.find("required");
    return required && std::any_of(required->list.begin(), required->list.end(),
                                   [&](const JsonValue& one) { return one.text == name; });
}

// Some text that a schema takes. Patterns are few, and known by what they stand for.
std::string sample_text(const JsonValue& schema) {
    const auto* choices = schema.find("enum");
    if (choices && !choices->list.empty()) return choices->list.front().text;
    auto format = word(schema, "format"), pattern = word(schema, "pattern");
    if (format == "uri") return "https://app.syncstream.tv/a";
    if (format == "email") return "sample@example.com";
    if (format == "uuid") return Uuid::make().text();
    if (format == "date-time") return "2026-01-02T03:04:05Z";
    if (pattern.starts_with("^[0-9]{")) return "4711";
    if (pattern.find("[0-5][0-9]") != pattern.npos) return "20:30";
    const auto* least = schema.find("minLength");
    return std::string(std::max<std::size_t>(4, least ? least->integer : 0), 'x');
}

void write_sample(JsonWriter& out, const JsonValue& schema, const Place& place, std::size_t depth,
                  const std::string& text);

void write_members(JsonWriter& out, const JsonValue& schema, const Place& place, std::size_t depth,
                   const std::string& text) {
    out.begin_object();
    for (const auto& [name, inner] : schema.find("properties")->members) {
        bool on_the_way = depth < place.size() && place[depth] == name;
        if (!on_the_way && !demands(schema, name)) continue;
        out.key(name);
        // What is beside the way is at a depth where no place ends.
        write_sample(out, inner, on_the_way ? place : Place{}, on_the_way ? depth + 1 : 0, text);
    }
    out.end_object();
}

void write_sample(JsonWriter& out, const JsonValue& schema, const Place& place, std::size_t depth,
                  const std::string& text) {
    auto type = type_of(schema);
    if (!place.empty() && depth == place.size()) return out.text(text);
    if (type == "object" && schema.find("properties")) {
        return write_members(out, schema, place, depth, text);
    }
    if (type == "array") {
        out.begin_list();
        if (const auto* items = schema.find("items")) {
            write_sample(out, *items, place, place.empty() ? 0 : depth + 1, text);
        }
        return out.end_list();
    }
    if (type == "integer" || type == "number") return out.integer(1);
    if (type == "boolean") return out.boolean(false);
    out.text(sample_text(schema));
}

void find_texts(const JsonValue& schema, Place& at, std::vector<Place>& found) {
    auto type = type_of(schema);
    if (type == "string") found.push_back(at);
    if (const auto* properties = schema.find("properties")) {
        for (const auto& [name, inner] : properties->members) {
            at.push_back(name);
            find_texts(inner, at, found);
            at.pop_back();
        }
    }
    if (const auto* items = schema.find("items")) {
        at.emplace_back("[]");
        find_texts(*items, at, found);
        at.pop_back();
    }
}

const JsonValue* at(const JsonValue* from, const std::vector<const char*>& path) {
    for (const char* name : path) from = from ? from->find(name) : nullptr;
    return from;
}

Operation read_operation(const std::string& path, const std::string& method,
                         const JsonValue& described) {
    Operation operation{method, path, {}, {}, {}};
    for (char& c : operation.method) c = static_cast<char>(c - 'a' + 'A');
    if (const auto* parameters = described.find("parameters")) {
        for (const auto& one : parameters->list) {
            if (word(one, "in") == "query") operation.parameters.push_back(word(one, "name"));
        }
    }
    const auto* schema = at(&described, {"requestBody", "content", "application/json", "schema"});
    if (schema) operation.body = *schema;
    Place place;
    find_texts(operation.body, place, operation.texts);
    return operation;
}

// Follows a place inside one value.
const std::string* follow(const JsonValue& value, const Place& place) {
    const JsonValue* here = &value;
    for (const auto& step : place) {
        if (step == "[]") {
            here = here->list.empty() ? nullptr : &here->list.front();
        } else {
            here = here->find(step);
        }
        if (!here) return nullptr;
    }
    return here->kind == Kind::text ? &here->text : nullptr;
}

}  // namespace

std::vector<Operation> operations(const JsonValue& document) {
    std::vector<Operation> all;
    for (const auto& [path, item] : document.find("paths")->members) {
        for (const auto& [method, described] : item.members) {
            all.push_back(read_operation(path, method, described));
        }
    }
    return all;
}

std::string sample_body(const JsonValue& schema, const Place& place, const std::string& text) {
    JsonWriter out;
    write_sample(out, schema, place, 0, text);
    return out.take();
}

const std::string* found_again(const JsonValue& answer, const Place& place) {
    const auto* data = answer.find("data");
    if (!data) return nullptr;
    for (const auto& [name, resource] : data->members) {
        if (const auto* text = follow(resource, place)) return text;
    }
    return nullptr;
}

std::string fill(std::string path, const std::string& value) {
    for (auto open = path.find('{'); open != path.npos; open = path.find('{', open)) {
        path.replace(open, path.find('}', open) - open + 1, value);
        open += value.size();
    }
    return path;
}
