#include "workers/party/room/order.h"

#include <algorithm>
#include <set>

#include "workers/party/room/ratings.h"

namespace party {

namespace {

bool can_come(const Room& room, const QueueItem& item) {
    bool wanted = !item.suggested || (room.queue.mode == "vote" && !item.votes.empty());
    return wanted && (!room.settings.kids_safe || rating_fits(item.media.rating, true, {}));
}

std::optional<std::size_t> first_from(const Room& room, std::size_t from, std::size_t end) {
    for (auto i = from; i < end; ++i) {
        if (can_come(room, room.queue.items[i])) return i;
    }
    return {};
}

std::optional<std::size_t> most_voted(const Room& room, std::size_t from) {
    const auto& items = room.queue.items;
    auto best = first_from(room, from, items.size());
    for (auto i = from; i < items.size(); ++i) {
        bool more = best && items[i].votes.size() > items[*best].votes.size();
        if (more && can_come(room, items[i])) best = i;
    }
    return best;
}

std::vector<std::string> order_of(const Queue& queue) {
    std::vector<std::string> order;
    for (const auto& item : queue.items) order.push_back(item.id);
    return order;
}

// Clients keep items as they got them; one that was accepted has to be sent anew.
bool is_unchanged(const Queue& queue, const QueueItem& item) {
    auto at = index_of(queue, item.id);
    return at < queue.items.size() && queue.items[at].suggested == item.suggested;
}

}  // namespace

std::size_t index_of(const Queue& queue, const std::string& id) {
    auto found = std::find_if(queue.items.begin(), queue.items.end(),
                              [&](const auto& item) { return item.id == id; });
    return static_cast<std::size_t>(found - queue.items.begin());
}

std::size_t place_of_next(const Queue& queue) {
    const auto& behind = queue.current ? queue.current : queue.last;
    auto at = behind ? index_of(queue, *behind) : queue.items.size();
    return at < queue.items.size() ? at + 1 : 0;
}

void move_item(Queue& queue, std::size_t from, std::size_t to) {
    auto item = std::move(queue.items[from]);
    queue.items.erase(queue.items.begin() + static_cast<std::ptrdiff_t>(from));
    queue.items.insert(queue.items.begin() + static_cast<std::ptrdiff_t>(to), std::move(item));
}

std::size_t bring_next(Queue& queue, std::size_t index) {
    auto place = place_of_next(queue);
    if (queue.mode != "vote" || index <= place) return index;
    move_item(queue, index, place);
    return place;
}

std::optional<std::size_t> next_item(const Room& room) {
    const auto& queue = room.queue;
    auto from = place_of_next(queue);
    if (queue.mode == "vote") return most_voted(room, from);
    auto next = first_from(room, from, queue.items.size());
    if (next || queue.mode != "loop") return next;
    return first_from(room, 0, from);
}

std::optional<std::size_t> previous_item(const Room& room) {
    const auto& queue = room.queue;
    auto end = place_of_next(queue);
    if (queue.current && end > 0) --end;
    for (auto i = end; i-- > 0;) {
        if (can_come(room, queue.items[i])) return i;
    }
    return {};
}

bool is_same(const Media& one, const Media& other) {
    bool named = !one.content_key.empty() || !other.content_key.empty();
    return named ? one.content_key == other.content_key : one.title == other.title;
}

QueueView view(const Queue& queue) {
    return {queue.version, queue.mode, queue.current, static_cast<std::int64_t>(queue.items.size()),
            queue.items};
}

QueueDifference difference(const Queue& before, const Queue& after) {
    QueueDifference changes;
    changes.version = after.version;
    changes.from_version = before.version;
    changes.mode = after.mode;
    changes.current = after.current;
    changes.total = static_cast<std::int64_t>(after.items.size());
    auto order = order_of(before);
    for (const auto& item : before.items) {
        if (is_unchanged(after, item)) continue;
        changes.removed.push_back(item.id);
        std::erase(order, item.id);
    }
    auto kept = std::set<std::string>(order.begin(), order.end());
    for (std::size_t i = 0; i < after.items.size(); ++i) {
        const auto& item = after.items[i];
        if (kept.count(item.id)) continue;
        changes.added.push_back({static_cast<std::int64_t>(i), item});
        auto place = std::min(i, order.size());
        order.insert(order.begin() + static_cast<std::ptrdiff_t>(place), item.id);
    }
    if (order != order_of(after)) changes.order = order_of(after);
    return changes;
}

}  // namespace party
