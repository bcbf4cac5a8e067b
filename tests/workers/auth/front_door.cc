#include "tests/workers/auth/front_door.h"

#include <algorithm>
#include <stdexcept>

#include "common/mail/outbox.h"

namespace {

constexpr Statement find_letter{
    "front_door.find_letter",
    "select id, secret_parameters from outbox where recipient = $1 and template = $2 "
    "order by id desc limit 1",
    true};
constexpr Statement count_letters{
    "front_door.count_letters",
    "select count(*) from outbox where recipient = $1 and template = $2", true};
constexpr Statement count_events{
    "front_door.count_events",
    "select count(*) from security_events where user_id = $1::text::uuid and event = $2", true};
constexpr Statement suspend{"suspend", "update users set status = 'suspended' where email = $1",
                            false};
constexpr Statement make_demo{"make_demo", "update users set demo = true where email = $1", false};
constexpr Statement make_admin{"make_admin", "update users set role = 'admin' where email = $1",
                               false};
constexpr Statement make_client{
    "make_client",
    "update users set parent_reseller_id = (select id from users where email = 'rok@example.com') "
    "where email = $1",
    false};
constexpr Statement subscribe{
    "subscribe",
    "insert into subscriptions (id, user_id, plan_id, source, status, stripe_subscription_id) "
    "select gen_random_uuid(), users.id, plans.id, 'stripe', 'active', 'sub_' || users.id "
    "from users, plans where users.email = $1 and plans.code = 'premium'",
    false};
constexpr Statement bounce{"bounce", "update users set email_status = 'bounced' where email = $1",
                           false};
constexpr Statement end_blocks{
    "end_blocks",
    "update throttles set blocked_until = now() - interval '1 second' where key like $1", false};
constexpr Statement end_windows{
    "end_windows",
    "update throttles set blocked_until = null, window_started_at = now() - interval '2 hours' "
    "where key like $1",
    false};
constexpr Statement end_links{"end_links",
                              "update account_tokens set expires_at = now() where user_id in "
                              "(select id from users where email = $1)",
                              false};
constexpr Statement end_sessions{"end_sessions",
                                 "update sessions set expires_at = now() where user_id in "
                                 "(select id from users where email = $1)",
                                 false};
constexpr Statement end_codes{
    "end_codes", "update device_logins set expires_at = now() where user_code = $1", false};
constexpr Statement let_time_pass{
    "let_time_pass",
    "update device_logins set last_polled_at = last_polled_at - interval '61 seconds' "
    "where user_code = $1",
    false};
constexpr const Statement* changes[] = {&bounce,      &suspend,      &make_demo,  &make_admin,
                                        &make_client, &subscribe,    &end_blocks, &end_windows,
                                        &end_links,   &end_sessions, &end_codes,  &let_time_pass};
constexpr const Statement* questions[] = {&find_letter, &count_letters, &count_events};

struct SentLetter {
    Uuid id;
    std::optional<Bytes> secret_parameters;
    static constexpr auto fields() {
        return std::tuple{Field{"id", &SentLetter::id},
                          Field{"secret_parameters", &SentLetter::secret_parameters}};
    }
};

std::vector<Statements> all_statements(Statements more) {
    auto all = auth::statements();
    all.push_back(more);
    all.emplace_back(changes);
    all.emplace_back(questions);
    return all;
}

// Paths may lead out of /auth, with `../`, to what else the worker answers.
std::string below_auth(const std::string& path) {
    auto mark = path.find('?');
    auto query = mark == path.npos ? "" : path.substr(mark);
    return clean_path("/api/v1/auth/" + path) + query;
}

// Tests come from one address, all on the same day: what every visitor may ask is not the matter.
WorkerOptions unlimited() {
    WorkerOptions options;
    options.anonymous_limit = -1;
    return options;
}

}  // namespace

FrontDoor::FrontDoor(auth::Rules rules, Statements more)
    : house(all_statements(more)),
      now(system_now()),
      auth_(house.db, house.redis, house.tokens, house.box, Passwords{{64, 1}}, house.messages,
            rules, [this] { return now; }),
      worker_(house.worker(auth::routes(auth_), unlimited())) {}

Answered FrontDoor::post(const std::string& path, const std::string& body, const std::string& token,
                         Headers headers) {
    return ask(worker_, Method::post, below_auth(path), body, token, std::move(headers));
}

Answered FrontDoor::get(const std::string& path, const std::string& token) {
    return ask(worker_, Method::get, below_auth(path), "", token);
}

Answered FrontDoor::patch(const std::string& path, const std::string& body,
                          const std::string& token) {
    return ask(worker_, Method::patch, "/api/v1/auth/" + path, body, token);
}

Answered FrontDoor::remove(const std::string& path, const std::string& token,
                           const std::string& body) {
    return ask(worker_, Method::remove, "/api/v1/auth/" + path, body, token);
}

Answered FrontDoor::post_from(const std::string& address, const std::string& path,
                              const std::string& body) {
    Request request;
    request.method = Method::post;
    request.path = "/api/v1/auth/" + path;
    request.content_type = "application/json";
    request.body = body;
    request.remote = address;
    auto reply = worker_.answer(request);
    return {reply.status, reply.headers, reply.body, parse_json(reply.body)};
}

Newcomer FrontDoor::newcomer(const std::string& name) {
    auto email = name + "@example.com";
    auto answer = post(
        "signup", object({{"email", email}, {"password", password}, {"full_name", "N. " + name}}));
    if (answer.status != 201) throw std::runtime_error("no signup: " + answer.body);
    return {answer.text("user.id"), email, answer.text("access_token"),
            answer.text("refresh_token")};
}

Answered FrontDoor::login(const std::string& email, const std::string& with,
                          const std::string& totp) {
    if (totp.empty()) return post("login", object({{"email", email}, {"password", with}}));
    return post("login", object({{"email", email}, {"password", with}, {"totp", totp}}));
}

std::string FrontDoor::link(const std::string& email, const std::string& letter) {
    auto sent = house.db.find<SentLetter>(find_letter, email, letter);
    if (!sent || !sent->secret_parameters) return {};
    auto url = house.box.open(*sent->secret_parameters, link_context(sent->id)).value();
    return url.substr(url.find("?token=") + 7);
}

std::int64_t FrontDoor::letters(const std::string& email, const std::string& letter) {
    return house.db.get<std::int64_t>(count_letters, email, letter);
}

std::int64_t FrontDoor::events(const std::string& user, const std::string& event) {
    return house.db.get<std::int64_t>(count_events, user, event);
}

void FrontDoor::change(const std::string& name, const std::string& argument) {
    auto wanted = std::find_if(std::begin(changes), std::end(changes),
                               [&](const Statement* one) { return one->name == name; });
    if (wanted == std::end(changes)) throw std::runtime_error("no change is called " + name);
    house.db.run(**wanted, argument);
}

std::string object(std::initializer_list<std::pair<std::string, std::string>> members) {
    JsonWriter writer;
    writer.begin_object();
    for (const auto& [name, value] : members) {
        writer.key(name);
        writer.text(value);
    }
    writer.end_object();
    return writer.take();
}
