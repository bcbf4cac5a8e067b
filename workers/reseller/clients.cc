#include "workers/reseller/clients.h"

#include "common/accounts/password_rules.h"
#include "workers/reseller/reseller_sql.h"

namespace reseller {

namespace {

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

std::optional<std::string> trimmed(const std::optional<std::string>& text) {
    if (!text) return std::nullopt;
    return std::string{trim(*text)};
}

}  // namespace

Page<Client> Clients::list(const Request& request, const FromQuery<ClientQuery>& query) {
    const auto& [page, limit, search, status] = query.value;
    auto pattern = pattern_of(search);
    auto [clients, total] = db_.pipeline(
        rows<Client>(sql::list_clients, request.user, status, pattern, limit, offset(page, limit)),
        row<std::int64_t>(sql::count_clients, request.user, status, pattern));
    return {std::move(clients), page, limit, *total};
}

Client Clients::read(const Request& request) {
    return db_.get<Client>(sql::find_client, request.user, request.uuid("id"));
}

// The sessions are over in the database before Redis hears of it, so a worker that finds Redis away
// refuses as well. When Redis did not take it the client app is asked to try again, which it can:
// all of this may be done twice.
Client Clients::change(const Request& request, const ClientChange& wanted) {
    auto before = read(request);
    auto hash = new_hash(before, wanted);
    auto after = db_.transaction([&] { return store(request, before, wanted, hash); });
    if (wanted.status || hash) sign_out(after);
    return after;
}

std::optional<std::string> Clients::new_hash(const Client& client,
                                             const ClientChange& wanted) const {
    if (!wanted.password) return std::nullopt;
    refuse_easy("password", *wanted.password, {client.email, client.full_name, "syncstream tv"});
    return passwords_.hash(*wanted.password);
}

Client Clients::store(const Request& request, const Client& before, const ClientChange& wanted,
                      const std::optional<std::string>& hash) {
    auto changed = db_.run(sql::update_client, request.user, before.id, trimmed(wanted.full_name),
                           wanted.status, hash);
    if (changed == 0) throw Failure(not_found);
    auto note = [&](const char* event) {
        db_.run(sql::insert_event, Uuid::make(), before.id, event, request.ip);
    };
    if (wanted.status) note(*wanted.status == "suspended" ? "suspended" : "reactivated");
    if (hash) note("password_set_by_reseller");
    if (hash || wanted.status == "suspended") {
        db_.run(sql::end_sessions, before.id, hash ? "password_changed" : "suspended");
    }
    if (hash) tell_new_password(before);
    return read(request);
}

void Clients::tell_new_password(const Client& client) {
    auto language = find_language(client.language).value_or(english);
    outbox_.enqueue(
        {client.id, client.email, "password_changed", language, {{"name", client.full_name}}, {}});
}

// A suspended client gets no tokens, but a sign-in that was under way may still come by one: hence
// all that are issued from now on are refused, until it is active again.
void Clients::sign_out(const Client& client) {
    auto until = clock_();
    if (client.status == "suspended") until += access_lifetime_;
    if (!revocations_.user(client.id, until, access_lifetime_)) {
        throw Failure(unavailable).retry_after(std::chrono::seconds{2});
    }
}

}  // namespace reseller
