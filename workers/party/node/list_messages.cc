#include "workers/party/node/list_messages.h"

namespace party {

namespace {

struct Listed {
    std::string room, title;
    std::int64_t members = 0, capacity = 0;
    std::string status;
    bool locked = false, password = false;
    std::optional<std::string> media;
    static constexpr auto fields() {
        return std::tuple{
            Field{"roomId", &Listed::room},          Field{"title", &Listed::title},
            Field{"members", &Listed::members},      Field{"capacity", &Listed::capacity},
            Field{"status", &Listed::status},        Field{"locked", &Listed::locked},
            Field{"hasPassword", &Listed::password}, Field{"mediaTitle", &Listed::media}};
    }
};
struct Listings {
    std::vector<Listed> rooms;
    std::optional<std::int64_t> cursor;
    static constexpr auto fields() {
        return std::tuple{Field{"rooms", &Listings::rooms}, Field{"cursor", &Listings::cursor}};
    }
};
constexpr std::int64_t page = 20;

Listed listed(const Room& room, bool kids) {
    Listed result{room.about.id,
                  room.settings.title,
                  static_cast<std::int64_t>(room.seats.size()),
                  room.settings.capacity,
                  room.playback.status,
                  room.settings.locked,
                  room.settings.has_password,
                  {}};
    if (room.playback.media && !kids) result.media = room.playback.media->title;
    return result;
}

// Loads the rooms of a list one after the other; a page has 20 of them.
struct Collection {
    std::shared_ptr<Session*> self;
    Incoming message;
    std::vector<std::string> rooms;
    bool mine = false;
    Listings found;
    std::size_t next = 0;
};
void collect(const std::shared_ptr<Collection>& work) {
    if (!*work->self) return;
    auto& session = **work->self;
    if (work->next == work->rooms.size()) {
        return session.reply(work->message, Change::json_of(work->found));
    }
    const auto& id = work->rooms[work->next++];
    session.tools().rooms.load(id, [work](std::optional<Room> room, bool) {
        if (!*work->self) return;
        bool kids = (*work->self)->person().kids;
        bool shown = room && room->about.ended.empty() &&
                     (work->mine || room->settings.visibility == "public") &&
                     (!kids || room->settings.kids_safe);
        if (shown) work->found.rooms.push_back(listed(*room, kids));
        collect(work);
    });
}

}  // namespace

void list_rooms(Session& session, const Incoming& message, const Listing& wanted) {
    auto scope = wanted.scope.value_or("mine");
    if (scope == "friends") return session.reply(message, Change::json_of(Listings{}));
    auto from = wanted.cursor.value_or(0);
    auto list = scope == "public" ? "public" : "of:" + session.person().user;
    auto work = std::make_shared<Collection>();
    work->self = session.self();
    work->message = message;
    work->mine = scope == "mine";
    session.tools().rooms.listed(list, from, page, [work, from](std::vector<std::string> rooms) {
        work->rooms = std::move(rooms);
        if (static_cast<std::int64_t>(work->rooms.size()) == page) work->found.cursor = from + page;
        collect(work);
    });
}

}  // namespace party
