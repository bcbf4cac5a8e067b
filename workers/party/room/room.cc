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
std::string text_of(const std::map<std::string, T>& all, const std::string& key) {
    auto found = all.find(key);
    return found == all.end() ? "" : text_of(found->second);
}

// What another version of this program did not write keeps its default.
template <HasFields T>
T value_of(std::string_view json) {
    T value;
    Faults ignored;
    if (!json.empty()) read_json(parse_json(json), value, ignored);
    return value;
}

template <class T>
void put(std::map<std::string, T>& all, const std::string& key, std::string_view json) {
    if (json.empty()) {
        all.erase(key);
    } else {
        all[key] = value_of<T>(json);
    }
}

template <class T>
void put(std::vector<T>& items, std::string_view json) {
    items = value_of<Several<T>>(json).items;
}

// "m:<member>" -> "<member>"; empty for other kinds.
std::string key_of(std::string_view name, char kind) {
    bool is = name.size() > 2 && name[0] == kind && name[1] == ':';
    return std::string(is ? name.substr(2) : std::string_view{});
}

}  // namespace

Seat* Room::seat(const std::string& member) {
    auto found = seats.find(member);
    return found == seats.end() ? nullptr : &found->second;
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
    if (name == "rev") return std::to_string(revision);
    if (name == "about") return exists() ? text_of(about) : "";
    if (name == "settings") return text_of(settings);
    if (name == "playback") return text_of(playback);
    if (name == "queue") return text_of(queue);
    if (name == "poll") return poll ? text_of(*poll) : "";
    if (name == "bans") return text_of(bans);
    if (name == "invites") return text_of(invites);
    if (name == "knocks") return text_of(knocks);
    if (auto key = key_of(name, 'm'); !key.empty()) return text_of(seats, key);
    if (auto key = key_of(name, 'l'); !key.empty()) return text_of(links, key);
    if (auto key = key_of(name, 'c'); !key.empty()) return text_of(chat, key);
    return "";
}

void Room::put_part(std::string_view name, std::string_view json) {
    if (name == "rev") {
        revision = parse_integer(json).value_or(0);
    } else if (name == "about") {
        about = value_of<About>(json);
    } else if (name == "settings") {
        settings = value_of<Settings>(json);
    } else if (name == "playback") {
        playback = value_of<Playback>(json);
    } else if (name == "queue") {
        queue = value_of<Queue>(json);
    } else if (name == "poll") {
        poll.reset();
        if (!json.empty()) poll = value_of<Poll>(json);
    } else if (name == "bans") {
        put(bans, json);
    } else if (name == "invites") {
        put(invites, json);
    } else if (name == "knocks") {
        put(knocks, json);
    } else if (auto member = key_of(name, 'm'); !member.empty()) {
        put(seats, member, json);
    } else if (auto linked = key_of(name, 'l'); !linked.empty()) {
        put(links, linked, json);
    } else if (auto message = key_of(name, 'c'); !message.empty()) {
        put(chat, message, json);
    }
}

}  // namespace party
