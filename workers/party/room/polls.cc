#include "workers/party/room/polls.h"

#include <algorithm>

#include "workers/party/room/ids.h"
#include "workers/party/room/problems.h"
#include "workers/party/room/roles.h"

namespace party {

namespace {

Poll& open_poll(Room& room, const std::string& id, Millis now) {
    bool open = room.poll && room.poll->id == id && now < room.poll->ends_at;
    if (!open) throw Failure(target_not_found);
    return *room.poll;
}

void tell_poll(const Poll& poll, bool open, Change& change) {
    auto told = view(poll);
    told.open = open;
    change.touch("poll");
    change.tell("party:poll", told);
}

void close(Room& room, Change& change) {
    tell_poll(*room.poll, false, change);
    room.poll.reset();
}

}  // namespace

PollView view(const Poll& poll) {
    PollView view{poll.id, poll.question, poll.options, {}, poll.ends_at};
    view.counts.resize(poll.options.size());
    for (const auto& ballot : poll.ballots) {
        auto option = static_cast<std::size_t>(ballot.option);
        if (option < view.counts.size()) ++view.counts[option];
    }
    return view;
}

void poll_create(Room& room, const Act& act, const PollCreate& wanted, Change& change) {
    require(room, act, Permission::media);
    bool open = room.poll && act.now < room.poll->ends_at;
    if (open) throw Failure(duplicate);
    if (room.poll) close(room, change);
    Poll poll;
    poll.id = "v_" + new_id(act.random, "poll").substr(0, 12);
    poll.question = wanted.question;
    poll.options = wanted.options;
    poll.ends_at = act.now + wanted.ttl_s.value_or(60) * 1000;
    room.poll = poll;
    change.wake("poll", poll.ends_at);
    tell_poll(poll, true, change);
    change.reply(view(poll));
}

void poll_vote(Room& room, const Act& act, const PollVote& wanted, Change& change) {
    require(room, act, Permission::vote);
    auto& poll = open_poll(room, wanted.id, act.now);
    bool exists = static_cast<std::size_t>(wanted.option) < poll.options.size();
    if (!exists) throw Failure(bad_request, {{"field", "option"}});
    auto is_own = [&](const Ballot& ballot) { return ballot.member == act.member; };
    auto own = std::find_if(poll.ballots.begin(), poll.ballots.end(), is_own);
    if (own != poll.ballots.end() && own->option == wanted.option) return;
    std::erase_if(poll.ballots, is_own);
    poll.ballots.push_back({act.member, wanted.option});
    tell_poll(poll, true, change);
}

void poll_close(Room& room, const Act& act, const PollClose& wanted, Change& change) {
    require(room, act, Permission::media);
    open_poll(room, wanted.id, act.now);
    close(room, change);
}

void tick_poll(Room& room, const Act& act, Change& change) {
    if (!room.poll) return;
    if (act.now < room.poll->ends_at) return change.wake("poll", room.poll->ends_at);
    close(room, change);
}

}  // namespace party
