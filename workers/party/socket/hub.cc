#include <algorithm>
#include <random>
#include <utility>

#include "workers/party/socket/line.h"
#include "workers/party/socket/link.h"

namespace party {

using std::chrono::milliseconds;

namespace {

constexpr std::size_t flushed_at_once = 256;
constexpr milliseconds between_flushes{2};

// One timer for all links; finer than a second only where a limit needs it.
milliseconds slot(const Limits& limits) {
    auto shortest = std::min({limits.heartbeat, limits.patience, limits.handshake, limits.oldest});
    return std::clamp(shortest / 5, milliseconds{5}, milliseconds{1000});
}

}  // namespace

Hub::Hub(Loop& of_node, Limits bounds, Server::Gate decides)
    : loop(of_node),
      limits(bounds),
      gate(std::move(decides)),
      random_(std::random_device{}() | 1) {}

void Hub::start() {
    ticks_ = loop.every(slot(limits), [this] { tick(); });
}

void Hub::end() {
    ticks_ = {};
    catching_up_ = {};
    late_.clear();
    while (!links_.empty()) {
        auto link = links_.back();
        link->drop();
        link->dismiss();
    }
    gate = {};
}

void Hub::add(std::shared_ptr<Link> link) {
    link->place_ = links_.size();
    links_.push_back(std::move(link));
}

void Hub::remove(Link& link) {
    auto place = link.place_;
    links_.back()->place_ = place;
    std::swap(links_[place], links_.back());
    links_.pop_back();
}

// Backwards, because a link that ends during its turn is replaced by the last.
void Hub::tick() {
    auto now = std::chrono::steady_clock::now();
    for (auto i = links_.size(); i-- > 0;) {
        if (i < links_.size()) std::shared_ptr {
                links_[i]
                } -> tick(now);
    }
}

void Hub::flush_soon(std::shared_ptr<Line> line) {
    if (std::chrono::steady_clock::now() - line->flushed_at() < between_flushes) {
        late_.push_back(std::move(line));
        if (late_.size() == 1) catching_up_ = loop.after(between_flushes, [this] { flush_late(); });
        return;
    }
    waiting_.push_back(std::move(line));
    if (waiting_.size() == 1) loop.post([self = shared_from_this()] { self->flush_some(); });
}

void Hub::flush_late() {
    bool idle = waiting_.empty();
    for (auto& line : late_) waiting_.push_back(std::move(line));
    late_.clear();
    if (idle && !waiting_.empty()) flush_some();
}

// A whole house at once would keep the others waiting.
void Hub::flush_some() {
    auto end = std::min(waiting_.size(), flushed_ + flushed_at_once);
    while (flushed_ < end) std::exchange(waiting_[flushed_++], nullptr)->flush();
    if (flushed_ < waiting_.size()) {
        return loop.post([self = shared_from_this()] { self->flush_some(); });
    }
    flushed_ = 0;
    if (waiting_.capacity() > 4 * flushed_at_once) waiting_.shrink_to_fit();
    waiting_.clear();
}

// Marsaglia's xorshift: this only keeps peers from beating together.
milliseconds Hub::jittered(milliseconds period) {
    random_ ^= random_ << 13;
    random_ ^= random_ >> 17;
    random_ ^= random_ << 5;
    return period * (80 + random_ % 41) / 100;
}

}  // namespace party
