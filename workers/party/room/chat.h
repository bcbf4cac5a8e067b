// Chat, reactions and what keeps them civil. A message is a part of its own and its id is made
// without a look at the room, so two nodes can take messages at the same time. Slow mode and
// repeated texts are judged by the messages that the room remembers: the last 200.
#pragma once

#include "workers/party/room/change.h"

namespace party {

struct Quote {
    std::string id, excerpt;  // of at most 80 characters; empty when the message is gone
    static constexpr auto fields() {
        return std::tuple{Field{"msgId", &Quote::id}, Field{"excerpt", &Quote::excerpt}};
    }
};
struct Count {
    std::string emoji;
    std::int64_t count = 0;
    std::vector<std::string> members;
    static constexpr auto fields() {
        return std::tuple{Field{"emoji", &Count::emoji}, Field{"count", &Count::count},
                          Field{"members", &Count::members}};
    }
};
// A message as clients see it: the event party:chat, and in lists.
struct ChatView {
    std::string id, member, user, name, text;
    Millis position_ms = 0, sent_at = 0;
    std::optional<Quote> reply_to;
    std::optional<std::string> client_id;
    bool pinned = false;
    std::vector<Count> reactions;
    static constexpr auto fields() {
        return std::tuple{Field{"msgId", &ChatView::id},
                          Field{"memberId", &ChatView::member},
                          Field{"userId", &ChatView::user},
                          Field{"userName", &ChatView::name},
                          Field{"message", &ChatView::text},
                          Field{"positionMs", &ChatView::position_ms},
                          Field{"sentAt", &ChatView::sent_at},
                          Field{"replyTo", &ChatView::reply_to},
                          Field{"clientMsgId", &ChatView::client_id},
                          Field{"pinned", &ChatView::pinned},
                          Field{"reactions", &ChatView::reactions}};
    }
};
// The last `count` messages before the one with this id (empty: of all), oldest first.
std::vector<ChatView> chat_before(const Room& room, const std::string& before, std::size_t count);

struct Chat {  // party:chat
    std::string text;
    std::optional<std::string> reply_to, client_id;
    static constexpr auto fields() {
        return std::tuple{Field{"message", &Chat::text, Length{1, 4000}},
                          Field{"replyTo", &Chat::reply_to, Length{1, 64}},
                          Field{"clientMsgId", &Chat::client_id, Length{1, 64}}};
    }
};
// Replies {msgId, sentAt, clientMsgId}. Throws chat_disabled, not_allowed, muted, slow_mode,
// message_rejected, bad_request.
void chat(Room& room, const Act& act, const Chat& wanted, Change& change);

struct History {  // party:chat:history; replies {messages, hasMore}
    std::optional<std::string> before;
    std::optional<std::int64_t> limit;
    static constexpr auto fields() {
        return std::tuple{Field{"before", &History::before, Length{1, 64}},
                          Field{"limit", &History::limit, Range{1, 50}}};
    }
};
void chat_history(Room& room, const Act& act, const History& wanted, Change& change);

struct MessageId {  // party:chat:delete
    std::string id;
    static constexpr auto fields() { return std::tuple{Field{"msgId", &MessageId::id}}; }
};
struct ChatUpdated {  // party:chat:updated
    std::string id;
    std::optional<bool> deleted, pinned;
    std::string by;
    static constexpr auto fields() {
        return std::tuple{Field{"msgId", &ChatUpdated::id}, Field{"deleted", &ChatUpdated::deleted},
                          Field{"pinned", &ChatUpdated::pinned}, Field{"by", &ChatUpdated::by}};
    }
};
// One's own, or anybody's of lower rank for those who may mute.
void chat_delete(Room& room, const Act& act, const MessageId& which, Change& change);

struct Pin {  // party:chat:pin
    std::string id;
    bool on = true;
    static constexpr auto fields() {
        return std::tuple{Field{"msgId", &Pin::id}, Field{"on", &Pin::on}};
    }
};
void chat_pin(Room& room, const Act& act, const Pin& wanted, Change& change);

struct By {  // party:chat:cleared
    std::string by;
    static constexpr auto fields() { return std::tuple{Field{"by", &By::by}}; }
};
struct Clear {  // party:chat:clear
    static constexpr auto fields() { return std::tuple{}; }
};
void chat_clear(Room& room, const Act& act, const Clear& wanted, Change& change);

struct React {  // party:react
    std::string id, emoji;
    bool on = true;
    static constexpr auto fields() {
        return std::tuple{Field{"msgId", &React::id}, Field{"emoji", &React::emoji},
                          Field{"on", &React::on}};
    }
};
struct Reacted {  // party:reacted
    std::string id, emoji;
    std::int64_t count = 0;  // of members who reacted so
    std::string member;
    bool on = true;
    static constexpr auto fields() {
        return std::tuple{Field{"msgId", &Reacted::id}, Field{"emoji", &Reacted::emoji},
                          Field{"count", &Reacted::count}, Field{"memberId", &Reacted::member},
                          Field{"on", &Reacted::on}};
    }
};
void react(Room& room, const Act& act, const React& wanted, Change& change);

struct Announce {  // party:announce
    std::string text;
    static constexpr auto fields() {
        return std::tuple{Field{"text", &Announce::text, Length{1, 200}}};
    }
};
struct Announced {  // party:announce, to all
    std::string text, member, name;
    Millis sent_at = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"text", &Announced::text}, Field{"memberId", &Announced::member},
                          Field{"userName", &Announced::name},
                          Field{"sentAt", &Announced::sent_at}};
    }
};
void announce(Room& room, const Act& act, const Announce& wanted, Change& change);

// The following change nothing in the room: they are checked here and carried out by the node.

struct ReportMessage {  // party:report_msg
    std::string id, reason;
    static constexpr auto fields() {
        return std::tuple{Field{"msgId", &ReportMessage::id},
                          Field{"reason", &ReportMessage::reason, Length{1, 500}}};
    }
};
struct ReportedMessage {                 // for the moderators
    std::string room, reporter, reason;  // reporter: a user id
    ChatMessage message;
};
ReportedMessage check_report(const Room& room, const Act& act, const ReportMessage& wanted);

struct Emote {  // party:emote
    std::string emoji;
    static constexpr auto fields() { return std::tuple{Field{"emoji", &Emote::emoji}}; }
};
void check_emote(const Room& room, const Act& act, const Emote& wanted);

struct Typing {  // party:typing
    bool on = true;
    static constexpr auto fields() { return std::tuple{Field{"on", &Typing::on}}; }
};
// Whether to tell the others; not in rooms of more than 50.
bool check_typing(const Room& room, const Act& act, const Typing& wanted);

}  // namespace party
