#include "workers/auth/devices.h"

#include "common/crypto/digest.h"
#include "workers/auth/auth_sql.h"
#include "workers/auth/devices_sql.h"

namespace auth {

namespace {

constexpr std::string_view letters = "BCDFGHJKLMNPQRSTVWXZ";  // no vowels, so no words
constexpr std::size_t code_size = 8;
// A TV that polls as it should makes 96 requests, which the limit of an address allows.
constexpr std::int64_t lifetime_s = 480;
constexpr std::int64_t interval_s = 5;

// Bytes over the largest multiple of 20 are passed over, so that all letters are equally likely.
std::string new_user_code() {
    std::string code;
    while (code.size() < code_size) {
        auto byte = random_bytes(1).front();
        if (byte < 240) code += letters[byte % letters.size()];
    }
    return code;
}

// As people type it: in either case, with or without the dash.
std::string plain(std::string_view typed) {
    std::string code;
    for (char c : typed) {
        if (c == '-' || c == ' ') continue;
        code += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    }
    return code;
}

std::string shown(const std::string& code) { return code.substr(0, 4) + "-" + code.substr(4); }

std::string context(const Bytes& digest) { return "device_logins|" + hex(digest) + "|issued"; }

struct OpenSession {
    Uuid user;
    std::optional<Uuid> profile;
    std::int64_t counter = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"user_id", &OpenSession::user},
                          Field{"profile_id", &OpenSession::profile},
                          Field{"refresh_counter", &OpenSession::counter}};
    }
};

}  // namespace

struct Devices::Waiting {
    std::string status;
    std::optional<Uuid> user;
    std::optional<std::string> device_name, device_type;
    std::optional<Bytes> issued;
    bool expired = false, too_fast = false, just_now = false;
    static constexpr auto fields() {
        return std::tuple{Field{"status", &Waiting::status},
                          Field{"user_id", &Waiting::user},
                          Field{"device_name", &Waiting::device_name},
                          Field{"device_type", &Waiting::device_type},
                          Field{"issued", &Waiting::issued},
                          Field{"expired", &Waiting::expired},
                          Field{"too_fast", &Waiting::too_fast},
                          Field{"just_now", &Waiting::just_now}};
    }
};

DeviceCode Devices::begin(const Request& request, const NewDevice& device) {
    throttles_.count(throttle::device_address, request.ip);
    auto token = link_token();
    auto code = shown(store_code(request, device, digest_of(token)));
    auto page = public_url_ + "/device";
    return {token.reveal(), code, page, page + "?user_code=" + code, lifetime_s, interval_s};
}

std::string Devices::store_code(const Request& request, const NewDevice& device,
                                const Bytes& digest) {
    auto visitor = visitor_of(request, device.device_name, device.device_type);
    for (int attempt = 0; attempt < 3; ++attempt) {
        auto code = new_user_code();
        if (db_.find<bool>(sql::insert_device_login, digest, code, device.client,
                           visitor.device_name, visitor.device_type, visitor.ip, lifetime_s)) {
            return code;
        }
    }
    throw Failure(unavailable);
}

Answer<SignedIn> Devices::poll(const Request& request, const DeviceAttempt& attempt) {
    auto digest = digest_of(attempt.device_code);
    auto outcome = db_.transaction([&] { return progress(request, digest); });
    if (outcome.problem) throw Failure(*outcome.problem);
    auto headers = cookie_for(*outcome.signed_in);
    return {*std::move(outcome.signed_in), 200, "", std::move(headers)};
}

// What is not granted is an outcome and no failure, since a failure would undo the count of polls.
Devices::Outcome Devices::progress(const Request& request, const Bytes& digest) {
    auto waiting = db_.find<Waiting>(sql::lock_device_login, digest);
    if (!waiting) return {&unknown_device_code};
    if (waiting->status == "consumed") return give_again(*waiting, digest);
    if (waiting->expired) return {&expired_token};
    if (waiting->status == "denied") return {&access_denied};
    if (waiting->status == "approved") return {nullptr, let_in(request, *waiting, digest)};
    return keep_waiting(*waiting, digest);
}

Devices::Outcome Devices::keep_waiting(const Waiting& waiting, const Bytes& digest) {
    db_.run(sql::note_poll, digest, waiting.too_fast);
    return {waiting.too_fast ? &slow_down : &authorization_pending};
}

SignedIn Devices::let_in(const Request& request, const Waiting& waiting, const Bytes& digest) {
    auto visitor = visitor_of(request, waiting.device_name, waiting.device_type);
    auto signed_in = admission_.admit(waiting.user.value(), visitor);
    auto session = admission_.read(Secret{signed_in.refresh_token}).value().session;
    db_.run(sql::consume_device_login, digest, box_.seal(session.text(), context(digest)));
    if (auto reader = post_.reader(*waiting.user)) {
        post_.new_device(*reader, waiting.device_name.value_or("TV"));
    }
    return signed_in;
}

// The answer may have been lost on the way: for a minute the session that was opened is given
// again, with tokens made anew.
Devices::Outcome Devices::give_again(const Waiting& waiting, const Bytes& digest) {
    if (!waiting.just_now || !waiting.issued) return {&expired_token};
    auto id = Uuid::parse(box_.open(*waiting.issued, context(digest)).value_or(""));
    if (!id) return {&expired_token};
    auto session = db_.find<OpenSession>(sql::find_session, *id);
    if (!session) return {&expired_token};
    return {nullptr, admission_.renew({*id, session->user, session->profile, session->counter})};
}

WaitingDevice Devices::show(const Request& request, const FromQuery<UserCode>& code) {
    return guess(request, [&] {
        return db_.find<WaitingDevice>(sql::find_waiting_device, plain(code.value.user_code),
                                       request.user);
    });
}

Answer<WaitingDevice> Devices::decide(const Request& request, const Decision& decision) {
    auto device = guess(request, [&] {
        return db_.find<WaitingDevice>(sql::decide_device, plain(decision.user_code), request.user,
                                       decision.approve ? "approved" : "denied");
    });
    identity_.note(request, request.user,
                   decision.approve ? event::device_approved : event::device_denied);
    return {std::move(device), 200, decision.approve ? "device_approved" : "device_denied"};
}

// A code is short enough to be guessed at, so looking for one is an attempt until it is found.
template <class Look>
WaitingDevice Devices::guess(const Request& request, Look look) {
    throttles_.count(throttle::user_code_account, request.user.text());
    throttles_.count(throttle::user_code_address, request.ip);
    std::optional<WaitingDevice> device = look();
    if (!device) throw Failure(not_found);
    throttles_.forgive(throttle::user_code_account, request.user.text());
    throttles_.forgive(throttle::user_code_address, request.ip);
    device->user_code = shown(device->user_code);
    return *std::move(device);
}

}  // namespace auth
