// What comes next: the queue with its modes, suggestions and votes. The items stay in it after they
// were played; `current` goes along them. How media are started is playback.h's.
//
// Modes: `manual` and `dj` go through the list (in `dj`, only who may order the queue adds to it);
// `loop` begins again after the last; `vote` takes the item with the most votes of those that are
// still to come. Suggestions wait for somebody to move them into their place, or for a vote.
#pragma once

#include "workers/party/room/media.h"

namespace party {

inline constexpr std::size_t most_items = 200;
inline constexpr std::size_t most_suggestions = 5;  // of one member

struct PlacedItem {
    std::int64_t to_index = 0;
    QueueItem item;
    static constexpr auto fields() {
        return std::tuple{Field{"toIndex", &PlacedItem::to_index},
                          Field{"item", &PlacedItem::item}};
    }
};
struct QueueView {  // party:queue up to 30 items, and `queue` of snapshots
    std::int64_t version = 0;
    std::string mode;
    std::optional<std::string> current;
    std::int64_t total = 0;
    std::vector<QueueItem> items;
    static constexpr auto fields() {
        return std::tuple{Field{"qver", &QueueView::version}, Field{"mode", &QueueView::mode},
                          Field{"currentId", &QueueView::current},
                          Field{"total", &QueueView::total}, Field{"items", &QueueView::items}};
    }
};
// party:queue beyond 30 items: what makes the list of `fromQver` that of `qver`. In this order:
// take `removed` out; put `added` in, by growing index; arrange all as in `order`, unless it is
// empty.
struct QueueDifference {
    std::int64_t version = 0, from_version = 0;
    std::string mode;
    std::optional<std::string> current;
    std::int64_t total = 0;
    std::vector<PlacedItem> added;
    std::vector<std::string> removed, order;  // item ids
    static constexpr auto fields() {
        return std::tuple{Field{"qver", &QueueDifference::version},
                          Field{"fromQver", &QueueDifference::from_version},
                          Field{"mode", &QueueDifference::mode},
                          Field{"currentId", &QueueDifference::current},
                          Field{"total", &QueueDifference::total},
                          Field{"added", &QueueDifference::added},
                          Field{"removed", &QueueDifference::removed},
                          Field{"order", &QueueDifference::order}};
    }
};
QueueView view(const Queue& queue);
QueueDifference difference(const Queue& before, const Queue& after);

struct QueueAdd {  // party:queue:add
    std::vector<NewMedia> items;
    std::optional<std::string> position;  // end, next
    static constexpr auto fields() {
        return std::tuple{Field{"items", &QueueAdd::items, Entries{1, 20}},
                          Field{"position", &QueueAdd::position, OneOf{"end", "next"}}};
    }
};
struct Added {  // reply to party:queue:add and party:queue:suggest
    std::int64_t version = 0;
    std::vector<std::string> ids;
    static constexpr auto fields() {
        return std::tuple{Field{"qver", &Added::version}, Field{"itemIds", &Added::ids}};
    }
};
void queue_add(Room& room, const Act& act, const QueueAdd& wanted, Change& change);

struct QueueRemove {  // party:queue:remove; one's own items without permission
    std::string item;
    static constexpr auto fields() { return std::tuple{Field{"itemId", &QueueRemove::item}}; }
};
void queue_remove(Room& room, const Act& act, const QueueRemove& wanted, Change& change);

struct QueueMove {  // party:queue:move; accepts a suggestion
    std::string item;
    std::int64_t to_index = 0;  // in the list without the item; beyond the end is the end
    std::optional<std::int64_t> at_version;
    static constexpr auto fields() {
        return std::tuple{Field{"itemId", &QueueMove::item},
                          Field{"toIndex", &QueueMove::to_index, Range{0, 1000}},
                          Field{"atQver", &QueueMove::at_version}};
    }
};
void queue_move(Room& room, const Act& act, const QueueMove& wanted, Change& change);

struct QueueClear {  // party:queue:clear; what runs goes on
    static constexpr auto fields() { return std::tuple{}; }
};
void queue_clear(Room& room, const Act& act, const QueueClear&, Change& change);

struct QueueNext {                        // party:queue:next
    std::optional<std::string> expected;  // when it is not current, somebody was quicker: no change
    static constexpr auto fields() {
        return std::tuple{Field{"expectItemId", &QueueNext::expected}};
    }
};
struct Current {  // reply to next and prev
    std::optional<std::string> id;
    static constexpr auto fields() { return std::tuple{Field{"currentId", &Current::id}}; }
};
// Once the media are over, everybody may. Throws no_media when nothing comes after.
void queue_next(Room& room, const Act& act, const QueueNext& wanted, Change& change);

struct QueuePrevious {  // party:queue:prev
    static constexpr auto fields() { return std::tuple{}; }
};
void queue_previous(Room& room, const Act& act, const QueuePrevious&, Change& change);

struct QueueShuffle {  // party:queue:shuffle; what is behind the current item
    static constexpr auto fields() { return std::tuple{}; }
};
void queue_shuffle(Room& room, const Act& act, const QueueShuffle&, Change& change);

struct QueueMode {  // party:queue:mode
    std::string mode;
    static constexpr auto fields() {
        return std::tuple{Field{"mode", &QueueMode::mode, OneOf{"manual", "vote", "loop", "dj"}}};
    }
};
void queue_mode(Room& room, const Act& act, const QueueMode& wanted, Change& change);

struct QueueSuggest {  // party:queue:suggest
    NewMedia item;
    static constexpr auto fields() { return std::tuple{Field{"item", &QueueSuggest::item}}; }
};
void queue_suggest(Room& room, const Act& act, const QueueSuggest& wanted, Change& change);

struct Vote {  // party:vote; event party:votes {"<itemId>":votes}
    std::string item;
    bool on = false;
    static constexpr auto fields() {
        return std::tuple{Field{"itemId", &Vote::item}, Field{"on", &Vote::on}};
    }
};
void vote(Room& room, const Act& act, const Vote& wanted, Change& change);

struct VoteSkip {  // party:vote_skip
    bool on = false;
    static constexpr auto fields() { return std::tuple{Field{"on", &VoteSkip::on}}; }
};
struct SkipVotes {  // event party:vote_skip
    std::int64_t count = 0, needed = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"count", &SkipVotes::count}, Field{"needed", &SkipVotes::needed}};
    }
};
// Half of the active members who may vote are enough. Throws no_media when nothing comes after.
void vote_skip(Room& room, const Act& act, const VoteSkip& wanted, Change& change);

// Alarm `advance`: at the end of the media the next item, or the room pauses there.
void tick_advance(Room& room, const Act& act, Change& change);

// After media were put in that are not from the queue.
void leave_queue(Room& room, Change& change);

}  // namespace party
