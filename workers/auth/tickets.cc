#include "workers/auth/tickets.h"

#include "common/crypto/digest.h"

namespace auth {

namespace {

constexpr std::int64_t lifetime_s = 30;

struct Bearer {
    Uuid user, session;
    std::optional<Uuid> profile;
    std::int64_t issued = 0, expires = 0;
    std::string role, plan, language;
    static constexpr auto fields() {
        return std::tuple{Field{"user", &Bearer::user},       Field{"session", &Bearer::session},
                          Field{"profile", &Bearer::profile}, Field{"issued", &Bearer::issued},
                          Field{"expires", &Bearer::expires}, Field{"role", &Bearer::role},
                          Field{"plan", &Bearer::plan},       Field{"language", &Bearer::language}};
    }
};

std::string json_of(const AccessToken& token) {
    using std::chrono::seconds;
    JsonWriter writer;
    write_json(
        writer,
        Bearer{token.user, token.session, token.profile, token.issued.time_since_epoch().count(),
               std::chrono::floor<seconds>(token.expires).time_since_epoch().count(), token.role,
               token.plan, token.language},
        View{});
    return writer.take();
}

}  // namespace

Answer<Ticket> Tickets::issue(const Request& request) {
    auto ticket = base64url(random_bytes(32));
    auto replies =
        redis_.ask({{"SET", "ws:ticket:" + hex(sha256(ticket)), json_of(request.token.value()),
                     "EX", std::to_string(lifetime_s), "NX"}});
    bool kept = replies && replies->front().text == "OK";
    if (!kept) throw Failure(unavailable).retry_after(std::chrono::seconds{2});
    return {{ticket, lifetime_s}, 200, "", {{"Cache-Control", "no-store"}}};
}

}  // namespace auth
