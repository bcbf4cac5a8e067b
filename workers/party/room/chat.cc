#include "workers/party/room/chat.h"

#include <algorithm>

#include "common/base/text.h"
#include "workers/party/room/ids.h"
#include "workers/party/room/problems.h"
#include "workers/party/room/roles.h"
#include "workers/party/room/wording.h"

namespace party {

namespace {

constexpr std::size_t most_kept = 200, most_characters = 500, most_announced = 200;
constexpr std::size_t excerpt_length = 80, most_emoji = 12, most_pinned = 20;
constexpr std::ptrdiff_t most_lines_ended = 5, most_repeats = 2;
constexpr Millis repeat_window = 10'000;
constexpr std::size_t most_typists = 50;

struct Sent {
    std::string id;
    Millis sent_at = 0;
    std::optional<std::string> client_id;
    static constexpr auto fields() {
        return std::tuple{Field{"msgId", &Sent::id}, Field{"sentAt", &Sent::sent_at},
                          Field{"clientMsgId", &Sent::client_id}};
    }
};

struct Messages {
    std::vector<ChatView> messages;
    bool has_more = false;
    static constexpr auto fields() {
        return std::tuple{Field{"messages", &Messages::messages},
                          Field{"hasMore", &Messages::has_more}};
    }
};

ChatMessage& message_of(Room& room, const std::string& id) {
    if (!room.chat.contains(id)) throw Failure(message_not_found);
    return room.chat[id];
}

ChatView view_of(const Room& room, const ChatMessage& message) {
    ChatView view{message.id,
                  message.member,
                  message.user,
                  message.name,
                  message.text,
                  message.position_ms,
                  message.sent_at,
                  {},
                  {},
                  message.pinned,
                  {}};
    if (message.reply_to) {
        auto found = room.chat.find(*message.reply_to);
        bool there = found != room.chat.end();
        view.reply_to = {*message.reply_to,
                         there ? first_characters(found->second.text, excerpt_length) : ""};
    }
    for (const auto& one : message.reactions) {
        auto count = static_cast<std::int64_t>(one.members.size());
        view.reactions.push_back({one.emoji, count, one.members});
    }
    return view;
}

bool leads(const Seat& seat) { return rank_of(seat.member.role) >= 3; }

void refuse_muted(const Seat& seat, Millis now) {
    if (seat.muted_until <= now) return;
    throw Failure(muted).retry_after(std::chrono::milliseconds{seat.muted_until - now});
}

const Seat& speaker(const Room& room, const Act& act) {
    const Seat& seat = acting(room, act);
    if (room.settings.chat == "off" || seat.kids) throw Failure(chat_disabled);
    require(room, act, Permission::chat);
    refuse_muted(seat, act.now);
    return seat;
}

std::string fit_text(const std::string& text, std::size_t most) {
    auto clean = clean_text(text);
    auto line_ends = std::count(clean.begin(), clean.end(), '\n');
    bool fits = !clean.empty() && count_characters(clean) <= most && line_ends <= most_lines_ended;
    if (!fits) throw Failure(bad_request, {{"field", most == most_announced ? "text" : "message"}});
    return clean;
}

void check_links(const Settings& settings, const Seat& seat, const std::string& text) {
    bool allowed = settings.links == "members" || (settings.links == "hosts" && leads(seat));
    if (!allowed && has_link(text)) throw Failure(message_rejected);
}

// By the time of sending; the room remembers no more than its last messages.
void check_pace(const Room& room, const Act& act, const Seat& seat, const std::string& text) {
    Millis last = 0;
    std::ptrdiff_t repeats = 0;
    for (const auto& [id, message] : room.chat) {
        if (message.user != seat.member.user) continue;
        last = std::max(last, message.sent_at);
        if (message.text == text && message.sent_at > act.now - repeat_window) ++repeats;
    }
    auto wait = last + room.settings.slow_mode_s * 1000 - act.now;
    if (last != 0 && wait > 0 && room.settings.slow_mode_s > 0 && !leads(seat)) {
        throw Failure(slow_mode, {{"seconds", (wait + 999) / 1000}})
            .retry_after(std::chrono::milliseconds{wait});
    }
    if (repeats >= most_repeats) throw Failure(message_rejected);
}

// Pinned ones stay as long as there are others.
void forget_oldest(Room& room, Change& change) {
    while (room.chat.size() > most_kept) {
        auto oldest = std::find_if(room.chat.begin(), room.chat.end(),
                                   [](const auto& one) { return !one.second.pinned; });
        if (oldest == room.chat.end()) oldest = room.chat.begin();
        change.touch("c:" + oldest->first);
        room.chat.erase(oldest);
    }
}

bool may_delete(const Room& room, const Seat& seat, const ChatMessage& message) {
    if (message.user == seat.member.user) return true;
    if (!may(room, seat, Permission::mute)) return false;
    const Seat* author = room.seat(message.member);
    return !author || rank_of(author->member.role) < rank_of(seat.member.role);
}

// Whether the reactions are others now.
bool set_reaction(ChatMessage& message, const std::string& member, const React& wanted) {
    auto& all = message.reactions;
    auto found = std::find_if(all.begin(), all.end(),
                              [&](const Reaction& one) { return one.emoji == wanted.emoji; });
    if (!wanted.on) {
        if (found == all.end() || std::erase(found->members, member) == 0) return false;
        if (found->members.empty()) all.erase(found);
        return true;
    }
    if (found == all.end()) {
        if (all.size() >= most_emoji) throw Failure(message_rejected);
        found = all.insert(all.end(), Reaction{wanted.emoji, {}});
    }
    auto& members = found->members;
    if (std::find(members.begin(), members.end(), member) != members.end()) return false;
    members.push_back(member);
    return true;
}

std::int64_t count_of(const ChatMessage& message, const std::string& emoji) {
    for (const auto& one : message.reactions) {
        if (one.emoji == emoji) return static_cast<std::int64_t>(one.members.size());
    }
    return 0;
}

const Seat& reactor(const Room& room, const Act& act, const std::string& emoji) {
    const Seat& seat = require(room, act, Permission::react);
    refuse_muted(seat, act.now);
    if (!is_emoji(emoji)) throw Failure(bad_request, {{"field", "emoji"}});
    return seat;
}

}  // namespace

std::vector<ChatView> chat_before(const Room& room, const std::string& before, std::size_t count) {
    std::vector<ChatView> messages;
    auto at = before.empty() ? room.chat.end() : room.chat.lower_bound(before);
    while (at != room.chat.begin() && messages.size() < count) {
        messages.push_back(view_of(room, (--at)->second));
    }
    std::reverse(messages.begin(), messages.end());
    return messages;
}

void chat(Room& room, const Act& act, const Chat& wanted, Change& change) {
    const Seat& seat = speaker(room, act);
    auto text = fit_text(wanted.text, most_characters);
    check_pace(room, act, seat, text);
    check_links(room.settings, seat, text);
    if (has_word(text, room.settings.blocked_words)) throw Failure(message_rejected);
    if (wanted.reply_to && !room.chat.contains(*wanted.reply_to)) {
        throw Failure(message_not_found);
    }
    auto last = room.chat.empty() ? "" : room.chat.rbegin()->first;
    ChatMessage message{new_message_id(act, last),
                        act.member,
                        seat.member.user,
                        seat.member.name,
                        text,
                        room.position(act.now),
                        act.now,
                        wanted.reply_to,
                        false,
                        {}};
    auto& kept = room.chat[message.id] = message;
    change.touch("c:" + message.id);
    change.commutes = true;
    auto view = view_of(room, kept);
    view.client_id = wanted.client_id;
    change.tell("party:chat", view);
    forget_oldest(room, change);
    change.reply(Sent{message.id, act.now, wanted.client_id});
}

void chat_history(Room& room, const Act& act, const History& wanted, Change& change) {
    const Seat& seat = acting(room, act);
    if (seat.kids) throw Failure(chat_disabled);
    auto count = static_cast<std::size_t>(wanted.limit.value_or(50));
    Messages found{chat_before(room, wanted.before.value_or(""), count), false};
    found.has_more =
        !found.messages.empty() && room.chat.begin()->first != found.messages.front().id;
    change.reply(found);
}

void chat_delete(Room& room, const Act& act, const MessageId& which, Change& change) {
    const Seat& seat = acting(room, act);
    const auto& message = message_of(room, which.id);
    if (!may_delete(room, seat, message)) throw Failure(not_allowed, {{"permission", "mute"}});
    room.chat.erase(which.id);
    change.touch("c:" + which.id);
    change.tell("party:chat:updated", ChatUpdated{which.id, true, {}, act.member});
}

void chat_pin(Room& room, const Act& act, const Pin& wanted, Change& change) {
    require(room, act, Permission::mute);
    auto& message = message_of(room, wanted.id);
    if (message.pinned == wanted.on) return;
    auto pinned = std::count_if(room.chat.begin(), room.chat.end(),
                                [](const auto& one) { return one.second.pinned; });
    if (wanted.on && static_cast<std::size_t>(pinned) >= most_pinned) throw Failure(conflict);
    message.pinned = wanted.on;
    change.touch("c:" + wanted.id);
    change.tell("party:chat:updated", ChatUpdated{wanted.id, {}, wanted.on, act.member});
}

void chat_clear(Room& room, const Act& act, const Clear&, Change& change) {
    require(room, act, Permission::settings);
    for (const auto& [id, message] : room.chat) change.touch("c:" + id);
    room.chat.clear();
    change.tell("party:chat:cleared", By{act.member});
}

void react(Room& room, const Act& act, const React& wanted, Change& change) {
    reactor(room, act, wanted.emoji);
    auto& message = message_of(room, wanted.id);
    Reacted reacted{wanted.id, wanted.emoji, 0, act.member, wanted.on};
    if (set_reaction(message, act.member, wanted)) {
        change.touch("c:" + wanted.id);
        reacted.count = count_of(message, wanted.emoji);
        change.tell("party:reacted", reacted);
    }
    reacted.count = count_of(message, wanted.emoji);
    change.reply(reacted);
}

void announce(Room& room, const Act& act, const Announce& wanted, Change& change) {
    const Seat& seat = require(room, act, Permission::settings);
    auto text = fit_text(wanted.text, most_announced);
    change.commutes = true;
    change.tell("party:announce", Announced{text, act.member, seat.member.name, act.now});
}

ReportedMessage check_report(const Room& room, const Act& act, const ReportMessage& wanted) {
    const Seat& seat = acting(room, act);
    auto found = room.chat.find(wanted.id);
    if (found == room.chat.end()) throw Failure(message_not_found);
    return {room.about.id, seat.member.user, clean_text(wanted.reason), found->second};
}

void check_emote(const Room& room, const Act& act, const Emote& wanted) {
    reactor(room, act, wanted.emoji);
}

bool check_typing(const Room& room, const Act& act, const Typing&) {
    speaker(room, act);
    return room.seats.size() <= most_typists;
}

}  // namespace party
