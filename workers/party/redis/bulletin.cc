// Reads and writes what is published on the channels of rooms.
#include <algorithm>

#include "common/base/text.h"
#include "workers/party/redis/rooms.h"

namespace party {

namespace {

// Takes what stands before the next mark off the text.
std::string_view take_word(std::string_view& text, char mark) {
    auto end = text.find(mark);
    auto word = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    return word;
}

struct Head {
    std::int64_t version = 0, events = 0, words = 0;
    std::string_view epoch;
};

std::optional<Head> take_head(std::string_view& text) {
    auto version = parse_integer(take_word(text, '|'));
    auto epoch = take_word(text, '|');
    auto events = parse_integer(take_word(text, '|')), words = parse_integer(take_word(text, '|'));
    if (!version || !events || !words || std::min({*version, *events, *words}) < 0) return {};
    return Head{*version, *events, *words, epoch};
}

std::optional<std::string_view> take_text(std::string_view& text) {
    auto size = parse_integer(take_word(text, ':'));
    if (!size || *size < 0 || static_cast<std::size_t>(*size) > text.size()) return std::nullopt;
    auto taken = text.substr(0, static_cast<std::size_t>(*size));
    text.remove_prefix(taken.size());
    return taken;
}

std::optional<Bulletin> read_content(const Head& head, std::string_view text) {
    Bulletin bulletin{head.version, std::string{head.epoch}, {}, {}, {}};
    for (std::int64_t i = 0; !text.empty() || i < head.events + head.words; ++i) {
        auto first = take_text(text);
        auto second = first ? take_text(text) : std::nullopt;
        if (!second) return std::nullopt;
        std::string name{*first}, json{*second};
        if (i >= head.events + head.words) {
            bulletin.parts.emplace_back(std::move(name), std::move(json));
        } else {
            auto& list = i < head.events ? bulletin.events : bulletin.says;
            list.push_back({std::move(name), std::move(json)});
        }
    }
    return bulletin;
}

}  // namespace

std::optional<Bulletin> parse_bulletin(std::string_view text) {
    auto head = take_head(text);
    return head ? read_content(*head, text) : std::nullopt;
}

std::optional<Bulletin> parse_news(std::string_view text, std::int64_t version,
                                   std::string_view epoch) {
    auto head = take_head(text);
    bool old = head && head->events > 0 && head->version <= version && head->epoch == epoch;
    return head && !old ? read_content(*head, text) : std::nullopt;
}

std::string bulletin_of(std::string_view epoch, const std::vector<Event>& says) {
    auto text = std::string{"0|"}.append(epoch).append("|0|") + std::to_string(says.size()) + "|";
    for (const auto& say : says) text += counted(say.type) + counted(say.data);
    return text;
}

std::string room_channel(std::string_view room) {
    return std::string{"p:{"}.append(room).append("}:c");
}

std::string room_of_channel(std::string_view channel) {
    bool is = channel.starts_with("p:{") && channel.ends_with("}:c") && channel.size() > 6;
    return std::string{is ? channel.substr(3, channel.size() - 6) : ""};
}

}  // namespace party
