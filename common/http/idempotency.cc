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

// A call to an outside service; without an answer while it is under way.
struct StoredCall {
    Bytes fingerprint;
    std::optional<Bytes> sealed;
    static constexpr auto fields() {
        return std::tuple{Field{"fingerprint", &StoredCall::fingerprint},
                          Field{"sealed", &StoredCall::sealed}};
    }
};

constexpr std::size_t fingerprint_size = 32;
constexpr std::size_t most_cached = 16 * 1024;

std::string header(const Reply& reply, std::string_view name) {
    auto found = std::find_if(reply.headers.begin(), reply.headers.end(),
                              [&](const auto& header) { return header.first == name; });
    return found == reply.headers.end() ? "" : found->second;
}

// An answer as it is kept, line by line: status; location and cookie, parted by a tab; the body,
// which may have more lines. The cookie belongs to it: it is how browsers get their token.
std::string keep(const Reply& reply) {
    auto cookie = header(reply, "Set-Cookie");
    return std::to_string(reply.status) + "\n" + header(reply, "Location") +
           (cookie.empty() ? "" : "\t" + cookie) + "\n" + reply.body;
}

Reply revive(const std::string& kept) {
    Reply reply;
    auto status_end = kept.find('\n');
    auto headers_end = kept.find('\n', status_end + 1);
    reply.status = static_cast<int>(parse_integer(kept.substr(0, status_end)).value_or(500));
    auto line = kept.substr(status_end + 1, headers_end - status_end - 1);
    auto tab = line.find('\t');
    if (tab != 0 && !line.empty()) reply.headers.emplace_back("Location", line.substr(0, tab));
    if (tab != line.npos) reply.headers.emplace_back("Set-Cookie", line.substr(tab + 1));
    reply.body = kept.substr(headers_end + 1);
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

// Version 8 (RFC 9562): a digest of our own choice.
Uuid Idempotency::call_id(const Request& request) {
    auto key = key_of(request, request.user.text());
    if (!key) return Uuid::make();
    auto digest = sha256("call\n" + key->scope + "\n" + key->route + "\n" + key->key);
    Uuid id;
    std::copy_n(digest.begin(), id.bytes.size(), id.bytes.begin());
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0f) | 0x80);
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3f) | 0x80);
    return id;
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

// What Redis remembers of it.
std::optional<Reply> Idempotency::recall(const Key& key,
                                         const std::optional<std::string>& remembered) const {
    if (!remembered || remembered->size() <= fingerprint_size) return std::nullopt;
    auto bytes = to_bytes(*remembered);
    auto middle = bytes.begin() + fingerprint_size;
    return open(key, {bytes.begin(), middle}, {middle, bytes.end()});
}

void Idempotency::cache(const Key& key) {
    if (fresh_.empty() || fresh_.size() >= most_cached) return;
    limits_.remember(key.cached, to_text(key.fingerprint) + to_text(fresh_), 3600s);
}

Reply Idempotency::run(const Key& key, const std::optional<std::string>& remembered,
                       const std::function<Reply()>& act,
                       const std::function<Reply(const Failure&)>& refuse) {
    if (auto known = recall(key, remembered)) return *std::move(known);
    auto reply = db_.transaction([&] {
        fresh_.clear();
        auto [locked, stored] =
            db_.pipeline(row<bool>(sql::try_lock, key.scope, key.key, key.route),
                         row<StoredAnswer>(sql::find_answer, key.scope, key.key, key.route));
        if (stored) return open(key, stored->fingerprint, stored->sealed);
        if (!locked.value()) throw Failure(request_in_progress).retry_after(1s);
        return act_and_keep(key, act, refuse);
    });
    cache(key);
    return reply;
}

Reply Idempotency::run_outside(const Key& key, const std::optional<std::string>& remembered,
                               const std::function<Reply()>& act,
                               const std::function<Reply(const Failure&)>& refuse) {
    if (auto known = recall(key, remembered)) return *std::move(known);
    fresh_.clear();
    if (!db_.find<bool>(sql::begin_call, key.scope, key.key, key.route, key.fingerprint)) {
        auto call = db_.get<StoredCall>(sql::find_call, key.scope, key.key, key.route);
        if (call.fingerprint != key.fingerprint) throw Failure(idempotency_key_reused);
        if (!call.sealed) throw Failure(request_in_progress).retry_after(1s);
        return open(key, call.fingerprint, *call.sealed);
    }
    Reply reply;
    try {
        reply = act();
    } catch (const Failure& failure) {
        if (!lasting(failure.problem())) {
            db_.run(sql::release_call, key.scope, key.key, key.route);
            throw;
        }
        reply = refuse(failure);
    }
    fresh_ = box_.seal(keep(reply), context(key));
    db_.run(sql::finish_call, key.scope, key.key, key.route, reply.status, fresh_);
    cache(key);
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
