// The way out of a worker: refusals, headers, ETag, and what is noted of a request.
#include <algorithm>
#include <charconv>
#include <functional>

#include "common/http/envelope.h"
#include "common/http/worker.h"
#include "common/process/log.h"

namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

double ms(std::chrono::microseconds time) { return Milliseconds{time}.count(); }

void append_duration(std::string& text, const char* name, std::chrono::microseconds time) {
    char digits[32];
    auto end = std::to_chars(digits, std::end(digits), ms(time), std::chars_format::fixed, 2).ptr;
    text.append(text.empty() ? "" : ", ").append(name).append(";dur=").append(digits, end);
}

// `db;dur=0.41, redis;dur=0.05, total;dur=0.62`, milliseconds.
std::string timing(const Observation& seen) {
    std::string text;
    append_duration(text, "db", seen.database.time);
    append_duration(text, "redis", seen.redis.time);
    append_duration(text, "total", seen.total);
    return text;
}

bool has_header(const Headers& headers, std::string_view name) {
    return std::any_of(headers.begin(), headers.end(),
                       [&](const auto& header) { return header.first == name; });
}

}  // namespace

Reply Worker::refuse(const Request& request, const Failure& failure) const {
    Reply reply;
    reply.status = failure.problem().status;
    reply.rate_limited = &failure.problem() == &rate_limited;
    if (reply.status == 401) reply.headers.emplace_back("WWW-Authenticate", "Bearer");
    if (reply.status == 405) reply.headers.emplace_back("Allow", allowed_methods(request));
    auto wait = failure.retry_after();
    if (!wait && reply.status == 503) wait = std::chrono::seconds{1};
    if (wait) reply.headers.emplace_back("Retry-After", std::to_string(whole_seconds(*wait)));
    reply.body = failure_body(messages_, request.language, failure, request.id);
    return reply;
}

bool Worker::allowed_origin(std::string_view origin) const {
    const auto& all = options_.allowed_origins;
    return !origin.empty() && std::find(all.begin(), all.end(), origin) != all.end();
}

Reply Worker::preflight(const Request& request) const {
    auto methods = allowed_methods(request);
    if (methods.empty()) throw Failure(not_found);
    Reply reply;
    reply.headers = {{"Allow", methods + ", OPTIONS"}};
    if (allowed_origin(request.header("origin"))) {
        reply.headers.insert(reply.headers.end(),
                             {{"Access-Control-Allow-Methods", methods},
                              {"Access-Control-Allow-Headers",
                               "Authorization, Content-Type, Idempotency-Key, If-None-Match, "
                               "Accept-Language, X-Request-Id"},
                              {"Access-Control-Max-Age", "600"}});
    }
    reply.body = success_body(messages_.text(request.language, "done"), "{}");
    return reply;
}

void Worker::add_headers(const Request& request, Reply& reply) const {
    auto& headers = reply.headers;
    headers.emplace_back("X-Request-Id", request.id);
    headers.emplace_back("Content-Language", languages()[request.language].code);
    headers.emplace_back("Vary", "Accept-Language, User-Agent, Origin");
    if (!has_header(headers, "Cache-Control")) {
        headers.emplace_back("Cache-Control", request.method == Method::get && reply.status < 400
                                                  ? "private, no-cache"
                                                  : "no-store");
    }
    if (allowed_origin(request.header("origin"))) {
        headers.emplace_back("Access-Control-Allow-Origin", request.header("origin"));
        headers.emplace_back("Access-Control-Allow-Credentials", "true");
        headers.emplace_back("Access-Control-Expose-Headers",
                             "ETag, X-Request-Id, X-RateLimit-Limit, X-RateLimit-Remaining, "
                             "X-RateLimit-Reset, RateLimit, RateLimit-Policy, Retry-After, "
                             "Idempotent-Replayed, Content-Language, Location, Server-Timing");
    }
    add_limit_headers(reply);
    tag(request, reply);
}

void Worker::add_limit_headers(Reply& reply) const {
    if (!verdict_ || verdict_->limit < 0) return;
    auto limit = std::to_string(verdict_->limit);
    auto remaining = std::to_string(verdict_->remaining);
    auto seconds = std::to_string(whole_seconds(verdict_->reset));
    auto reset = rfc3339(options_.clock() + verdict_->reset);
    reply.headers.insert(reply.headers.end(),
                         {{"X-RateLimit-Limit", limit},
                          {"X-RateLimit-Remaining", remaining},
                          {"X-RateLimit-Reset", reset},
                          {"RateLimit-Policy", "\"default\";q=" + limit + ";w=" +
                                                   std::to_string(limits_.window().count())},
                          {"RateLimit", "\"default\";r=" + remaining + ";t=" + seconds}});
}

// Weak, because nginx may compress; over what was read, so that it also holds across workers.
void Worker::tag(const Request& request, Reply& reply) const {
    if (request.method != Method::get || reply.status != 200 || !route_) return;
    auto digest = std::hash<std::string_view>{}(reply.body);
    auto tag = "W/\"" + std::to_string(digest) + "\"";
    reply.headers.emplace_back("ETag", tag);
    for (auto known : split(request.header("if-none-match"), ',')) {
        known = trim(known);
        if (known != tag && known != tag.substr(2) && known != "*") continue;
        reply.status = 304;
        reply.body.clear();
        return;
    }
}

void Worker::note(const Request& request, Reply& reply, Observation& seen) {
    seen.route = route_ ? static_cast<std::uint32_t>(route_ - routes_.data()) : unknown_route;
    seen.status = reply.status;
    seen.device = request.device;
    seen.database = db_.effort();
    seen.redis = redis_effort_;
    seen.rate_limited = reply.rate_limited;
    seen.replayed = reply.replayed;
    seen.redis_errors = verdict_ && !verdict_->redis_answered;
    LogLine line(reply.status >= 500 ? Level::warning : Level::info, "request");
    line.add("route", request.route.empty() ? "-" : request.route)
        .add("status", reply.status)
        .add("ms", ms(seen.total))
        .add("db_ms", ms(seen.database.time))
        .add("queries", seen.database.trips)
        .add("redis_ms", ms(seen.redis.time))
        .add("request", request.id);
    if (request.token) line.add("user", request.user.text());
    if (refused_) line.add("code", refused_->code);
    reply.headers.emplace_back("Server-Timing", timing(seen));
}
