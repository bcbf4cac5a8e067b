#include "workers/party/room/media.h"

#include "common/base/text.h"
#include "workers/party/room/problems.h"
#include "workers/party/room/ratings.h"

namespace party {

bool is_media_key(std::string_view text) {
    return printable(text) && text.find("://") == text.npos;
}

bool is_poster(std::string_view text) {
    auto url = parse_http_url(text);
    return url && url->user.empty() && url->password.empty();
}

Media media_of(const NewMedia& wanted) {
    Media media;
    media.kind = wanted.kind.value_or("other");
    media.content_key = wanted.content_key.value_or("");
    media.title = wanted.title;
    media.year = wanted.year;
    media.season = wanted.season;
    media.episode = wanted.episode;
    media.channel_key = wanted.channel_key;
    media.start_utc = wanted.start_utc;
    media.poster_url = wanted.poster_url;
    media.rating = wanted.rating;
    media.duration_ms = wanted.duration_ms;
    bool timed = media.kind == "live" || media.kind == "catchup";
    media.timeline = wanted.timeline.value_or(timed ? media.kind : "vod");
    media.has_archive = wanted.has_archive;
    if (media.timeline == "live") media.duration_ms.reset();
    return media;
}

bool may_watch(const Seat& seat, const Media& media) {
    return rating_fits(media.rating, seat.kids, seat.max_rating);
}

void require_fit(const Room& room, const Media& media) {
    bool fits = !room.settings.kids_safe || rating_fits(media.rating, true, {});
    if (!fits) throw Failure(media_not_allowed);
}

void check_media(const Room& room, Seat& seat, Change& change) {
    auto& status = seat.member.status;
    const auto& media = room.playback.media;
    if (media && !may_watch(seat, *media)) {
        status = "unsupported";
        change.whisper(seat.member.id, "error", Refused{"media_not_allowed", "party:media"});
    } else if (status == "unsupported") {
        status = "active";
    }
}

bool hides_media(const Room& room, const Seat& seat) {
    const auto& media = room.playback.media;
    return seat.kids && media && !may_watch(seat, *media);
}

}  // namespace party
