#include "workers/party/node/ban_messages.h"

#include "workers/party/node/records.h"
#include "workers/party/party_sql.h"

namespace party {

namespace {

// Whose ban it is, when it is of the owner of the party.
struct Owned {
    std::optional<Uuid> owner, banned;
    bool whole() const { return owner && banned; }
};

Owned owned_by(const Room& room, const Act& act, const Removal& wanted) {
    if (room.about.owner != act.person.user) return {};
    const Seat* seat = wanted.member ? room.seat(*wanted.member) : nullptr;
    auto banned = seat ? seat->member.user : wanted.user.value_or("");
    return {Uuid::parse(act.person.user), Uuid::parse(banned)};
}

using Remember = std::function<void(Database&, const Owned&)>;
using BanCommand = void (*)(Room&, const Act&, const Removal&, Change&);

void run(Session& session, const Incoming& message, const Removal& wanted, BanCommand command,
         Remember remember) {
    auto room = session.room().id();
    auto who = std::make_shared<Owned>();
    session.submit_to(
        room, message,
        [command, wanted, who](Room& in, const Act& act, Change& change) {
            *who = owned_by(in, act, wanted);
            command(in, act, wanted, change);
        },
        false,
        [&session, who, remember = std::move(remember)](const Outcome& outcome) {
            if (outcome.failure || !who->whole()) return;
            session.tools().records.note(
                [who = *who, remember](Database& db) { remember(db, who); });
        });
}

struct StoredBan {
    Uuid user;
    std::optional<Instant> until;
    static constexpr auto fields() {
        return std::tuple{Field{"user_id", &StoredBan::user}, Field{"until", &StoredBan::until}};
    }
};

std::vector<Ban> bans_of(const std::vector<StoredBan>& stored) {
    std::vector<Ban> bans;
    for (const auto& one : stored) {
        auto since_1970 = one.until.value_or(Instant{}).time_since_epoch();
        auto until = std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count();
        bans.push_back({one.user.text(), until});
    }
    return bans;
}

}  // namespace

void ban_member(Session& session, const Incoming& message, const Removal& wanted) {
    std::optional<Instant> until;
    if (wanted.minutes) until = system_now() + std::chrono::minutes{*wanted.minutes};
    run(session, message, wanted, ban, [until](Database& db, const Owned& who) {
        db.run(sql::put_ban, *who.owner, *who.banned, until);
    });
}

void unban_member(Session& session, const Incoming& message, const Removal& wanted) {
    run(session, message, wanted, unban,
        [](Database& db, const Owned& who) { db.run(sql::lift_ban, *who.owner, *who.banned); });
}

void take_over_bans(Session& session, const std::string& room) {
    auto& tools = session.tools();
    auto stored = std::make_shared<std::vector<StoredBan>>();
    tools.records.run(
        tools.loop,
        [stored, owner = Uuid::parse(session.person().user)](Database& db) {
            *stored = db.list<StoredBan>(sql::list_bans, *owner);
        },
        [stored, room, &rooms = session.rooms()](bool) {
            if (stored->empty()) return;
            rooms.open(room).submit(
                {{}, [bans = bans_of(*stored)](Room& in, const Act&, Change& change) {
                     keep_out(in, bans, change);
                 }});
        });
}

}  // namespace party
