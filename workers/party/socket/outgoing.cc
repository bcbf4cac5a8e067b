#include "workers/party/socket/outgoing.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace party {

namespace {

constexpr unsigned char whole_text = 0x81;  // RFC 6455 section 5.2: FIN and the opcode of text

std::size_t header_size(std::size_t payload) {
    return payload < 126 ? 2 : payload <= 0xFFFF ? 4 : 10;
}

void write_header(std::size_t payload, std::array<unsigned char, 10>& header) {
    auto size = header_size(payload);
    header[0] = whole_text;
    header[1] = static_cast<unsigned char>(size == 2 ? payload : size == 4 ? 126 : 127);
    for (auto rest = std::uint64_t{payload}; size > 2; rest >>= 8) {
        header[--size] = static_cast<unsigned char>(rest & 0xFF);
    }
}

// Skips what was sent already.
void add_part(Outgoing::Batch& batch, const void* bytes, std::size_t size, std::size_t& skip) {
    auto skipped = std::min(size, skip);
    skip -= skipped;
    if (size == skipped) return;
    auto* start = static_cast<const char*>(bytes) + skipped;
    batch.parts[batch.count++] = {const_cast<char*>(start), size - skipped};
}

}  // namespace

std::size_t Outgoing::Piece::size() const {
    return frame->text.size() + (plain ? 0 : header_size(frame->text.size()));
}

std::size_t Outgoing::Piece::cost() const {
    return size() + sizeof(Piece) + (plain ? sizeof(Frame) : 0);
}

void Outgoing::append(Piece piece) {
    bytes_ += piece.cost();
    pieces_.push_back(std::move(piece));
}

void Outgoing::add(SharedFrame frame, Time since) { append({std::move(frame), since, false}); }

void Outgoing::add_bytes(std::string bytes, Time since) {
    append({make_frame(std::move(bytes)), since, true});
}

Outgoing::Pieces::iterator Outgoing::droppable() {
    return pieces_.begin() + (head_sent_ > 0 ? 1 : 0);
}

template <class Condition>
std::size_t Outgoing::drop(Condition condition) {
    auto end = std::remove_if(droppable(), pieces_.end(), [&](const Piece& piece) {
        if (!condition(piece)) return false;
        bytes_ -= piece.cost();
        return true;
    });
    auto dropped = static_cast<std::size_t>(pieces_.end() - end);
    pieces_.erase(end, pieces_.end());
    return dropped;
}

std::size_t Outgoing::drop_ephemeral() {
    return drop([](const Piece& piece) {
        return !piece.plain && piece.frame->kind == Frame::Kind::ephemeral;
    });
}

std::optional<Outgoing::Time> Outgoing::take_state(std::string_view key) {
    std::optional<Time> since;
    drop([&](const Piece& piece) {
        if (piece.frame->kind != Frame::Kind::state || piece.frame->key != key) return false;
        since = std::min(since.value_or(piece.since), piece.since);
        return true;
    });
    return since;
}

void Outgoing::drop_all() {
    drop([](const Piece&) { return true; });
}

void Outgoing::gather(Batch& batch) const {
    batch.count = 0;
    auto skip = head_sent_;
    for (std::size_t i = 0; i < std::min(pieces_.size(), Batch::most); ++i) {
        const auto& text = pieces_[i].frame->text;
        if (!pieces_[i].plain) {
            write_header(text.size(), batch.headers[i]);
            add_part(batch, batch.headers[i].data(), header_size(text.size()), skip);
        }
        add_part(batch, text.data(), text.size(), skip);
    }
}

std::size_t Outgoing::sent(std::size_t bytes) {
    std::size_t messages = 0;
    head_sent_ += bytes;
    auto piece = pieces_.begin();
    for (; piece != pieces_.end() && head_sent_ >= piece->size(); ++piece) {
        head_sent_ -= piece->size();
        bytes_ -= piece->cost();
        messages += piece->plain ? 0 : 1;
    }
    pieces_.erase(pieces_.begin(), piece);
    // Most connections are idle most of the time.
    if (pieces_.empty() && pieces_.capacity() > 4) Pieces{}.swap(pieces_);
    return messages;
}

std::optional<Outgoing::Time> Outgoing::oldest() const {
    auto first = std::min_element(pieces_.begin(), pieces_.end(),
                                  [](const auto& a, const auto& b) { return a.since < b.since; });
    if (first == pieces_.end()) return std::nullopt;
    return first->since;
}

}  // namespace party
