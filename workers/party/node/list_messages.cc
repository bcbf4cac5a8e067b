#include "workers/party/node/list_messages.h"

#include "workers/party/node/records.h"
#include "workers/party/party_sql.h"

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

bool is_open(const Room& room, const std::string& scope) {
    const auto& visibility = room.settings.visibility;
    return scope == "mine" || visibility == "public" ||
           (scope == "friends" && visibility == "friends");
}

// Loads the rooms of a list one after the other; a page has 20 of them.
struct Collection {
    std::shared_ptr<Session*> self;
    Incoming message;
    std::vector<std::string> rooms;
    std::string scope;
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
        bool shown = room && room->about.ended.empty() && is_open(*room, work->scope) &&
                     (!kids || room->settings.kids_safe);
        if (shown) work->found.rooms.push_back(listed(*room, kids));
        collect(work);
    });
}

void show(const std::shared_ptr<Collection>& work, std::vector<std::string> rooms,
          std::int64_t from) {
    work->rooms = std::move(rooms);
    if (static_cast<std::int64_t>(work->rooms.size()) == page) work->found.cursor = from + page;
    collect(work);
}

void list_of_friends(const std::shared_ptr<Collection>& work, std::int64_t from) {
    auto& tools = (*work->self)->tools();
    auto user = Uuid::parse((*work->self)->person().user);
    auto rooms = std::make_shared<std::vector<std::string>>();
    bool taken = tools.records.run(
        tools.loop,
        [rooms, user, from](Database& db) {
            *rooms = db.list<std::string>(sql::list_parties_of_friends, *user, from, page);
        },
        [work, rooms, from](bool well) {
            if (!*work->self) return;
            if (!well) {
                return (*work->self)
                    ->fail(work->message,
                           Failure(unavailable).retry_after(std::chrono::seconds{1}));
            }
            show(work, std::move(*rooms), from);
        });
    if (!taken) throw Failure(unavailable).retry_after(std::chrono::seconds{1});
}

}  // namespace

void list_rooms(Session& session, const Incoming& message, const Listing& wanted) {
    auto scope = wanted.scope.value_or("mine");
    auto from = wanted.cursor.value_or(0);
    auto work = std::make_shared<Collection>();
    work->self = session.self();
    work->message = message;
    work->scope = scope;
    if (scope == "friends") return list_of_friends(work, from);
    auto list = scope == "public" ? "public" : "of:" + session.person().user;
    session.tools().rooms.listed(list, from, page, [work, from](std::vector<std::string> rooms) {
        show(work, std::move(rooms), from);
    });
}

}  // namespace party
