// Media as clients name them, and which profiles may watch them. Used when a party is made, when
// its media change, and by the queue.
#pragma once

#include "workers/party/room/change.h"

namespace party {

inline constexpr Millis longest_media = Millis{7} * 24 * 3'600'000;

// No address: what is watched is named, never where it streams from.
bool is_media_key(std::string_view text);
// An address of a picture, without a user or password in it.
bool is_poster(std::string_view text);

struct NewMedia {
    std::optional<std::string> kind, content_key;
    std::string title;
    std::optional<std::int64_t> year, season, episode;
    std::optional<std::string> channel_key, start_utc, poster_url, rating;
    std::optional<Millis> duration_ms;
    std::optional<std::string> timeline;
    bool has_archive = false;
    static constexpr auto fields() {
        constexpr Shape key{is_media_key, R"(^(?!.*://).*$)"};
        constexpr Shape poster{is_poster, R"(^https?://[^@]*$)"};
        return std::tuple{
            Field{"kind", &NewMedia::kind, OneOf{"movie", "episode", "live", "catchup", "other"}},
            Field{"contentKey", &NewMedia::content_key, Length{1, 128}, key},
            Field{"title", &NewMedia::title, Length{1, 200}, single_line},
            Field{"year", &NewMedia::year, Range{1850, 2200}},
            Field{"season", &NewMedia::season, Range{0, 10'000}},
            Field{"episode", &NewMedia::episode, Range{0, 100'000}},
            Field{"channelKey", &NewMedia::channel_key, Length{1, 128}, key},
            Field{"startUtc", &NewMedia::start_utc, Length{1, 40}},
            Field{"durationMs", &NewMedia::duration_ms, Range{1, longest_media}},
            Field{"posterUrl", &NewMedia::poster_url, Length{1, 500}, poster},
            Field{"rating", &NewMedia::rating, Length{1, 20}},
            Field{"timeline", &NewMedia::timeline, OneOf{"vod", "live", "catchup"}},
            Field{"hasArchive", &NewMedia::has_archive}};
    }
};

// Where no timeline is named, the kind tells: live and catchup are their own, all else is vod.
Media media_of(const NewMedia& wanted);

// Whether this member's profile may watch this (see ratings.h).
bool may_watch(const Seat& seat, const Media& media);

// Throws media_not_allowed when the room is for kids and the media is not.
void require_fit(const Room& room, const Media& media);

// Makes a member that comes in `unsupported` when its profile may not watch what runs, and says so
// to it alone; one that may and was `unsupported` becomes active. Tells no event.
void check_media(const Room& room, Seat& seat, Change& change);

// Whether a member must not even see what is watched: titles are for grown-ups, too.
bool hides_media(const Room& room, const Seat& seat);

// A word that goes to one member where a command of somebody else, or none, concerns it. The node
// adds the message in the member's language.
struct Refused {  // error
    std::string code, about;
    bool retryable = false;
    static constexpr auto fields() {
        return std::tuple{Field{"code", &Refused::code}, Field{"for", &Refused::about},
                          Field{"retryable", &Refused::retryable}};
    }
};

}  // namespace party
