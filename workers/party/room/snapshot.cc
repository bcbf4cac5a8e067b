#include "workers/party/room/snapshot.h"

#include <algorithm>

#include "common/json/write.h"
#include "workers/party/room/media.h"
#include "workers/party/room/roles.h"

namespace party {

namespace {

constexpr std::size_t tail = 50;

std::vector<Member> members_of(const Room& room) {
    std::vector<Member> members;
    for (const auto& [id, seat] : room.seats) members.push_back(seat.member);
    std::sort(members.begin(), members.end(), [](const Member& one, const Member& other) {
        return std::tie(one.joined_at, one.id) < std::tie(other.joined_at, other.id);
    });
    return members;
}

JsonText votes_of(const Queue& queue) {
    JsonWriter writer;
    writer.begin_object();
    for (const auto& item : queue.items) {
        writer.key(item.id);
        writer.integer(static_cast<std::int64_t>(item.votes.size()));
    }
    writer.end_object();
    return {writer.take()};
}

}  // namespace

Snapshot snapshot_of(const Room& room, const std::string& member, std::int64_t version,
                     Millis now) {
    Snapshot all{room.about.id,
                 room.about.code,
                 {},
                 room.settings,
                 members_of(room),
                 room.queue.items,
                 room.queue.version,
                 room.queue.mode,
                 room.queue.current,
                 votes_of(room.queue),
                 {},
                 {},
                 {},
                 member,
                 version,
                 room.epoch,
                 can_reclaim(room, member, now),
                 {}};
    const Seat* seat = room.seat(member);
    bool hidden = seat && hides_media(room, *seat);
    all.state = hidden ? view_without_media(room, now) : view(room, now);
    if (hidden) all.queue.clear();
    if (!seat || !seat->kids) all.chat_tail = chat_before(room, "", tail);
    if (room.poll) all.poll = view(*room.poll);
    if (!room.about.host.empty()) all.host = room.about.host;
    if (room.about.starts_at != 0) all.starts_at = room.about.starts_at;
    return all;
}

}  // namespace party
