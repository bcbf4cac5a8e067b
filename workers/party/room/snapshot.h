// What a client needs to know of a room at one version: everything.
#pragma once

#include <string>

#include "workers/party/room/chat.h"
#include "workers/party/room/polls.h"
#include "workers/party/room/timeline.h"

namespace party {

struct Snapshot {
    std::string room, code;
    PlaybackView state;
    Settings settings;
    std::vector<Member> members;  // who came first, first
    std::vector<QueueItem> queue;
    std::int64_t queue_version = 0;
    std::string queue_mode;
    std::optional<std::string> current_item;
    JsonText votes;  // {itemId: count}
    std::optional<PollView> poll;
    std::vector<ChatView> chat_tail;  // the last 50; none for kids
    std::optional<std::string> host;
    std::string you_are;  // member id
    std::int64_t version = 0;
    std::string epoch;
    bool can_reclaim = false;
    std::optional<Millis> starts_at;
    static constexpr auto fields() {
        return std::tuple{Field{"roomId", &Snapshot::room},
                          Field{"code", &Snapshot::code},
                          Field{"state", &Snapshot::state},
                          Field{"settings", &Snapshot::settings},
                          Field{"members", &Snapshot::members},
                          Field{"queue", &Snapshot::queue},
                          Field{"qver", &Snapshot::queue_version},
                          Field{"queueMode", &Snapshot::queue_mode},
                          Field{"currentId", &Snapshot::current_item},
                          Field{"votes", &Snapshot::votes},
                          Field{"poll", &Snapshot::poll},
                          Field{"chatTail", &Snapshot::chat_tail},
                          Field{"hostId", &Snapshot::host},
                          Field{"youAre", &Snapshot::you_are},
                          Field{"ver", &Snapshot::version},
                          Field{"epoch", &Snapshot::epoch},
                          Field{"canReclaim", &Snapshot::can_reclaim},
                          Field{"startAt", &Snapshot::starts_at}};
    }
};

// As `member` sees the room, whose version is `version`.
Snapshot snapshot_of(const Room& room, const std::string& member, std::int64_t version, Millis now);

}  // namespace party
