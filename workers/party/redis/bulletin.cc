// Reads and writes what is published on the channels of rooms.
#include "common/base/text.h"
#include "common/json/json.h"
#include "workers/party/redis/rooms.h"

namespace party {

namespace {

using Kind = JsonValue::Kind;

std::string json_of(const JsonValue& value) {
    JsonWriter writer;
    write_json(writer, value);
    return writer.take();
}

std::optional<std::vector<Event>> events_of(const JsonValue* list) {
    std::vector<Event> events;
    if (!list) return events;
    if (list->kind != Kind::list) return std::nullopt;
    for (const auto& one : list->list) {
        const auto* type = one.find("type");
        const auto* data = one.find("data");
        if (!type || type->kind != Kind::text || !data) return std::nullopt;
        events.push_back({type->text, json_of(*data)});
    }
    return events;
}

bool read_content(const JsonValue& content, std::size_t count, Bulletin& bulletin) {
    auto events = events_of(content.find("events"));
    auto says = events_of(content.find("say"));
    if (!events || events->size() != count || !says) return false;
    bulletin.events = *std::move(events);
    bulletin.says = *std::move(says);
    const auto* parts = content.find("parts");
    if (!parts) return true;
    for (const auto& [name, part] : parts->members) {
        bulletin.parts.emplace_back(name, part.kind == Kind::null ? "" : json_of(part));
    }
    return parts->kind == Kind::object;
}

// Takes what stands before the next bar off the text.
std::string_view take_word(std::string_view& text) {
    auto bar = text.find('|');
    auto word = text.substr(0, bar);
    text.remove_prefix(bar == text.npos ? text.size() : bar + 1);
    return word;
}

}  // namespace

std::optional<Bulletin> parse_bulletin(std::string_view text) try {
    Bulletin bulletin;
    auto version = parse_integer(take_word(text));
    bulletin.epoch = take_word(text);
    auto count = parse_integer(take_word(text));
    if (!version || *version < 0 || !count || *count < 0) return std::nullopt;
    bulletin.version = *version;
    auto content = parse_json(text);
    if (content.kind != Kind::object) return std::nullopt;
    if (!read_content(content, static_cast<std::size_t>(*count), bulletin)) return std::nullopt;
    return bulletin;
} catch (const Failure&) {
    return std::nullopt;
}

std::string room_channel(std::string_view room) {
    return std::string{"p:{"}.append(room).append("}:c");
}

std::string room_of_channel(std::string_view channel) {
    bool is = channel.starts_with("p:{") && channel.ends_with("}:c") && channel.size() > 6;
    return std::string{is ? channel.substr(3, channel.size() - 6) : ""};
}

}  // namespace party
