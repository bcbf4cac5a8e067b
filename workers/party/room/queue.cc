#include "workers/party/room/queue.h"

#include <algorithm>
#include <random>

#include "workers/party/room/ids.h"
#include "workers/party/room/order.h"
#include "workers/party/room/playback.h"
#include "workers/party/room/problems.h"
#include "workers/party/room/roles.h"

namespace party {

namespace {

constexpr std::size_t told_whole = 30;
constexpr Millis nearly_over = 1500;

void tell_queue(Room& room, const Queue& before, Change& change) {
    auto& queue = room.queue;
    queue.version = before.version + 1;
    change.touch("queue");
    if (queue.items.size() <= told_whole) return change.tell("party:queue", view(queue));
    change.tell("party:queue", difference(before, queue));
}

QueueItem& item_of(Queue& queue, const std::string& id) {
    auto at = index_of(queue, id);
    if (at == queue.items.size()) throw Failure(target_not_found);
    return queue.items[at];
}

QueueItem new_item(const Room& room, const Act& act, const NewMedia& wanted, std::size_t number) {
    QueueItem item;
    item.id = "q_" + new_id(act.random, "item " + std::to_string(number)).substr(0, 12);
    item.media = media_of(wanted);
    require_fit(room, item.media);
    item.added_by = act.member;
    item.added_at = act.now;
    return item;
}

void require_space(const Queue& queue, std::size_t more) {
    if (queue.items.size() + more > most_items) throw Failure(queue_full);
}

void take_out(Queue& queue, std::size_t at) {
    const auto id = queue.items[at].id;
    if (queue.current == id || queue.last == id) {
        queue.last.reset();
        if (at > 0) queue.last = queue.items[at - 1].id;
    }
    if (queue.current == id) queue.current.reset();
    queue.items.erase(queue.items.begin() + static_cast<std::ptrdiff_t>(at));
}

// Makes the item current and starts it.
void go_to(Room& room, const Act& act, std::size_t index, Change& change) {
    auto before = room.queue;
    auto& queue = room.queue;
    auto at = bring_next(queue, index);
    auto& item = queue.items[at];
    item.suggested = false;
    item.votes.clear();
    queue.current = queue.last = item.id;
    put_media(room, act, item.media, change);
    tell_queue(room, before, change);
    begin_media(room, act, !room.settings.start_paused_on_next, change);
}

bool is_over(const Room& room, Millis now) {
    const auto& media = room.playback.media;
    bool ends = room.playback.status == "playing" && media && media->duration_ms;
    return ends && room.position(now) >= *media->duration_ms - nearly_over;
}

void reply_current(const Room& room, Change& change) { change.reply(Current{room.queue.current}); }

bool may_skip(const Room& room, const Seat& seat) {
    return seat.member.status == "active" && may(room, seat, Permission::vote);
}

SkipVotes count_skips(const Room& room) {
    const auto& votes = room.queue.skip_votes;
    SkipVotes skips;
    std::int64_t voters = 0;
    for (const auto& [id, seat] : room.seats) {
        if (!may_skip(room, seat)) continue;
        ++voters;
        skips.count += std::count(votes.begin(), votes.end(), id);
    }
    skips.needed = (voters + 1) / 2;
    return skips;
}

// Whether the list of voters changed.
bool set_vote(std::vector<std::string>& votes, const std::string& member, bool on) {
    auto found = std::find(votes.begin(), votes.end(), member);
    if ((found != votes.end()) == on) return false;
    if (on) votes.push_back(member);
    if (!on) votes.erase(found);
    return true;
}

}  // namespace

void queue_add(Room& room, const Act& act, const QueueAdd& wanted, Change& change) {
    require(room, act, Permission::queue_add);
    if (room.queue.mode == "dj") require(room, act, Permission::queue_order);
    if (wanted.items.empty()) throw Failure(bad_request, {{"field", "items"}});
    require_space(room.queue, wanted.items.size());
    auto before = room.queue;
    auto& items = room.queue.items;
    bool next = wanted.position.value_or("end") == "next";
    auto at = next ? place_of_next(room.queue) : items.size();
    Added added{before.version + 1, {}};
    for (const auto& media : wanted.items) {
        auto item = new_item(room, act, media, added.ids.size());
        added.ids.push_back(item.id);
        items.insert(items.begin() + static_cast<std::ptrdiff_t>(at++), std::move(item));
    }
    tell_queue(room, before, change);
    change.reply(added);
}

void queue_remove(Room& room, const Act& act, const QueueRemove& wanted, Change& change) {
    acting(room, act);
    auto before = room.queue;
    const auto& item = item_of(room.queue, wanted.item);
    if (item.added_by != act.member) require(room, act, Permission::queue_remove);
    take_out(room.queue, index_of(room.queue, wanted.item));
    tell_queue(room, before, change);
}

void queue_move(Room& room, const Act& act, const QueueMove& wanted, Change& change) {
    require(room, act, Permission::queue_order);
    auto before = room.queue;
    if (wanted.at_version && *wanted.at_version < before.version) {
        throw Failure(stale_version, {{"ver", before.version}});
    }
    auto& item = item_of(room.queue, wanted.item);
    bool accepts = std::exchange(item.suggested, false);
    auto from = index_of(room.queue, wanted.item);
    auto to =
        std::min<std::size_t>(static_cast<std::size_t>(wanted.to_index), before.items.size() - 1);
    if (from == to && !accepts) return;
    move_item(room.queue, from, to);
    tell_queue(room, before, change);
}

void queue_clear(Room& room, const Act& act, const QueueClear&, Change& change) {
    require(room, act, Permission::queue_remove);
    if (room.queue.items.empty()) return;
    auto before = room.queue;
    room.queue.items.clear();
    room.queue.current.reset();
    room.queue.last.reset();
    tell_queue(room, before, change);
}

void queue_next(Room& room, const Act& act, const QueueNext& wanted, Change& change) {
    acting(room, act);
    reply_current(room, change);
    if (wanted.expected && wanted.expected != room.queue.current) return;
    if (!is_over(room, act.now)) require(room, act, Permission::queue_order);
    auto next = next_item(room);
    if (!next) throw Failure(no_media);
    go_to(room, act, *next, change);
    reply_current(room, change);
}

void queue_previous(Room& room, const Act& act, const QueuePrevious&, Change& change) {
    require(room, act, Permission::queue_order);
    auto previous = previous_item(room);
    if (!previous) throw Failure(no_media);
    go_to(room, act, *previous, change);
    reply_current(room, change);
}

void queue_shuffle(Room& room, const Act& act, const QueueShuffle&, Change& change) {
    require(room, act, Permission::queue_order);
    auto before = room.queue;
    auto& items = room.queue.items;
    auto first = place_of_next(room.queue);
    if (items.size() - first < 2) return;
    std::seed_seq seed(act.random.begin(), act.random.end());
    std::mt19937_64 random(seed);
    std::shuffle(items.begin() + static_cast<std::ptrdiff_t>(first), items.end(), random);
    tell_queue(room, before, change);
}

void queue_mode(Room& room, const Act& act, const QueueMode& wanted, Change& change) {
    require(room, act, Permission::queue_order);
    if (room.queue.mode == wanted.mode) return;
    auto before = room.queue;
    room.queue.mode = wanted.mode;
    tell_queue(room, before, change);
}

void queue_suggest(Room& room, const Act& act, const QueueSuggest& wanted, Change& change) {
    require(room, act, Permission::vote);
    if (wanted.item.title.empty()) throw Failure(bad_request, {{"field", "item"}});
    require_space(room.queue, 1);
    auto item = new_item(room, act, wanted.item, 0);
    item.suggested = true;
    const auto& items = room.queue.items;
    if (std::any_of(items.begin(), items.end(),
                    [&](const auto& other) { return is_same(other.media, item.media); })) {
        throw Failure(duplicate);
    }
    auto own = std::count_if(items.begin(), items.end(), [&](const auto& other) {
        return other.suggested && other.added_by == act.member;
    });
    if (static_cast<std::size_t>(own) >= most_suggestions) throw Failure(queue_full);
    auto before = room.queue;
    room.queue.items.push_back(item);
    tell_queue(room, before, change);
    change.reply(Added{room.queue.version, {item.id}});
}

void vote(Room& room, const Act& act, const Vote& wanted, Change& change) {
    require(room, act, Permission::vote);
    auto& item = item_of(room.queue, wanted.item);
    if (!set_vote(item.votes, act.member, wanted.on)) return;
    change.touch("queue");
    JsonWriter votes;
    votes.begin_object();
    votes.key(item.id);
    votes.integer(static_cast<std::int64_t>(item.votes.size()));
    votes.end_object();
    change.tell("party:votes", votes.take());
}

void vote_skip(Room& room, const Act& act, const VoteSkip& wanted, Change& change) {
    require(room, act, Permission::vote);
    auto next = next_item(room);
    if (wanted.on && !next) throw Failure(no_media);
    if (!set_vote(room.queue.skip_votes, act.member, wanted.on)) return;
    change.touch("queue");
    auto skips = count_skips(room);
    change.tell("party:vote_skip", skips);
    if (wanted.on && next && skips.count >= skips.needed) go_to(room, act, *next, change);
}

void tick_advance(Room& room, const Act& act, Change& change) {
    const auto& playback = room.playback;
    auto end = end_of_media(room);
    if (playback.status != "playing" || !end) return;
    if (act.now < end) return change.wake("advance", end);
    if (auto next = next_item(room)) return go_to(room, act, *next, change);
    halt(room, "paused", *playback.media->duration_ms, act.now);
    tell_state(room, act, "auto", change);
}

void leave_queue(Room& room, Change& change) {
    if (!room.queue.current) return;
    auto before = room.queue;
    room.queue.current.reset();
    tell_queue(room, before, change);
}

}  // namespace party
