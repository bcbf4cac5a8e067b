#include "workers/admin/people.h"

#include <algorithm>
#include <string_view>

#include "common/accounts/new_account.h"
#include "workers/admin/admin_sql.h"

namespace admin {

namespace {

constexpr std::int64_t newest = 50;  // of the ledger, in a dossier

// What a text is looked for with: anywhere, and its own wildcards are plain characters.
std::optional<std::string> pattern_of(const std::optional<std::string>& search) {
    if (!search || trim(*search).empty()) return std::nullopt;
    std::string pattern{"%"};
    for (char c : trim(*search)) {
        if (c == '%' || c == '_' || c == '\\') pattern += '\\';
        pattern += c;
    }
    return pattern + "%";
}

bool is_charged(const Subscription& one) {
    constexpr std::string_view live[] = {"trialing", "active", "past_due", "unpaid", "paused"};
    return one.source == "stripe" &&
           std::find(std::begin(live), std::end(live), one.status) != std::end(live);
}

std::vector<std::string> warnings_of(const std::vector<Subscription>& subscriptions) {
    if (std::count_if(subscriptions.begin(), subscriptions.end(), is_charged) < 2) return {};
    return {"several_subscriptions"};
}

// A worker that finds Redis away asks the database whether the session stands, but not for the
// role: so nothing is changed that not all workers can hear of.
void demand(bool heard) {
    if (!heard) throw Failure(unavailable).retry_after(std::chrono::seconds{2});
}

}  // namespace

// What can be changed of an account, as the audit log keeps it.
struct People::State {
    std::string email, full_name, role, status;
    bool operator==(const State&) const = default;
    bool acts_as_admin() const { return role == "admin" && status == "active"; }
    static constexpr auto fields() {
        return std::tuple{Field{"email", &State::email}, Field{"full_name", &State::full_name},
                          Field{"role", &State::role}, Field{"status", &State::status}};
    }
};

Page<User> People::list(const Request&, const FromQuery<UserQuery>& query) {
    const auto& [page, limit, search, role, status] = query.value;
    auto pattern = pattern_of(search);
    auto [users, total] =
        db_.pipeline(rows<User>(sql::list_users, role, status, pattern, limit, offset(page, limit)),
                     row<std::int64_t>(sql::count_users, role, status, pattern));
    return {std::move(users), page, limit, *total};
}

Dossier People::read(const Request& request) {
    auto id = request.uuid("id");
    auto [user, standing, counts, subscriptions, sessions, ledger, events] = db_.pipeline(
        row<User>(sql::find_user, id), row<Standing>(sql::find_standing, id),
        row<Belongings>(sql::count_belongings, id), rows<Subscription>(sql::list_subscriptions, id),
        rows<SignedInDevice>(sql::list_sessions, id),
        rows<Transaction>(sql::list_ledger, id, newest), rows<Event>(sql::list_events_of, id));
    if (!user) throw Failure(not_found);
    auto warnings = warnings_of(subscriptions);
    return {*user,    standing.value(), counts.value(), std::move(subscriptions),
            sessions, ledger,           events,         std::move(warnings)};
}

User People::change(const Request& request, const UserChange& wanted) {
    return settle(request, "user_changed", [&](State& state) {
        if (wanted.email) state.email = lower_ascii(*wanted.email);
        if (wanted.full_name) state.full_name = trim(*wanted.full_name);
        if (wanted.status) state.status = *wanted.status;
    });
}

User People::give_role(const Request& request, const NewRole& wanted) {
    return settle(request, "role_changed", [&](State& state) { state.role = wanted.role; });
}

User People::settle(const Request& request, const char* action,
                    const std::function<void(State&)>& alter) {
    auto id = request.uuid("id");
    return db_.transaction([&] {
        auto admins = db_.list<Uuid>(sql::lock_admins);
        auto before = db_.get<State>(sql::lock_user, id);
        auto after = before;
        alter(after);
        if (admins == std::vector{id} && !after.acts_as_admin()) throw Failure(last_admin);
        if (after != before) {
            store(request, before, after);
            auto line = deed(request, action, "user", id.text());
            line.before = json_of(before);
            line.after = json_of(after);
            audit_.note(line);
        }
        return db_.get<User>(sql::find_user, id);
    });
}

void People::store(const Request& request, const State& before, const State& after) {
    auto id = request.uuid("id");
    auto stored =
        db_.run(sql::update_user, id, after.email, after.full_name, after.role, after.status);
    if (stored == 0) throw Failure(email_taken);
    auto note = [&](const char* event) {
        db_.run(sql::insert_event, Uuid::make(), id, event, request.ip);
    };
    if (after.email != before.email) {
        db_.run(sql::delete_links, id);
        note("email_changed_by_admin");
    }
    if (after.role != before.role) note("role_changed");
    if (after.status != before.status) {
        note(after.status == "suspended" ? "suspended" : "reactivated");
        if (after.status == "suspended") db_.run(sql::end_sessions, id, "suspended");
    }
    if (after.role != before.role || after.status != before.status) sign_out(id, after);
}

// The tokens that are around end here, and client apps get others with the role as it is now. Told
// before the commit, since what is not heard must not happen, and after it once more, for tokens
// that were issued in between. Who is suspended gets none, but a sign-in that was under way may
// still come by one: hence all that are issued from now on are refused as well.
void People::sign_out(const Uuid& user, const State& after) {
    auto ahead = after.status == "suspended" ? access_lifetime_ : std::chrono::seconds{0};
    demand(revocations_.user(user, clock_() + ahead, access_lifetime_));
    db_.after_commit(
        [this, user, ahead] { revocations_.user(user, clock_() + ahead, access_lifetime_); });
}

}  // namespace admin
