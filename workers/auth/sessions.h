// The devices of an account: new tokens for them, the list of them, and their end.
#pragma once

#include "common/cache/revocations.h"
#include "workers/auth/admission.h"
#include "workers/auth/identity.h"
#include "workers/auth/post.h"

namespace auth {

struct RefreshAttempt {
    Secret refresh_token;
    static constexpr auto fields() {
        return std::tuple{Field{"refresh_token", &RefreshAttempt::refresh_token, Length{1, 2000}}};
    }
};

// A device that is signed in, as its owner sees it.
struct SignedInDevice {
    Uuid id;
    std::optional<std::string> device_name, device_type, ip;
    Instant created_at, last_seen_at;
    bool current = false;  // the one that asks
    static constexpr const char* singular = "session";
    static constexpr const char* plural = "sessions";
    static constexpr auto fields() {
        return std::tuple{Field{"id", &SignedInDevice::id},
                          Field{"device_name", &SignedInDevice::device_name},
                          Field{"device_type", &SignedInDevice::device_type},
                          Field{"ip", &SignedInDevice::ip, Full{}},
                          Field{"created_at", &SignedInDevice::created_at},
                          Field{"last_seen_at", &SignedInDevice::last_seen_at},
                          Field{"current", &SignedInDevice::current}};
    }
};

class Sessions {
  public:
    Sessions(Database& db, Throttles& throttles, Identity& identity, Admission& admission,
             Post& post, Revocations revocations, Clock clock)
        : db_(db),
          throttles_(throttles),
          identity_(identity),
          admission_(admission),
          post_(post),
          revocations_(revocations),
          clock_(std::move(clock)) {}

    Answer<SignedIn> refresh(const Request& request, const RefreshAttempt& attempt);
    Answer<Done> logout(const Request& request);
    Answer<Done> logout_all(const Request& request);
    std::vector<SignedInDevice> list(const Request& request);
    void revoke(const Request& request);

    // Ends all sessions of a user, or all but the one that asks, in every worker at once.
    void end_all(const Uuid& user, const char* reason);
    void end_others(const Request& request, const char* reason);

  private:
    [[noreturn]] void refuse(const Request& request);
    [[noreturn]] void end_reused(const Request& request, const Session& session);
    bool end(const Uuid& session, const Uuid& user, const char* reason);

    Database& db_;
    Throttles& throttles_;
    Identity& identity_;
    Admission& admission_;
    Post& post_;
    Revocations revocations_;
    Clock clock_;
};

}  // namespace auth
