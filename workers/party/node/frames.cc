#include "workers/party/node/frames.h"

#include <unordered_map>
#include <vector>

namespace party {

namespace {

constexpr std::string_view before_type = R"({"type":")";

// What clients only hear. What they say may be heard, too: as a reply, or told to others.
constexpr std::string_view only_heard[] = {"hello",           "error",
                                           "server:drain",    "auth:expiring",
                                           "session:resumed", "sync:pong",

                                           "account:updated", "settings:changed",
                                           "profile:changed", "playlist:changed",
                                           "notify:new",      "favorites:changed",
                                           "device:updated",  "progress:changed",
                                           "epg:now",         "sync:playback",

                                           "party:state",     "party:user_joined",
                                           "party:waiting",   "party:user_left",
                                           "party:sync",      "party:user_updated",
                                           "party:correct",   "party:host_changed",
                                           "party:drift",     "party:updated",
                                           "party:ended",     "party:kicked",
                                           "party:knock",     "party:admitted",
                                           "party:hidden",    "party:media_warning",
                                           "party:reacted",   "party:chat:updated",
                                           "party:emotes",    "party:chat:cleared",
                                           "party:queue",     "party:votes",
                                           "party:poll"};

constexpr std::size_t first_message = heartbeat_number + 1;

// The table of messages stands in it as it is, so that a place there is a number here.
const std::vector<std::string_view>& names() {
    static const auto all = [] {
        std::vector<std::string_view> result{"unknown", "hb"};
        for (const auto& one : all_messages()) result.push_back(one.name);
        result.insert(result.end(), std::begin(only_heard), std::end(only_heard));
        return result;
    }();
    return all;
}

}  // namespace

std::uint8_t number_of(std::string_view type) {
    static const auto numbers = [] {
        std::unordered_map<std::string_view, std::uint8_t> result;
        for (auto name : names()) result.emplace(name, static_cast<std::uint8_t>(result.size()));
        return result;
    }();
    auto at = numbers.find(type);
    return at == numbers.end() ? 0 : at->second;
}

std::uint8_t number_of(const MessageType& type) {
    return static_cast<std::uint8_t>(first_message + (&type - all_messages().data()));
}

std::string_view name_of(std::uint8_t number) {
    return number < names().size() ? names()[number] : names()[0];
}

SharedFrame framed(std::string text, Frame::Kind kind, std::string key) {
    std::uint8_t number = 0;
    if (text.starts_with(before_type)) {
        auto type = std::string_view{text}.substr(before_type.size());
        number = number_of(type.substr(0, type.find('"')));
    }
    return make_frame(std::move(text), kind, std::move(key), number);
}

}  // namespace party
