// Who is let in: by token or ticket, with what is known of the person.
#include "workers/party/node/sessions.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/crypto/digest.h"
#include "common/json/read.h"
#include "workers/party/node/credentials.h"
#include "workers/party/node/records.h"
#include "workers/party/redis/places.h"
#include "workers/party/room/problems.h"

namespace party {

namespace {

constexpr std::chrono::seconds remembered_for{600};
constexpr std::size_t longest_device = 64;

// A person as Redis remembers it.
struct Remembered {
    std::string profile, name;
    std::optional<std::string> avatar, max_rating;
    bool kids = false, admin = false;
    std::int64_t party_size = 10;
    static constexpr auto fields() {
        return std::tuple{
            Field{"profile", &Remembered::profile},     Field{"name", &Remembered::name},
            Field{"avatar", &Remembered::avatar},       Field{"maxRating", &Remembered::max_rating},
            Field{"kids", &Remembered::kids},           Field{"admin", &Remembered::admin},
            Field{"partySize", &Remembered::party_size}};
    }
};

// What a ticket stands for; auth writes it.
struct Ticket {
    std::string user, session;
    std::optional<std::string> profile, language;
    std::int64_t issued = 0, expires = 0;  // microseconds; seconds
    static constexpr auto fields() {
        return std::tuple{Field{"user", &Ticket::user},       Field{"session", &Ticket::session},
                          Field{"profile", &Ticket::profile}, Field{"language", &Ticket::language},
                          Field{"issued", &Ticket::issued},   Field{"expires", &Ticket::expires}};
    }
};

void fill(Person& person, const Remembered& known) {
    person.profile = known.profile;
    person.name = known.name;
    person.avatar = known.avatar;
    person.max_rating = known.max_rating;
    person.kids = known.kids;
    person.admin = known.admin;
    person.party_size = known.party_size;
}

Remembered remembered(const Person& person) {
    return {person.profile, person.name,  person.avatar,    person.max_rating,
            person.kids,    person.admin, person.party_size};
}

}  // namespace

Admission Sessions::refuse(const Upgrade& upgrade, const Problem& problem,
                           std::chrono::seconds retry_after) const {
    Admission refusal;
    refusal.status = problem.status;
    refusal.code = problem.code;
    refusal.message = tools_.messages.text(negotiate("", upgrade.accept_language, ""),
                                           problem.key(), {{"count", retry_after.count()}});
    refusal.retry_after = retry_after;
    return refusal;
}

namespace {

// Browsers cannot read why an upgrade was refused, so what they should know is a close code.
class Rejected final : public Guest {
  public:
    void received(std::string_view) override {}
    void closed(std::uint16_t) override {}
};

}  // namespace

Admission Sessions::close_at_once(const Upgrade& upgrade, std::uint16_t code,
                                  const char* reason) const {
    Admission admission;
    if (offers_protocol(upgrade)) admission.protocol = subprotocol;
    admission.enter = [code, reason](Connection& connection) {
        connection.close(code, reason);
        return std::make_unique<Rejected>();
    };
    return admission;
}

void Sessions::admit(const Upgrade& upgrade, const Server::Answer& answer) {
    constexpr Problem unsupported{426, "unsupported_version"};
    if (upgrade.path != "/ws/connect") return answer(refuse(upgrade, not_found));
    if (draining_) return answer(refuse(upgrade, unavailable, std::chrono::seconds{2}));
    auto version = parameter(upgrade, "v");
    if (!version.empty() && version != "1") return answer(refuse(upgrade, unsupported));
    const auto& origins = tools_.rules.origins;
    if (!upgrade.origin.empty() &&
        std::find(origins.begin(), origins.end(), upgrade.origin) == origins.end()) {
        return answer(refuse(upgrade, origin_not_allowed));
    }
    if (auto ticket = parameter(upgrade, "ticket"); !ticket.empty()) {
        return admit_by_ticket(upgrade, ticket, answer);
    }
    auto text = token_of(upgrade);
    if (text.empty()) return answer(refuse(upgrade, unauthenticated));
    try {
        admit_by_token(upgrade, tools_.tokens.read(text, system_now()), answer);
    } catch (const Failure& failure) {
        if (&failure.problem() == &token_expired) {
            return answer(close_at_once(upgrade, close_code::token_expired, "token_expired"));
        }
        answer(refuse(upgrade, failure.problem()));
    }
}

namespace {

std::shared_ptr<Identity> identity_of(const Upgrade& upgrade, Peers& peers) {
    auto identity = std::make_shared<Identity>();
    identity->ip = upgrade.ip;
    identity->person.connection = peers.new_connection();
    auto device = parameter(upgrade, "dev");
    if (device.size() <= longest_device && one_line(device)) identity->person.device.id = device;
    identity->person.unnamed = identity->person.device.id.empty();
    identity->person.device.type = device_type(upgrade.user_agent);
    return identity;
}

}  // namespace

void Sessions::admit_by_token(const Upgrade& upgrade, const AccessToken& token,
                              const Server::Answer& answer) {
    auto identity = identity_of(upgrade, tools_.peers);
    identity->person.user = token.user.text();
    identity->session = token.session;
    identity->issued = token.issued;
    identity->expires = token.expires;
    if (token.profile) identity->profile_claim = token.profile->text();
    identity->language =
        negotiate(parameter(upgrade, "lang"), upgrade.accept_language, token.language);
    let_in(upgrade, identity, answer);
}

void Sessions::admit_by_ticket(const Upgrade& upgrade, const std::string& ticket,
                               const Server::Answer& answer) {
    auto known = std::make_shared<Upgrade>(upgrade);
    tools_.people.take_ticket(
        hex(sha256(ticket)), [this, known, answer](std::optional<std::string> json, bool away) {
            if (away) return answer(refuse(*known, unavailable, std::chrono::seconds{1}));
            if (!json) return answer(refuse(*known, unauthenticated));
            auto identity = identity_of(*known, tools_.peers);
            auto what = read_body<Ticket>(*json);
            identity->person.user = what.user;
            identity->session = Uuid::parse(what.session).value_or(Uuid{});
            identity->issued = Instant{std::chrono::microseconds{what.issued}};
            identity->expires = from_unix(what.expires);
            identity->profile_claim = what.profile.value_or("");
            identity->language = negotiate(parameter(*known, "lang"), known->accept_language,
                                           what.language.value_or(""));
            let_in(*known, identity, answer);
        });
}

void Sessions::let_in(const Upgrade& upgrade, const std::shared_ptr<Identity>& identity,
                      const Server::Answer& answer) {
    SocketRequest request;
    request.user = identity->person.user;
    request.session = identity->session.text();
    request.connection = identity->person.connection;
    request.ip = identity->ip;
    request.profile = identity->profile_claim;
    request.issued = identity->issued.time_since_epoch().count();
    request.now = tools_.clock.now();
    request.most_sockets = tools_.rules.sockets_a_user;
    request.most_a_second = tools_.rules.connects_a_second;
    auto known = std::make_shared<Upgrade>(upgrade);
    tools_.people.admit(request, [this, known, identity, answer](const Entry& entry) {
        using Kind = Entry::Kind;
        if (entry.kind == Kind::revoked) return answer(refuse(*known, unauthenticated));
        if (entry.kind == Kind::too_fast || entry.kind == Kind::too_many_sockets) {
            return answer(refuse(*known, rate_limited, std::chrono::seconds{1}));
        }
        if (entry.kind == Kind::away) {
            return answer(refuse(*known, unavailable, std::chrono::seconds{1}));
        }
        auto protocol = offers_protocol(*known) ? std::string(subprotocol) : "";
        auto enter = [this, identity, protocol, answer] {
            find_place(tools_.redis, identity->person, [=, this](const std::string& room) {
                identity->place = room;
                auto admission = welcome(identity);
                admission.protocol = protocol;
                answer(std::move(admission));
            });
        };
        if (!entry.person.empty()) {
            fill(identity->person, read_body<Remembered>(entry.person));
            return enter();
        }
        find_person(identity, [this, known, identity, answer, enter](int status) {
            if (status == 200) return enter();
            tools_.people.leave({identity->person.user, identity->person.connection});
            answer(status == 503 ? refuse(*known, unavailable, std::chrono::seconds{1})
                                 : refuse(*known, account_suspended));
        });
    });
}

void Sessions::find_person(const std::shared_ptr<Identity>& identity,
                           const std::function<void(int status)>& done) {
    tools_.records.find_person(tools_.loop, identity->person.user, identity->profile_claim,
                               [this, identity, done](std::optional<Person> person, bool away) {
                                   if (away) return done(503);
                                   if (!person) return done(403);
                                   auto known = remembered(*person);
                                   fill(identity->person, known);
                                   tools_.people.remember(identity->person.user,
                                                          identity->profile_claim,
                                                          Change::json_of(known), remembered_for);
                                   done(200);
                               });
}

Admission Sessions::welcome(const std::shared_ptr<Identity>& identity) {
    Admission admission;
    admission.enter = [this, identity](Connection& connection) {
        return std::make_unique<Session>(connection, tools_, rooms_, *this, *identity);
    };
    return admission;
}

}  // namespace party
