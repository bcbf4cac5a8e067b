// Somebody who is connected as far as Redis knows, and so gets the personal events of an account
// (common/cache/personal.h): a test that told them reads here what was told.
#pragma once

#include <string>
#include <vector>

#include "common/cache/redis.h"
#include "common/json/json.h"

class Listener {
  public:
    struct Heard {
        std::string type, text;  // the text as it was published
        JsonValue data;
        const JsonValue& of(const std::string& name) const {
            static const JsonValue nothing{};
            const auto* found = data.find(name);
            return found ? *found : nothing;
        }
    };

    // `redis`: the connection that tells, so that what was told comes before what is asked.
    Listener(Redis& redis, std::string user) : redis_(redis), user_(std::move(user)) {
        redis_.ask({{"SET", key("live"), "1", "EX", "60"}});
    }
    ~Listener() { redis_.ask({{"DEL", key("live"), key("m"), key("s")}}); }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    void go() { redis_.ask({{"DEL", key("live")}}); }

    // Everything until now, in its order.
    std::vector<Heard> heard() {
        std::vector<Heard> all;
        auto replies = redis_.ask({{"XRANGE", key("s"), "-", "+"}});
        for (const auto& entry : replies->front().list) {
            const auto& fields = entry.list[1].list;
            all.push_back({fields[1].text, fields[3].text, parse_json(fields[3].text)});
        }
        return all;
    }

    std::string key(const std::string& kind) const { return "u:{" + user_ + "}:" + kind; }

  private:
    Redis& redis_;
    std::string user_;
};
