// The sessions of one node: lets people in, keeps their leases, wakes them up when they have asked
// for it, and sees them out at the end.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "workers/party/node/push.h"
#include "workers/party/node/session.h"

namespace party {

class Sessions {
  public:
    Sessions(Tools& tools, Rooms& rooms);

    // Decides about an upgrade (socket/server.h).
    void admit(const Upgrade& upgrade, const Server::Answer& answer);

    void add(Session& session);
    void remove(Session& session);
    // Calls `session.wake` then, to the second, and not when it was told before.
    void wake(Session& session, Instant when);
    const std::set<Session*>& of(const std::string& user) const;
    std::size_t count() const { return all_.size(); }
    Push& push() { return push_; }

    // From now on nobody is let in, and everybody is told to come back elsewhere.
    void drain(Server& server);

  private:
    struct Credential;
    void admit_by_ticket(const Upgrade& upgrade, const std::string& ticket,
                         const Server::Answer& answer);
    void admit_by_token(const Upgrade& upgrade, const AccessToken& token,
                        const Server::Answer& answer);
    void let_in(const Upgrade& upgrade, const std::shared_ptr<Identity>& identity,
                const Server::Answer& answer);
    void find_person(const std::shared_ptr<Identity>& identity,
                     const std::function<void(int status)>& done);
    Admission welcome(const std::shared_ptr<Identity>& identity);
    Admission refuse(const Upgrade& upgrade, const Problem& problem,
                     std::chrono::seconds retry_after = {}) const;
    Admission close_at_once(const Upgrade& upgrade, std::uint16_t code, const char* reason) const;
    void tick();
    void renew_leases();

    Tools& tools_;
    Rooms& rooms_;
    std::map<Session*, Instant> all_;  // and when it is to be woken up
    std::set<std::pair<Instant, Session*>> wakes_;
    Session* renewed_ = nullptr;  // the last one, compared only: it may be gone
    std::map<std::string, std::set<Session*>> by_user_;
    Push push_;
    bool draining_ = false;
    Timer seconds_, leases_;
};

}  // namespace party
