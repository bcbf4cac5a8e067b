#include "workers/party/node/sessions.h"

#include "common/crypto/digest.h"

namespace party {

namespace {

constexpr std::chrono::milliseconds between_turns{100};
constexpr std::size_t turns_of_renewal = 1000;
constexpr Millis socket_lease = 300'000;

}  // namespace

Sessions::Sessions(Tools& tools, Rooms& rooms) : tools_(tools), rooms_(rooms), push_(tools, *this) {
    seconds_ = tools.loop.every(std::chrono::seconds{1}, [this] { tick(); });
    leases_ = tools.loop.every(between_turns, [this] { renew_leases(); });
}

void Sessions::add(Session& session) {
    all_.emplace(&session, Instant::max());
    by_user_[session.person().user].insert(&session);
    push_.come(session);
}

void Sessions::remove(Session& session) {
    auto known = all_.find(&session);
    if (known == all_.end()) return;
    wakes_.erase({known->second, &session});
    all_.erase(known);
    auto at = by_user_.find(session.person().user);
    at->second.erase(&session);
    if (at->second.empty()) by_user_.erase(at);
    push_.go(session);
    tools_.people.leave({session.person().user, session.connection()});
}

const std::set<Session*>& Sessions::of(const std::string& user) const {
    static const std::set<Session*> nobody;
    auto at = by_user_.find(user);
    return at == by_user_.end() ? nobody : at->second;
}

void Sessions::tick() {
    auto now = system_now();
    while (!wakes_.empty() && wakes_.begin()->first <= now) {
        auto* session = wakes_.begin()->second;
        wakes_.erase(wakes_.begin());
        session->wake(now);
    }
}

void Sessions::wake(Session& session, Instant when) {
    auto known = all_.find(&session);
    if (known == all_.end()) return;
    wakes_.erase({known->second, &session});
    known->second = when;
    wakes_.emplace(when, &session);
}

// Some at a time: all at once would keep Redis, and so everybody, waiting.
void Sessions::renew_leases() {
    std::vector<PeopleStore::Presence> people;
    auto at = all_.upper_bound(renewed_);
    for (auto rest = all_.size() / turns_of_renewal + 1; rest > 0 && at != all_.end(); --rest) {
        people.push_back({at->first->person().user, at->first->connection()});
        renewed_ = (at++)->first;
    }
    if (at == all_.end()) renewed_ = nullptr;
    if (!people.empty()) tools_.people.renew(people, tools_.clock.now() + socket_lease);
}

// Members keep their seats: they are only away until they are back, at another node or a new one.
void Sessions::drain(Server& server) {
    draining_ = true;
    for (auto& [session, wake] : all_) {
        auto delay = random_bytes(2);
        auto wait = (delay[0] * 256 + delay[1]) % 5'000;
        session->say("server:drain",
                     R"({"reconnectAfterMs":)" + std::to_string(wait) + R"(,"reason":"restart"})");
    }
    server.stop_listening();
}

}  // namespace party
