// The devices of a person that are connected, on whichever node: the list of them, what they play,
// and commands from one to another.
//
//   u:{<user>}:dev   hash: connection -> the device, JSON; of those whose lease (ws:conn) stands
//
// Commands and their acknowledgements are words on the user's channel, which nobody keeps.
#pragma once

#include <map>
#include <set>
#include <string>

#include "common/base/problem.h"
#include "common/json/fields.h"
#include "workers/party/node/envelope.h"
#include "workers/party/node/tools.h"

namespace party {

class Session;
class Sessions;

inline constexpr Problem device_not_online{404, "target_not_found", "device_not_online"};

struct NowPlaying {
    std::string item, kind, status;
    Millis position = 0, at = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"itemKey", &NowPlaying::item}, Field{"kind", &NowPlaying::kind},
                          Field{"status", &NowPlaying::status},
                          Field{"positionMs", &NowPlaying::position}, Field{"at", &NowPlaying::at}};
    }
};

// As the person sees it. `online` is false in the last word about it.
struct OnlineDevice {
    std::string device, type, connection, profile;
    bool online = true;
    std::optional<NowPlaying> playing;
    static constexpr auto fields() {
        return std::tuple{
            Field{"deviceId", &OnlineDevice::device},   Field{"type", &OnlineDevice::type},
            Field{"connId", &OnlineDevice::connection}, Field{"profileId", &OnlineDevice::profile},
            Field{"online", &OnlineDevice::online},     Field{"playing", &OnlineDevice::playing}};
    }
};

// From one device to another.
struct DeviceCommand {
    std::string device, command, id, from;  // target, verb, what the answer names, connection
    JsonText args{"{}"};
    static constexpr auto fields() {
        return std::tuple{Field{"deviceId", &DeviceCommand::device},
                          Field{"command", &DeviceCommand::command},
                          Field{"cmdId", &DeviceCommand::id}, Field{"from", &DeviceCommand::from},
                          Field{"args", &DeviceCommand::args}};
    }
};

class Devices {
  public:
    Devices(Tools& tools, Sessions& sessions) : tools_(tools), sessions_(sessions) {}

    void come(Session& session);
    void go(Session& session);
    // From now on it hears `device:updated`.
    void watch(Session& session) { watching_.insert(&session); }
    void play(Session& session, const NowPlaying& playing);

    // Tells the list, newest connection last; nothing while Redis is away.
    void list(const std::string& user,
              std::function<void(std::optional<std::vector<OnlineDevice>>)> done);
    // Sends it to the device and replies to `message` with what that answers within eight seconds.
    void send(Session& session, const Incoming& message, const DeviceCommand& command);
    // What a device answers, JSON: {"cmdId", ...}. It reaches who sent the command.
    void acknowledge(Session& session, const std::string& json);

    // A word on the channel of a user. False: it is about something else.
    bool hear(const std::string& user, const Event& word);

  private:
    struct Pending {
        Incoming message;
        Timer patience;
    };
    void keep(Session& session);
    void tell(const OnlineDevice& device, const std::string& user);
    void dispatch(Session& session, const Incoming& message, const DeviceCommand& command);

    Tools& tools_;
    Sessions& sessions_;
    std::set<Session*> watching_;
    std::map<Session*, NowPlaying> playing_;
    std::map<Session*, std::map<std::string, Pending>> pending_;
};

}  // namespace party
