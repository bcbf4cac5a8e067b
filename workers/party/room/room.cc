#include "workers/party/room/room.h"

#include <algorithm>
#include <cmath>

#include "common/base/text.h"
#include "common/json/read.h"
#include "common/json/write.h"

namespace party {

namespace {

// A list as a part: JSON has to be an object or it could not gain members later.
template <class T>
struct Several {
    std::vector<T> items;
    static constexpr auto fields() { return std::tuple{Field{"items", &Several::items}}; }
};

template <HasFields T>
std::string text_of(const T& value) {
    JsonWriter writer;
    write_json(writer, value, View{});
    return writer.take();
}
template <class T>
std::string text_of(const std::vector<T>& items) {
    return items.empty() ? "" : text_of(Several<T>{items});
}
template <class T>
std::string text_of(const std::optional<T>& value) {
    return value ? text_of(*value) : "";
}
std::string text_of(const About& about) { return about.id.empty() ? "" : text_of<About>(about); }
std::string text_of(std::int64_t number) { return std::to_string(number); }

// What another version of this program did not write keeps its default.
template <HasFields T>
void put(T& value, std::string_view json) {
    Faults ignored;
    value = {};
    if (!json.empty()) read_json(parse_json(json), value, ignored);
}
template <class T>
void put(std::vector<T>& items, std::string_view json) {
    Several<T> several;
    put(several, json);
    items = std::move(several.items);
}
template <class T>
void put(std::optional<T>& value, std::string_view json) {
    value.reset();
    if (!json.empty()) put(value.emplace(), json);
}
void put(std::int64_t& number, std::string_view json) { number = parse_integer(json).value_or(0); }

// How a part is written and read: one by itself, or, when its name ends with a colon, each value of
// a map, whose key follows.
struct PartKind {
    std::string_view name;
    std::string (*text)(const Room&, const std::string& key);
    void (*put)(Room&, const std::string& key, std::string_view json);
    void (*take)(Room&, const std::string& key, const Room& from);
};

template <auto member>
constexpr PartKind one(std::string_view name) {
    return {name, [](const Room& room, const std::string&) { return text_of(room.*member); },
            [](Room& room, const std::string&, std::string_view json) { put(room.*member, json); },
            [](Room& room, const std::string&, const Room& from) { room.*member = from.*member; }};
}

template <auto members>
constexpr PartKind many(std::string_view name) {
    return {name,
            [](const Room& room, const std::string& key) {
                auto at = (room.*members).find(key);
                return at == (room.*members).end() ? "" : text_of(at->second);
            },
            [](Room& room, const std::string& key, std::string_view json) {
                json.empty() ? (room.*members).erase(key) : put((room.*members)[key], json);
            },
            [](Room& room, const std::string& key, const Room& from) {
                (room.*members).take(key, from.*members);
            }};
}

constexpr PartKind kinds[] = {
    one<&Room::revision>("rev"),      one<&Room::about>("about"),
    one<&Room::settings>("settings"), one<&Room::playback>("playback"),
    one<&Room::queue>("queue"),       one<&Room::poll>("poll"),
    one<&Room::bans>("bans"),         one<&Room::invites>("invites"),
    one<&Room::knocks>("knocks"),     many<&Room::seats>("m:"),
    many<&Room::links>("l:"),         many<&Room::chat>("c:"),
};

// Calls `use(kind, key)` for the kind of the part.
template <class Use>
void with_kind(std::string_view name, Use use) {
    for (const auto& kind : kinds) {
        bool keyed = kind.name.back() == ':';
        if (keyed ? !name.starts_with(kind.name) || name == kind.name : name != kind.name) continue;
        return use(kind, keyed ? std::string(name.substr(kind.name.size())) : std::string{});
    }
}

}  // namespace

Seat* Room::seat(const std::string& member) {
    return seats.contains(member) ? &seats[member] : nullptr;
}

const Seat* Room::seat(const std::string& member) const {
    auto found = seats.find(member);
    return found == seats.end() ? nullptr : &found->second;
}

Millis Room::position(Millis now) const {
    Millis position = playback.anchor_ms;
    if (playback.status == "playing") {
        auto passed = std::max<Millis>(0, now - playback.anchor_server_ms);
        position += std::llround(static_cast<double>(passed) * playback.rate);
    }
    bool ends = playback.media && playback.media->duration_ms;
    if (ends) position = std::min(position, *playback.media->duration_ms);
    return std::max<Millis>(0, position);
}

std::string Room::part(std::string_view name) const {
    std::string text;
    with_kind(name, [&](const auto& kind, const auto& key) { text = kind.text(*this, key); });
    return text;
}

void Room::put_part(std::string_view name, std::string_view json) {
    with_kind(name, [&](const auto& kind, const auto& key) { kind.put(*this, key, json); });
}

void Room::take_part(std::string_view name, const Room& from) {
    with_kind(name, [&](const auto& kind, const auto& key) { kind.take(*this, key, from); });
}

}  // namespace party
