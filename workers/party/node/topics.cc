#include "workers/party/node/topics.h"

#include <algorithm>

#include "common/json/json.h"
#include "workers/party/node/frames.h"
#include "workers/party/node/session.h"

namespace party {

namespace {

constexpr std::string_view prefix = "epg:";
constexpr std::size_t longest = 200;

std::string key_of(std::string_view topic, std::string_view kind) {
    std::string key = "epg:{";
    return key.append(topic.substr(prefix.size())).append("}:").append(kind);
}

std::string channel_of(std::string_view topic) { return key_of(topic, "c"); }

}  // namespace

bool known_topic(std::string_view topic) {
    if (!topic.starts_with(prefix) || topic.size() > longest) return false;
    auto channel = topic.substr(prefix.size());
    return !channel.empty() && std::all_of(channel.begin(), channel.end(), [](unsigned char c) {
        return c > ' ' && c != '{' && c != '}' && c != 0x7f;
    });
}

std::string topic_of_channel(std::string_view channel) {
    bool is = channel.starts_with("epg:{") && channel.ends_with("}:c");
    if (!is) return {};
    return std::string(prefix) + std::string(channel.substr(5, channel.size() - 8));
}

std::string topic_value_key(std::string_view topic) { return key_of(topic, "now"); }

bool Topics::follow(Session& session, const std::string& topic) {
    auto& own = followed_[&session];
    if (own.count(topic)) return true;
    if (own.size() >= most) return false;
    own.insert(topic);
    auto& all = followers_[topic];
    if (all.empty()) tools_.channels.subscribe(channel_of(topic), {});
    all.insert(&session);
    return true;
}

void Topics::forget(Session& session, const std::string& topic) {
    auto own = followed_.find(&session);
    if (own == followed_.end() || !own->second.erase(topic)) return;
    if (own->second.empty()) followed_.erase(own);
    auto all = followers_.find(topic);
    all->second.erase(&session);
    if (!all->second.empty()) return;
    followers_.erase(all);
    tools_.channels.unsubscribe(channel_of(topic));
}

void Topics::leave(Session& session) {
    auto own = followed_.find(&session);
    if (own == followed_.end()) return;
    for (const auto& topic : std::set<std::string>(own->second)) forget(session, topic);
}

void Topics::received(const std::string& topic, std::string_view json) {
    auto all = followers_.find(topic);
    if (all == followers_.end()) return;
    try {
        parse_json(json);
    } catch (const Failure&) {
        return;  // not ours to pass on
    }
    auto frame = framed(word_text("epg:now", tools_.clock.now(), json), Frame::Kind::state,
                        "epg:now " + topic);
    for (auto* session : all->second) session->send(frame);
}

}  // namespace party
