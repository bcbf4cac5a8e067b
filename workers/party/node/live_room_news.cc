// What is published about a room: taken over in order, or fetched when something is missing.
#include "workers/party/node/live_room.h"

namespace party {

namespace {

constexpr std::size_t most_early = 2000;

}  // namespace

void LiveRoom::take(std::string_view text) {
    auto bulletin = parse_news(text, loading_ ? -1 : room_.version, room_.epoch);
    if (!bulletin) return;
    for (const auto& say : bulletin->says) hear(say);
    if (!bulletin->says.empty()) return;
    if (early_.size() < most_early) early_.push_back(*std::move(bulletin));
    drain();
    next();
}

bool LiveRoom::fits(const Bulletin& bulletin) const {
    auto count = static_cast<std::int64_t>(bulletin.events.size());
    return bulletin.epoch == room_.epoch &&
           (count == 0 ? bulletin.version <= room_.version
                       : bulletin.version - count == room_.version);
}

void LiveRoom::adopt(const Bulletin& bulletin) {
    ++adopted_;
    for (const auto& [name, json] : bulletin.parts) room_.put_part(name, json);
    auto version = bulletin.version - static_cast<std::int64_t>(bulletin.events.size());
    room_.version = std::max(room_.version, bulletin.version);
    for (const auto& event : bulletin.events) deliver(event, ++version);
}

// Takes over what follows on what is known. While a command of ours is under way, what lies between
// may be its own outcome.
void LiveRoom::drain() {
    if (loading_) return;
    for (bool moved = true; moved;) {
        moved = false;
        for (std::size_t i = 0; i < early_.size(); ++i) {
            bool old = early_[i].epoch == room_.epoch && !early_[i].events.empty() &&
                       early_[i].version <= room_.version;
            if (!old && !fits(early_[i])) continue;
            Bulletin bulletin = std::move(early_[i]);
            early_.erase(early_.begin() + static_cast<std::ptrdiff_t>(i));
            if (!old) adopt(bulletin);
            moved = true;
            break;
        }
    }
    auto lacks = [this] { return !early_.empty() || room_.version < awaited_; };
    if (!lacks() || busy_) return;
    gap_ = tools_.loop.after(patience_with_gaps, [this, lacks] {
        if (lacks() && !busy_ && !loading_) catch_up();
    });
}

void LiveRoom::catch_up() {
    loading_ = true;
    tools_.rooms.load(id_, [self = self()](std::optional<Room> found, bool away) {
        if (!*self) return;
        auto& me = **self;
        if (found) {
            auto loaded = std::make_shared<Room>(*std::move(found));
            return me.tools_.rooms.events(me.id_, me.room_.epoch, me.room_.version,
                                          [self, loaded](const MissedEvents& missed) {
                                              if (*self) (*self)->caught_up(*loaded, missed);
                                          });
        }
        me.loading_ = false;
        me.lost_ = away;
        if (!away && me.room_.exists() && me.room_.about.ended.empty()) {
            return me.bring_back();
        }
        me.next();
    });
}

void LiveRoom::caught_up(Room loaded, const MissedEvents& missed) {
    loading_ = false;
    lost_ = false;
    bool follows = loaded.epoch == room_.epoch && missed.complete;
    ++adopted_;
    awaited_ = 0;
    prolonged_ = 0;
    room_ = std::move(loaded);
    for (const auto& [version, event] : missed.events) {
        if (follows && version <= room_.version) deliver(event, version);
    }
    if (!follows) {
        for (auto& [member, participant] : local_) send_snapshot(member, *participant);
    }
    std::erase_if(early_, [&](const Bulletin& one) {
        return one.epoch != room_.epoch || one.version <= room_.version;
    });
    drain();
    next();
}

}  // namespace party
