#include "common/http/idempotency.h"

#include <algorithm>

#include "common/crypto/digest.h"
#include "common/http/idempotency_sql.h"

using namespace std::chrono_literals;

namespace sql = idempotency::sql;

namespace {

struct StoredAnswer {
    Bytes fingerprint;
    Bytes sealed;
    static constexpr auto fields() {
        return std::tuple{Field{"fingerprint", &StoredAnswer::fingerprint},
                          Field{"sealed", &StoredAnswer::sealed}};
    }
};

constexpr std::size_t fingerprint_size = 32;
constexpr std::size_t most_cached = 16 * 1024;

// An answer as it is kept: status, location and body, a line each; the body may have more.
std::string keep(const Reply& reply) {
    auto location = std::find_if(reply.headers.begin(), reply.headers.end(),
                                 [](const auto& header) { return header.first == "Location"; });
    return std::to_string(reply.status) + "\n" +
           (location == reply.headers.end() ? "" : location->second) + "\n" + reply.body;
}

Reply revive(const std::string& kept) {
    Reply reply;
    auto status_end = kept.find('\n');
    auto location_end = kept.find('\n', status_end + 1);
    reply.status = static_cast<int>(parse_integer(kept.substr(0, status_end)).value_or(500));
    auto location = kept.substr(status_end + 1, location_end - status_end - 1);
    if (!location.empty()) reply.headers.emplace_back("Location", location);
    reply.body = kept.substr(location_end + 1);
    reply.headers.emplace_back("Idempotent-Replayed", "true");
    reply.replayed = true;
    return reply;
}

// Failures that the same request would meet again; the others are worth another try.
bool lasting(const Problem& problem) {
    return problem.status == 402 || problem.status == 404 || problem.status == 422 ||
           (problem.status == 403 && &problem != &forbidden && &problem != &account_suspended);
}

std::string context(const Idempotency::Key& key) {
    return "idempotency_keys|" + key.scope + "|" + key.key + "|" + key.route;
}

}  // namespace

std::optional<Idempotency::Key> Idempotency::key_of(const Request& request,
                                                    const std::string& who) {
    auto text = request.header("idempotency-key");
    if (text.empty()) return std::nullopt;
    if (text.size() > 2 && text.front() == '"' && text.back() == '"') {
        text = text.substr(1, text.size() - 2);
    }
    Key key{who, std::string{text}, request.route, {}, {}};
    key.fingerprint = sha256(std::string{name(request.method)} + "\n" + request.path + "\n" +
                             request.query + "\n" + request.body);
    key.cached = "ik:{" + who + "}:" + hex(sha256(key.route + "\n" + key.key));
    return key;
}

void Idempotency::check(const Key& key) {
    bool visible =
        std::all_of(key.key.begin(), key.key.end(), [](char c) { return c > ' ' && c < 0x7f; });
    if (!visible || key.key.size() > 255) {
        throw Failure(validation_failed).with_faults({{"Idempotency-Key", "field_pattern", {}}});
    }
}

Reply Idempotency::open(const Key& key, const Bytes& fingerprint, const Bytes& sealed) const {
    if (fingerprint != key.fingerprint) throw Failure(idempotency_key_reused);
    auto kept = box_.open(sealed, context(key));
    if (!kept) throw Failure(conflict);  // sealed with a key that is gone
    return revive(*kept);
}

Reply Idempotency::run(const Key& key, const std::optional<std::string>& remembered,
                       const std::function<Reply()>& act,
                       const std::function<Reply(const Failure&)>& refuse) {
    if (remembered && remembered->size() > fingerprint_size) {
        auto bytes = to_bytes(*remembered);
        auto middle = bytes.begin() + fingerprint_size;
        return open(key, {bytes.begin(), middle}, {middle, bytes.end()});
    }
    auto reply = db_.transaction([&] {
        fresh_.clear();
        auto [locked, stored] =
            db_.pipeline(row<bool>(sql::try_lock, key.scope, key.key, key.route),
                         row<StoredAnswer>(sql::find_answer, key.scope, key.key, key.route));
        if (stored) return open(key, stored->fingerprint, stored->sealed);
        if (!locked.value()) throw Failure(request_in_progress).retry_after(1s);
        return act_and_keep(key, act, refuse);
    });
    if (!fresh_.empty() && fresh_.size() < most_cached) {
        limits_.remember(key.cached, to_text(key.fingerprint) + to_text(fresh_), 3600s);
    }
    return reply;
}

Reply Idempotency::act_and_keep(const Key& key, const std::function<Reply()>& act,
                                const std::function<Reply(const Failure&)>& refuse) {
    Reply reply;
    try {
        reply = db_.transaction(act);
    } catch (const Failure& failure) {
        if (!lasting(failure.problem())) throw;
        reply = refuse(failure);
    }
    fresh_ = box_.seal(keep(reply), context(key));
    db_.run(sql::insert_answer, key.scope, key.key, key.route, key.fingerprint, reply.status,
            fresh_);
    return reply;
}
