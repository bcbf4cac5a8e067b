#include "workers/party/node/envelope.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "common/base/text.h"
#include "workers/party/room/wording.h"

namespace party {

namespace {

constexpr int most_levels = 8;
constexpr std::size_t longest_type = 40, longest_id = 36;

bool message_name(std::string_view text) {
    return !text.empty() && text.size() <= longest_type &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == ':' || c == '_';
           });
}

bool deeper_than(const JsonValue& value, int levels) {
    if (value.kind != JsonValue::Kind::object && value.kind != JsonValue::Kind::list) return false;
    if (levels == 0) return true;
    return std::any_of(value.list.begin(), value.list.end(),
                       [&](const auto& one) { return deeper_than(one, levels - 1); }) ||
           std::any_of(value.members.begin(), value.members.end(),
                       [&](const auto& one) { return deeper_than(one.value, levels - 1); });
}

[[noreturn]] void refuse(const char* field) { throw Failure(bad_request, {{"field", field}}); }

// What people paste may have characters in it that nobody sees.
void strip(JsonValue& value) {
    if (value.kind == JsonValue::Kind::text && !printable(value.text)) {
        value.text = without_hidden(value.text);
    }
    for (auto& one : value.list) strip(one);
    for (auto& one : value.members) strip(one.value);
}

std::string optional_text(const JsonValue& message, const char* name) {
    const JsonValue* value = message.find(name);
    if (!value || value->kind == JsonValue::Kind::null) return {};
    if (value->kind == JsonValue::Kind::integer) return std::to_string(value->integer);
    if (value->kind != JsonValue::Kind::text || value->text.size() > longest_id) refuse(name);
    return value->text;
}

// The value of the escape "\\uxxxx" that the text begins with, if it does.
std::optional<unsigned> escaped(std::string_view json) {
    constexpr std::size_t length = 6;
    if (json.size() < length || !json.starts_with("\\u")) return {};
    unsigned value = 0;
    auto end = json.data() + length;
    auto read = std::from_chars(json.data() + 2, end, value, 16);
    return read.ptr == end ? std::optional{value} : std::nullopt;
}

bool begins_pair(unsigned value) { return value >= 0xd800 && value < 0xdc00; }
bool ends_pair(unsigned value) { return value >= 0xdc00 && value < 0xe000; }

// As it was written, but for escapes that stand for no character: NUL, and halves of pairs, which
// browsers write for text that was cut within an emoji.
std::string mended(std::string_view json) {
    std::string rest;
    while (!json.empty()) {
        std::size_t length = json[0] == '\\' ? std::min<std::size_t>(2, json.size()) : 1;
        bool keeps = true;
        if (auto value = escaped(json)) {
            auto next = escaped(json.substr(6));
            bool pair = begins_pair(*value) && next && ends_pair(*next);
            length = pair ? 12 : 6;
            keeps = pair || (*value != 0 && !begins_pair(*value) && !ends_pair(*value));
        }
        if (keeps) rest += json.substr(0, length);
        json.remove_prefix(length);
    }
    return rest;
}

std::optional<JsonValue> parsed(std::string_view text) {
    try {
        return parse_json(text);
    } catch (const Failure&) {
        return {};
    }
}

JsonValue parse(std::string_view text) {
    auto value = parsed(text);
    if (!value) value = parsed(mended(text));
    if (!value) throw Failure(bad_json);
    return *std::move(value);
}

// Opens the object of a frame; `type` first, as people read it.
void begin(JsonWriter& writer, std::string_view type) {
    writer.begin_object();
    writer.key("type");
    writer.text(type);
}

std::string finish(JsonWriter& writer, Millis ts, std::string_view data) {
    writer.key("ts");
    writer.integer(ts);
    writer.key("data");
    writer.raw(data);
    writer.end_object();
    return writer.take();
}

void write_detail(JsonWriter& writer, const Detail& detail) {
    writer.key(detail.name);
    if (auto* number = std::get_if<std::int64_t>(&detail.value)) writer.integer(*number);
    if (auto* text = std::get_if<std::string>(&detail.value)) writer.text(*text);
}

// Whether the same message may be right a moment later.
bool retryable(const Failure& failure) {
    return failure.problem().status >= 500 || failure.retry_after().has_value();
}

std::string error_data(const Incoming& to, const Failure& failure, std::string_view words) {
    JsonWriter writer;
    writer.begin_object();
    writer.key("code");
    writer.text(failure.problem().code);
    writer.key("message");
    writer.text(words);
    if (!to.type.empty()) {
        writer.key("for");
        writer.text(to.type);
    }
    writer.key("retryable");
    writer.boolean(retryable(failure));
    writer.key("retryAfterMs");
    writer.integer(failure.retry_after().value_or(std::chrono::milliseconds{}).count());
    writer.key("details");
    if (!failure.data().empty()) {
        writer.raw(failure.data());
    } else {
        writer.begin_object();
        for (const auto& detail : failure.details()) write_detail(writer, detail);
        writer.end_object();
    }
    writer.end_object();
    return writer.take();
}

}  // namespace

void read_envelope(std::string_view text, Incoming& incoming) {
    auto message = parse(text);
    if (message.kind != JsonValue::Kind::object) throw Failure(bad_json);
    incoming.id = optional_text(message, "id");
    if (deeper_than(message, most_levels)) throw Failure(bad_json);
    const JsonValue* type = message.find("type");
    if (!type || type->kind != JsonValue::Kind::text || !message_name(type->text)) refuse("type");
    incoming.type = type->text;
    incoming.command_id = optional_text(message, "cmdId");
    if (const JsonValue* data = message.find("data")) incoming.data = *data;
    if (incoming.data.kind == JsonValue::Kind::null) incoming.data.kind = JsonValue::Kind::object;
    if (incoming.data.kind != JsonValue::Kind::object) refuse("data");
    strip(incoming.data);
}

std::string reply_text(const Incoming& to, Millis ts, std::string_view data) {
    JsonWriter writer;
    begin(writer, to.type);
    if (!to.id.empty()) {
        writer.key("id");
        writer.text(to.id);
    }
    writer.key("ok");
    writer.boolean(true);
    return finish(writer, ts, data);
}

std::string event_text(std::string_view type, std::string_view room, std::string_view epoch,
                       std::int64_t version, Millis ts, std::string_view data) {
    JsonWriter writer;
    begin(writer, type);
    writer.key("room");
    writer.text(room);
    writer.key("epoch");
    writer.text(epoch);
    writer.key("ver");
    writer.integer(version);
    return finish(writer, ts, data);
}

std::string personal_text(std::string_view type, std::string_view epoch, std::int64_t version,
                          Millis ts, std::string_view data) {
    JsonWriter writer;
    begin(writer, type);
    writer.key("stream");
    writer.text("user");
    writer.key("epoch");
    writer.text(epoch);
    writer.key("ver");
    writer.integer(version);
    return finish(writer, ts, data);
}

std::string word_text(std::string_view type, Millis ts, std::string_view data) {
    JsonWriter writer;
    begin(writer, type);
    return finish(writer, ts, data);
}

std::string error_text(const Incoming& to, Millis ts, const Failure& failure,
                       const Messages& messages, LanguageId language) {
    JsonWriter writer;
    begin(writer, "error");
    if (!to.id.empty()) {
        writer.key("id");
        writer.text(to.id);
    }
    writer.key("ok");
    writer.boolean(false);
    auto words = messages.text(language, failure.problem().key(), failure.details());
    return finish(writer, ts, error_data(to, failure, words));
}

}  // namespace party
