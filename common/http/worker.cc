#include "common/http/worker.h"

#include <algorithm>

#include "common/http/envelope.h"
#include "common/http/session_sql.h"
#include "common/process/log.h"

namespace {

bool safe(Method method) { return method == Method::get || method == Method::options; }

// The value of one cookie.
std::string_view cookie(std::string_view header, std::string_view wanted) {
    for (auto part : split(header, ';')) {
        part = trim(part);
        auto equals = part.find('=');
        if (part.substr(0, equals) == wanted && equals != part.npos) return part.substr(equals + 1);
    }
    return {};
}

std::string_view bearer(std::string_view header) {
    constexpr std::string_view scheme = "bearer ";
    if (lower_ascii(header.substr(0, scheme.size())) != scheme) return {};
    return trim(header.substr(scheme.size()));
}

bool rank_suffices(Who wanted, std::string_view role) {
    if (wanted == Who::admin) return role == "admin";
    if (wanted == Who::reseller) return role == "reseller";
    return true;
}

std::vector<std::string> picked_fields(std::string_view list) {
    std::vector<std::string> names;
    if (list.empty()) return names;
    for (auto name : split(list, ',')) names.emplace_back(trim(name));
    return names;
}

}  // namespace

Worker::Worker(Database& db, RateLimit& limits, Effort& redis_effort, const Tokens& tokens,
               const SecretBox& box, const Messages& messages, WorkerOptions options, Routes routes)
    : db_(db),
      limits_(limits),
      redis_effort_(redis_effort),
      tokens_(tokens),
      messages_(messages),
      options_(std::move(options)),
      routes_(std::move(routes)),
      idempotency_(db, box, limits) {}

Reply Worker::answer(Request& request, Observation& seen) {
    auto start = std::chrono::steady_clock::now();
    db_.effort() = redis_effort_ = {};
    route_ = nullptr;
    token_problem_ = refused_ = nullptr;
    by_cookie_ = false;
    verdict_.reset();
    Reply reply;
    try {
        reply = respond(request);
    } catch (const Failure& failure) {
        reply = refuse(request, failure);
        refused_ = &failure.problem();
    } catch (const std::exception& error) {
        LogLine(Level::error, "failed")
            .add("request", request.id)
            .add("route", request.route)
            .add("error", error.what());
        reply = refuse(request, Failure(internal_error));
        refused_ = &internal_error;
    }
    auto passed = std::chrono::steady_clock::now() - start;
    seen.total = std::chrono::duration_cast<std::chrono::microseconds>(passed);
    add_headers(request, reply);
    note(request, reply, seen);
    return reply;
}

Reply Worker::respond(Request& request) {
    understand(request);
    route_ = find_route(request);
    if (request.method == Method::options) return preflight(request);
    identify(request);
    std::optional<Idempotency::Key> key;
    if (route_ && route_->idempotent) key = Idempotency::key_of(request, who(request));
    if (!route_ || route_->counted) admit(request, key ? key->cached : "");
    if (!route_) throw Failure(allowed_methods(request).empty() ? not_found : method_not_allowed);
    if (broken_query_) throw Failure(malformed_request);
    authorise(request);
    check_body(request);
    if (route_->key_required && !key) throw Failure(missing_idempotency_key);
    if (key) Idempotency::check(*key);
    request.view.words = fault_words(messages_, request.language);
    return key ? run_once(request, *key) : act(request);
}

void Worker::understand(Request& request) {
    auto accept = request.header("accept-language");
    request.device =
        recognise_device(request.header("user-agent"), request.header("sec-ch-ua-mobile"));
    request.ip = normalise_ip(request.remote);
    auto parameters = parse_query(request.query);
    broken_query_ = !parameters;
    if (parameters) request.parameters = *std::move(parameters);
    request.language = negotiate(request.parameter("lang"), accept, "");
    auto view = request.parameter("view");
    request.view.compact = view == "compact" || (request.device == Device::phone && view != "full");
    request.view.only = picked_fields(request.parameter("fields"));
}

const Route* Worker::find_route(Request& request) const {
    for (const auto& route : routes_) {
        if (route.method != request.method) continue;
        if ((route.who == Who::operators) != request.operator_listener) continue;
        if (!match_path(route.path, request.path, request.path_values)) continue;
        request.route = route.pattern();
        return &route;
    }
    return nullptr;
}

