// What people follow that is nobody's own: `epg:<channel>`, what is on now. The value is kept and
// told by whoever knows it:
//
//   epg:{<channel>}:now   the value, JSON, as `epg:now` has it
//   epg:{<channel>}:c     channel of new values, JSON
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "workers/party/node/tools.h"

namespace party {

class Session;

// Whether somebody may ask for it.
bool known_topic(std::string_view topic);
// `epg:<channel>` of the name of its channel in Redis; empty for other channels.
std::string topic_of_channel(std::string_view channel);

class Topics {
  public:
    static constexpr std::size_t most = 100;  // of one session

    explicit Topics(Tools& tools) : tools_(tools) {}

    // False: it follows too many already.
    bool follow(Session& session, const std::string& topic);
    void forget(Session& session, const std::string& topic);
    void leave(Session& session);
    void received(const std::string& topic, std::string_view json);

  private:
    Tools& tools_;
    std::map<std::string, std::set<Session*>> followers_;
    std::map<Session*, std::set<std::string>> followed_;
};

// The Redis key of a topic's value.
std::string topic_value_key(std::string_view topic);

}  // namespace party
