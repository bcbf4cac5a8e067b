#include "workers/party/node/push.h"

namespace party {

void Push::received(std::string_view channel, std::string_view text) {
    auto user = user_of_channel(channel);
    if (!user.empty()) return streams.received(user, text);
    auto topic = topic_of_channel(channel);
    if (!topic.empty()) topics.received(topic, text);
}

}  // namespace party