std::string Worker::allowed_methods(const Request& request) const {
    std::string all;
    std::vector<std::pair<std::string, std::string>> ignored;
    for (const auto& route : routes_) {
        if ((route.who == Who::operators) != request.operator_listener) continue;
        if (!match_path(route.path, request.path, ignored)) continue;
        all += (all.empty() ? "" : ", ") + std::string{name(route.method)};
        if (route.method == Method::get) all += ", HEAD";
    }
    return all;
}

// Who asks. A token that does not hold is no failure yet: public routes do without.
void Worker::identify(Request& request) {
    auto token = bearer(request.header("authorization"));
    if (request.header("authorization").empty()) {
        token = cookie(request.header("cookie"), "auth");
        by_cookie_ = !token.empty();
    }
    token_problem_ = &unauthenticated;
    if (token.empty()) return;
    try {
        request.token = tokens_.read(token, options_.clock());
    } catch (const Failure& failure) {
        token_problem_ = &failure.problem();
        return;
    }
    request.user = request.token->user;
    request.session = request.token->session;
    request.language = negotiate(request.parameter("lang"), request.header("accept-language"),
                                 request.token->language);
}

std::string Worker::who(const Request& request) const {
    return request.token ? "u:" + request.user.text() : "ip:" + request.ip;
}

void Worker::admit(const Request& request, const std::string& cached) {
    Visit visit{.who = who(request), .remembered = cached};
    visit.limit = options_.anonymous_limit;
    if (request.token) {
        visit.user = request.user;
        visit.session = request.session;
        visit.issued = request.token->issued;
        visit.limit = request.token->rate_limit * options_.limit_multiplier;
    }
    verdict_ = limits_.admit(visit);
    if (verdict_->revoked) {
        verdict_.reset();  // it was not counted, so there are no figures to tell
        throw Failure(unauthenticated);
    }
    if (!verdict_->redis_answered) {
        if (route_ && route_->fails_closed) {
            throw Failure(unavailable).retry_after(std::chrono::seconds{2});
        }
        check_session(request);
    }
    if (verdict_->limited) throw Failure(rate_limited).retry_after(verdict_->reset);
}

// Redis is away, so the database says whether the session still counts.
void Worker::check_session(const Request& request) {
    if (!request.token) return;
    if (!db_.find<bool>(session::sql::find_live_session, request.session, request.user,
                        request.token->role)) {
        throw Failure(unauthenticated);
    }
}

void Worker::authorise(const Request& request) const {
    if (route_->who == Who::anyone || route_->who == Who::operators) return;
    if (!request.token) throw Failure(*token_problem_);
    if (!rank_suffices(route_->who, request.token->role)) throw Failure(forbidden);
    // A browser sends the cookie by itself, also from a page of somebody else.
    if (by_cookie_ && !safe(request.method) && !allowed_origin(request.header("origin"))) {
        throw Failure(origin_not_allowed);
    }
}

void Worker::check_body(const Request& request) const {
    if (request.body.size() > route_->body_limit) throw Failure(payload_too_large);
    if (!route_->endpoint.reads_body || route_->any_content) return;
    auto type = lower_ascii(trim(request.content_type.substr(0, request.content_type.find(';'))));
    if (type != "application/json" && !(type.empty() && request.body.empty())) {
        throw Failure(unsupported_media_type);
    }
}

Reply Worker::run_once(const Request& request, const Idempotency::Key& key) {
    std::optional<std::string> remembered;
    if (verdict_) remembered = verdict_->answer;
    auto acting = [&] { return act(request); };
    auto refusing = [&](const Failure& failure) { return refuse(request, failure); };
    return route_->outside ? idempotency_.run_outside(key, remembered, acting, refusing)
                           : idempotency_.run(key, remembered, acting, refusing);
}

Reply Worker::act(const Request& request) {
    Reply reply = route_->endpoint.run(request);
    if (route_->endpoint.raw || !reply.body.empty()) return reply;
    const auto& key = reply.says.empty() ? route_->message : reply.says;
    reply.body = success_body(messages_.text(request.language, key), reply.data);
    return reply;
}
