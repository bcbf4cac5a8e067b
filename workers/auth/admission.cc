#include "workers/auth/admission.h"

#include "workers/auth/auth_sql.h"

namespace auth {

namespace {

struct Standing {
    User user;
    std::string status;
    std::int32_t rate_limit = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"user", &Standing::user}, Field{"status", &Standing::status},
                          Field{"rate_limit", &Standing::rate_limit}};
    }
};

AccessToken access_token(const Session& session, const Standing& account) {
    AccessToken token{.user = session.user, .session = session.id};
    token.role = account.user.role;
    token.plan = account.user.plan;
    token.rate_limit = account.rate_limit;
    token.profile = session.profile;
    token.language = account.user.language;
    return token;
}

}  // namespace

SignedIn Admission::admit(const Uuid& user, const Visitor& visitor, const char* how) {
    Session session{Uuid::make(), user, {}, 0};
    db_.pipeline(change(sql::insert_session, session.id, user, visitor.device_name,
                        visitor.device_type, visitor.user_agent, visitor.ip),
                 change(sql::insert_event, Uuid::make(), user, session.id, how, visitor.ip));
    return renew(session);
}

SignedIn Admission::renew(const Session& session) {
    auto [account, profile] =
        db_.pipeline(row<Standing>(sql::find_account, session.user),
                     row<Profile>(sql::find_profile, session.user, session.profile));
    if (!account) throw Failure(unauthenticated);
    if (account->status == "suspended") throw Failure(account_suspended);
    auto token = access_token(session, *account);
    token.issued = clock_();
    token.expires = token.issued + lifetime_;
    SignedIn signed_in;
    signed_in.user = std::move(account->user);
    signed_in.profile = std::move(profile);
    signed_in.access_token = tokens_.sign(token);
    signed_in.refresh_token = refresh_tokens_.make({session.id, session.counter});
    signed_in.expires_in = lifetime_.count();
    return signed_in;
}

}  // namespace auth
