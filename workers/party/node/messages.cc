#include "workers/party/node/messages.h"

#include <map>

#include "workers/party/node/ban_messages.h"
#include "workers/party/node/door_messages.h"
#include "workers/party/node/list_messages.h"
#include "workers/party/node/push_messages.h"
#include "workers/party/node/resume.h"
#include "workers/party/node/session_messages.h"
#include "workers/party/node/word_messages.h"
#include "workers/party/room/barrier.h"
#include "workers/party/room/match.h"
#include "workers/party/room/moderation.h"
#include "workers/party/room/playback.h"
#include "workers/party/room/polls.h"
#include "workers/party/room/queue.h"
#include "workers/party/room/roles.h"

namespace party {

namespace {

using Run = std::function<void(Session&, const Incoming&)>;

// A command of the room that the person is in.
template <class Body>
Run in_room(void (*command)(Room&, const Act&, const Body&, Change&)) {
    return [command](Session& session, const Incoming& message) {
        session.submit(message, [command, body = read_data<Body>(message.data)](
                                    Room& room, const Act& act, Change& change) {
            command(room, act, body, change);
        });
    };
}

// Something between the client and this node.
template <class Body>
Run here(void (*function)(Session&, const Incoming&, const Body&)) {
    return [function](Session& session, const Incoming& message) {
        function(session, message, read_data<Body>(message.data));
    };
}

}  // namespace

bool drops_silently(Pace pace) {
    return pace == Pace::emote || pace == Pace::react || pace == Pace::typing ||
           pace == Pace::report;
}

std::span<const MessageType> all_messages() {
    static const MessageType table[] = {
        {"session:hello", Pace::ask, here(introduce)},
        {"session:resume", Pace::ask, resume},
        {"auth:refresh", Pace::ask, here(refresh)},
        {"sync:ping", Pace::report, here(ping)},
        {"sync:stats", Pace::report, here(stats)},

        {"playback:update", Pace::playback, playback_update},
        {"device:list", Pace::ask, device_list},
        {"device:command", Pace::ask, device_command},
        {"device:ack", Pace::ask, device_ack},
        {"notify:read", Pace::ask, notify_read},
        {"sub:add", Pace::ask, sub_add},
        {"sub:remove", Pace::ask, sub_remove},

        {"party:create", Pace::join, here(create_room)},
        {"party:join", Pace::join, here(enter)},
        {"party:leave", Pace::ask, here(leave_room)},
        {"party:end", Pace::ask, here(end_room)},
        {"party:snapshot", Pace::ask, in_room(snapshot)},
        {"party:list", Pace::ask, here(list_rooms)},
        {"party:update", Pace::ask, here(patch)},
        {"party:rename", Pace::ask, in_room(rename)},
        {"party:admit", Pace::ask, in_room(admit)},
        {"party:invite:create", Pace::ask, here(invite)},
        {"party:invite:revoke", Pace::ask, here(revoke_invite)},
        {"party:invite:list", Pace::ask, in_room(invite_list)},
        {"party:host", Pace::ask, in_room(host)},
        {"party:role", Pace::ask, in_room(role)},
        {"party:kick", Pace::ask, in_room(kick)},
        {"party:ban", Pace::ask, here(ban_member)},
        {"party:unban", Pace::ask, here(unban_member)},
        {"party:mute", Pace::ask, in_room(mute)},
        {"party:lock", Pace::ask, in_room(lock)},

        {"party:play", Pace::transport, in_room(play)},
        {"party:pause", Pace::transport, in_room(pause)},
        {"party:seek", Pace::transport, in_room(seek)},
        {"party:rate", Pace::transport, in_room(rate)},
        {"party:media", Pace::transport, in_room(media)},
        {"party:stop", Pace::transport, in_room(stop)},
        {"party:ready", Pace::ask, in_room(ready)},
        {"party:buffering", Pace::ask, in_room(buffering)},
        {"party:ignore_wait", Pace::ask, in_room(ignore_wait)},
        {"party:blocked", Pace::ask, in_room(blocked)},
        {"party:media_match", Pace::ask, in_room(media_match)},
        {"party:report", Pace::report, here(report)},

        {"party:chat", Pace::chat, in_room(chat)},
        {"party:chat:history", Pace::ask, in_room(chat_history)},
        {"party:chat:delete", Pace::ask, in_room(chat_delete)},
        {"party:chat:pin", Pace::ask, in_room(chat_pin)},
        {"party:chat:clear", Pace::ask, in_room(chat_clear)},
        {"party:react", Pace::react, in_room(react)},
        {"party:emote", Pace::emote, here(emote)},
        {"party:typing", Pace::typing, here(typing)},
        {"party:report_msg", Pace::ask, here(report_message)},
        {"party:announce", Pace::ask, in_room(announce)},

        {"party:queue:add", Pace::ask, in_room(queue_add)},
        {"party:queue:remove", Pace::ask, in_room(queue_remove)},
        {"party:queue:move", Pace::ask, in_room(queue_move)},
        {"party:queue:clear", Pace::ask, in_room(queue_clear)},
        {"party:queue:next", Pace::ask, in_room(queue_next)},
        {"party:queue:prev", Pace::ask, in_room(queue_previous)},
        {"party:queue:shuffle", Pace::ask, in_room(queue_shuffle)},
        {"party:queue:mode", Pace::ask, in_room(queue_mode)},
        {"party:queue:suggest", Pace::ask, in_room(queue_suggest)},
        {"party:vote", Pace::ask, in_room(vote)},
        {"party:vote_skip", Pace::ask, in_room(vote_skip)},
        {"party:poll:create", Pace::ask, in_room(poll_create)},
        {"party:poll:vote", Pace::ask, in_room(poll_vote)},
        {"party:poll:close", Pace::ask, in_room(poll_close)},
    };
    return table;
}

const MessageType* find_message(std::string_view name) {
    static const auto by_name = [] {
        std::map<std::string_view, const MessageType*> result;
        for (const auto& one : all_messages()) result[one.name] = &one;
        return result;
    }();
    auto at = by_name.find(name);
    return at == by_name.end() ? nullptr : at->second;
}

}  // namespace party