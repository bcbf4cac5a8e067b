// Small questions to the party: one at a time, each member one vote that can be changed while it is
// open.
#pragma once

#include "workers/party/room/change.h"

namespace party {

struct PollView {  // event party:poll, whenever something changes
    std::string id, question;
    std::vector<std::string> options;
    std::vector<std::int64_t> counts;  // of the options
    Millis ends_at = 0;
    bool open = true;
    static constexpr auto fields() {
        return std::tuple{
            Field{"pollId", &PollView::id},       Field{"question", &PollView::question},
            Field{"options", &PollView::options}, Field{"counts", &PollView::counts},
            Field{"endsAt", &PollView::ends_at},  Field{"open", &PollView::open}};
    }
};
PollView view(const Poll& poll);

struct PollCreate {  // party:poll:create
    std::string question;
    std::vector<std::string> options;
    std::optional<std::int64_t> ttl_s;  // without: a minute
    static constexpr auto fields() {
        return std::tuple{
            Field{"question", &PollCreate::question, Length{1, 200}, single_line},
            Field{"options", &PollCreate::options, Entries{2, 6}, Length{1, 80}, single_line},
            Field{"ttlSec", &PollCreate::ttl_s, Range{10, 3600}}};
    }
};
// By who may change the media. Throws duplicate while another one is open.
void poll_create(Room& room, const Act& act, const PollCreate& wanted, Change& change);

struct PollVote {  // party:poll:vote
    std::string id;
    std::int64_t option = 0;  // from 0
    static constexpr auto fields() {
        return std::tuple{Field{"pollId", &PollVote::id},
                          Field{"option", &PollVote::option, Range{0, 5}}};
    }
};
void poll_vote(Room& room, const Act& act, const PollVote& wanted, Change& change);

struct PollClose {  // party:poll:close
    std::string id;
    static constexpr auto fields() { return std::tuple{Field{"pollId", &PollClose::id}}; }
};
void poll_close(Room& room, const Act& act, const PollClose& wanted, Change& change);

// Alarm `poll`.
void tick_poll(Room& room, const Act& act, Change& change);

}  // namespace party
