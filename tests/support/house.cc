#include "tests/support/house.h"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "common/http/program.h"

namespace {

constexpr Statement insert_user{
    "house.insert_user",
    "insert into users (id, email, password_hash, full_name, role, trial_ends_at, "
    "email_verified_at) "
    "values ($1, $2, '', $3, $4, case when $5 then now() + interval '14 days' end, now())",
    false};
constexpr Statement insert_subscription{
    "house.insert_subscription",
    "insert into subscriptions (id, user_id, plan_id, source, status, current_period_start, "
    "current_period_end) select $1, $2, id, 'manual', 'active', now(), now() + interval '30 days' "
    "from plans where code = $3",
    false};
constexpr Statement insert_session{
    "house.insert_session",
    "insert into sessions (id, user_id, expires_at, absolute_expires_at) "
    "values ($1, $2, now() + interval '30 days', now() + interval '180 days')",
    false};
constexpr Statement insert_profile{
    "house.insert_profile",
    "insert into profiles (id, user_id, name, is_default) values ($1, $2, $3, true)", false};
constexpr Statement insert_sync_version{"house.insert_sync_version",
                                        "insert into sync_versions (user_id) values ($1)", false};
constexpr const Statement* all[] = {&insert_user, &insert_subscription, &insert_session,
                                    &insert_profile, &insert_sync_version};

struct Named {
    const char* name;
    const char* role;
    bool trial;
    const char* plan;  // of a subscription; empty: none
};
constexpr Named known[] = {{"ana", "user", true, ""},
                           {"bor", "user", false, ""},
                           {"cene", "user", false, "premium"},
                           {"eva", "admin", false, ""},
                           {"rok", "reseller", false, ""}};

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    if (!value) throw std::runtime_error(std::string{name} + " is not set: run ops/test");
    return value;
}

std::vector<Statements> with_ours(std::vector<Statements> own) {
    own = Program::statements(std::move(own));
    own.emplace_back(all);
    return own;
}

Keyring fixed_keys(const char* seed) {
    Bytes key(32), root(32);
    for (std::size_t i = 0; i < key.size(); ++i) {
        key[i] = static_cast<std::uint8_t>(i * 37 + static_cast<unsigned char>(seed[0]));
        root[i] = static_cast<std::uint8_t>(i * 91 + static_cast<unsigned char>(seed[0]));
    }
    return Keyring{"1 " + base64url(key) + "\nroot " + base64url(root)};
}

}  // namespace

House::House(std::vector<Statements> own)
    : db({environment("TEST_DATABASE_URL"), {}, "tests"}, with_ours(std::move(own))),
      redis(environment("TEST_REDIS_DURABLE")),
      limits(redis, std::chrono::seconds{900}, 1),
      tokens(fixed_keys("tokens"), "syncstream", "syncstream-api"),
      box(fixed_keys("data")),
      messages(Messages::load(environment("MESSAGES_FOLDER"))) {
    db.begin();
}

House::~House() { db.rollback(); }

Worker House::worker(Routes routes, WorkerOptions options) {
    return Worker{db,  limits,   redis.effort(),     tokens,
                  box, messages, std::move(options), std::move(routes)};
}

const Person& House::person(const std::string& name) {
    if (auto met = people_.find(name); met != people_.end()) return met->second;
    auto who = std::find_if(std::begin(known), std::end(known),
                            [&](const Named& one) { return one.name == name; });
    if (who == std::end(known)) throw std::runtime_error("nobody is called " + name);
    Person person{Uuid::make(), Uuid::make(), Uuid::make(), name + "@example.com", {}};
    db.run(insert_user, person.id, person.email, name, who->role, who->trial);
    if (*who->plan) db.run(insert_subscription, Uuid::make(), person.id, who->plan);
    db.run(insert_session, person.session, person.id);
    db.run(insert_sync_version, person.id);
    db.run(insert_profile, person.profile, person.id, name);
    person.token = token(person, who->role,
                         *who->plan   ? who->plan
                         : who->trial ? "family"
                                      : "free");
    return people_.emplace(name, person).first->second;
}

std::string House::token(const Person& person, const std::string& role, const std::string& plan) {
    AccessToken token{.user = person.id, .session = person.session, .role = role, .plan = plan};
    token.rate_limit = -1;
    token.issued = system_now();
    token.expires = token.issued + std::chrono::minutes{15};
    return tokens.sign(token);
}

std::string Answered::header(const std::string& name) const {
    for (const auto& [known_name, value] : headers) {
        if (known_name == name) return value;
    }
    return {};
}

namespace {

const JsonValue nothing{};

const JsonValue& step(const JsonValue& from, const std::string& name) {
    if (from.kind == JsonValue::Kind::list) {
        auto index = static_cast<std::size_t>(parse_integer(name).value_or(-1));
        return index < from.list.size() ? from.list[index] : nothing;
    }
    const auto* member = from.find(name);
    return member ? *member : nothing;
}

}  // namespace

std::string Answered::code() const { return step(step(json, "error"), "code").text; }

std::string Answered::message() const { return step(json, "message").text; }

const JsonValue& Answered::data(const std::string& path) const {
    const JsonValue* at = &step(json, "data");
    for (auto name : split(path, '.')) at = &step(*at, std::string{name});
    return *at;
}

Answered ask(Worker& worker, Method method, const std::string& target, const std::string& body,
             const std::string& token, Headers headers) {
    Request request;
    auto mark = target.find('?');
    request.method = method;
    request.path = target.substr(0, mark);
    if (mark != target.npos) request.query = target.substr(mark + 1);
    request.body = body;
    if (!body.empty()) request.content_type = "application/json";
    request.remote = "203.0.113.7";
    request.id = "0123456789abcdef";
    request.headers = std::move(headers);
    if (!token.empty()) request.headers.emplace_back("authorization", "Bearer " + token);
    auto reply = worker.answer(request);
    Answered answered{reply.status, reply.headers, reply.body, {}};
    if (!reply.body.empty() && reply.content_type.find("json") != std::string::npos) {
        answered.json = parse_json(reply.body);
    }
    return answered;
}
