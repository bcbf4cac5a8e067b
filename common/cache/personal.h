// What concerns one user on all devices, told to their open sockets (workers/party) by whoever
// changes it. Events are kept for those who come back soon; a user who has not been connected for
// ten minutes gets none.
//
//   u:{<user>}:live  there while somebody listens, and ten minutes more
//   u:{<user>}:m     hash: ver, epoch
//   u:{<user>}:s     stream of about 200 events, ids `<version>-0`, fields t (type), d (data)
//   u:{<user>}:who:<profile or ->  what workers/party remembers of the person
//   u:{<user>}:c     channel of bulletins, `<version>|<epoch>|<events>|<words>|`, then type and
//   data
//                    of so many events and of words that are not kept (their version is 0), each as
//                    `<bytes>:<text>`
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/uuid.h"
#include "common/cache/redis.h"

class Personal {
  public:
    explicit Personal(Redis& redis) : redis_(redis) {}

    // To be called after the commit. `data_json` is a complete JSON value. Does not wait: true says
    // that Redis was sent it, no more. What is remembered of the person with these profiles, and
    // with whichever was not named, is forgotten before.
    bool publish(const Uuid& user, std::string_view type, std::string_view data_json,
                 const std::vector<std::string>& profiles = {});

    // The same as a script, for who has another way to Redis.
    static const Script& script();
    static std::vector<std::string> keys(std::string_view user);
    static std::vector<std::string> arguments(std::string_view user, std::string_view type,
                                              std::string_view data_json);

    // Forgets what is remembered of the person with these profiles, and with whichever was not
    // named.
    static RedisCommand forget(std::string_view user, const std::vector<std::string>& profiles);

    static std::string channel(std::string_view user);
    // A bulletin of one word that is not kept.
    static std::string word(std::string_view type, std::string_view data_json);

  private:
    Redis& redis_;
};
