#include "workers/auth/sessions.h"

#include "workers/auth/auth_sql.h"

namespace auth {

namespace {

struct Rotated {
    Uuid user;
    std::optional<Uuid> profile;
    std::int64_t counter = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"user_id", &Rotated::user}, Field{"profile_id", &Rotated::profile},
                          Field{"refresh_counter", &Rotated::counter}};
    }
};

// A device would be let in again as soon as Redis is back and does not know: so who ends a session
// hears that it is ended only when all workers will hear it, and else has to come again.
void demand(bool heard) {
    if (!heard) throw Failure(unavailable).retry_after(std::chrono::seconds{2});
}

}  // namespace

// The newest token moves its session on. The one before it gets the newest again and moves nothing:
// its answer was lost on the way, or several tabs came at once. An older one has been copied.
Answer<SignedIn> Sessions::refresh(const Request& request, const RefreshAttempt& attempt) {
    auto presented = admission_.read(attempt.refresh_token);
    if (!presented) refuse(request);
    auto visitor = visitor_of(request);
    auto rotated = db_.find<Rotated>(sql::rotate_session, presented->session, presented->counter,
                                     visitor.ip, visitor.user_agent);
    if (!rotated) refuse(request);
    Session session{presented->session, rotated->user, rotated->profile, rotated->counter};
    if (session.counter > presented->counter + 1) end_reused(request, session);
    auto signed_in = admission_.renew(session);
    auto headers = cookie_for(signed_in);
    return {std::move(signed_in), 200, "", std::move(headers)};
}

Answer<Done> Sessions::logout(const Request& request) {
    end(request.session, request.user, "signed_out");
    identity_.note(request, request.user, event::signed_out);
    return {{}, 200, "", no_cookie()};
}

Answer<Done> Sessions::logout_all(const Request& request) {
    end_all(request.user, "signed_out_everywhere");
    identity_.note(request, request.user, event::signed_out_everywhere);
    return {{}, 200, "", no_cookie()};
}

std::vector<SignedInDevice> Sessions::list(const Request& request) {
    return db_.list<SignedInDevice>(sql::list_sessions, request.user, request.session);
}

void Sessions::revoke(const Request& request) {
    if (!end(request.uuid("id"), request.user, "revoked")) throw Failure(not_found);
    identity_.note(request, request.user, event::session_revoked);
}

void Sessions::end_all(const Uuid& user, const char* reason) {
    db_.transaction([&] {
        for (const auto& session :
             db_.list<Uuid>(sql::revoke_sessions, user, std::nullopt, reason)) {
            demand(revocations_.session(session, user, admission_.lifetime()));
        }
        demand(revocations_.user(user, clock_(), admission_.lifetime()));
    });
}

void Sessions::end_others(const Request& request, const char* reason) {
    db_.transaction([&] {
        for (const auto& session :
             db_.list<Uuid>(sql::revoke_sessions, request.user, request.session, reason)) {
            demand(revocations_.session(session, request.user, admission_.lifetime()));
        }
    });
}

bool Sessions::end(const Uuid& session, const Uuid& user, const char* reason) {
    return db_.transaction([&] {
        if (db_.run(sql::revoke_session, session, user, reason) == 0) return false;
        demand(revocations_.session(session, user, admission_.lifetime()));
        return true;
    });
}

// Tokens are under a MAC, so nobody guesses one; that failures are counted keeps the noise down.
void Sessions::refuse(const Request& request) {
    throttles_.count(throttle::refresh_address, request.ip);
    throw Failure(invalid_refresh_token);
}

void Sessions::end_reused(const Request& request, const Session& session) {
    end(session.id, session.user, "refresh_token_reused");
    db_.run(sql::insert_event, Uuid::make(), session.user, session.id, event::refresh_token_reused,
            request.ip);
    if (auto reader = post_.reader(session.user)) post_.tell(*reader, occasion::session_reuse);
    throw Failure(refresh_token_reused);
}

}  // namespace auth
