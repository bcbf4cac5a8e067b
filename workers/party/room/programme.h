// What is watched, and what comes next: parts of a Room (room.h), as plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "workers/party/room/members.h"

namespace party {

// What is watched; each member plays it from a provider of their own.
struct Media {
    std::string kind = "other";  // movie, episode, live, catchup, other
    std::string content_key, title;
    std::optional<std::int64_t> year, season, episode;
    std::optional<std::string> channel_key, start_utc, poster_url, rating;
    std::optional<Millis> duration_ms;
    std::string timeline = "vod";  // vod, live, catchup
    bool has_archive = false;      // of a live channel: seeking is possible
    static constexpr auto fields() {
        return std::tuple{Field{"kind", &Media::kind},
                          Field{"contentKey", &Media::content_key},
                          Field{"title", &Media::title},
                          Field{"year", &Media::year},
                          Field{"season", &Media::season},
                          Field{"episode", &Media::episode},
                          Field{"channelKey", &Media::channel_key},
                          Field{"startUtc", &Media::start_utc},
                          Field{"durationMs", &Media::duration_ms},
                          Field{"posterUrl", &Media::poster_url},
                          Field{"rating", &Media::rating},
                          Field{"timeline", &Media::timeline},
                          Field{"hasArchive", &Media::has_archive}};
    }
};

// A waiting barrier: the room starts when nobody is missing, or at the deadline.
struct Wait {
    std::string reason;                // media, play, seek, buffering
    std::vector<std::string> missing;  // member ids
    Millis deadline_server_ms = 0;
    std::int64_t version = 0;  // of the state that members must be ready for
    static constexpr auto fields() {
        return std::tuple{Field{"reason", &Wait::reason}, Field{"missing", &Wait::missing},
                          Field{"deadlineServerMs", &Wait::deadline_server_ms},
                          Field{"ver", &Wait::version}};
    }
};

// The anchor from which everybody computes the position: while playing,
// anchor_ms + max(0, now - anchor_server_ms) * rate.
struct Playback {
    std::string status = "idle";  // idle, waiting, playing, paused
    std::optional<Media> media;
    std::int64_t media_seq = 0;
    Millis anchor_ms = 0;
    Millis anchor_server_ms = 0;
    Millis at_server_ms = 0;  // when to execute
    double rate = 1;
    std::string by;  // member id; empty: the room itself
    std::string cause = "auto";
    std::optional<Wait> wait;
    std::int64_t version = 0;  // of the room, when this was told
    bool fresh = true;         // the media has not been started yet
    static constexpr auto fields() {
        return std::tuple{Field{"status", &Playback::status},
                          Field{"media", &Playback::media},
                          Field{"mediaSeq", &Playback::media_seq},
                          Field{"anchorMs", &Playback::anchor_ms},
                          Field{"anchorServerMs", &Playback::anchor_server_ms},
                          Field{"atServerMs", &Playback::at_server_ms},
                          Field{"rate", &Playback::rate},
                          Field{"by", &Playback::by},
                          Field{"cause", &Playback::cause},
                          Field{"wait", &Playback::wait},
                          Field{"ver", &Playback::version},
                          Field{"fresh", &Playback::fresh}};
    }
};

struct QueueItem {
    std::string id;
    Media media;
    std::string added_by;  // member id
    Millis added_at = 0;
    bool suggested = false;
    std::vector<std::string> votes;  // member ids
    static constexpr auto fields() {
        return std::tuple{
            Field{"itemId", &QueueItem::id},           Field{"media", &QueueItem::media},
            Field{"addedBy", &QueueItem::added_by},    Field{"addedAt", &QueueItem::added_at},
            Field{"suggested", &QueueItem::suggested}, Field{"votes", &QueueItem::votes}};
    }
};

struct Queue {
    std::int64_t version = 0;
    std::string mode = "manual";  // manual, vote, loop, dj
    std::optional<std::string> current;
    std::optional<std::string> last;  // what was current last: the next is behind it
    std::vector<QueueItem> items;
    std::vector<std::string> skip_votes;  // member ids
    static constexpr auto fields() {
        return std::tuple{
            Field{"qver", &Queue::version},      Field{"mode", &Queue::mode},
            Field{"currentId", &Queue::current}, Field{"last", &Queue::last},
            Field{"items", &Queue::items},       Field{"skipVotes", &Queue::skip_votes}};
    }
};

struct Ballot {
    std::string member;
    std::int64_t option = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"memberId", &Ballot::member}, Field{"option", &Ballot::option}};
    }
};

struct Poll {
    std::string id, question;
    std::vector<std::string> options;
    std::vector<Ballot> ballots;
    Millis ends_at = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"pollId", &Poll::id}, Field{"question", &Poll::question},
                          Field{"options", &Poll::options}, Field{"ballots", &Poll::ballots},
                          Field{"endsAt", &Poll::ends_at}};
    }
};

}  // namespace party
