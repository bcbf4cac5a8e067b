// A TV signs in without a keyboard (RFC 8628): it shows a code, somebody who is signed in on
// another device says yes to it, and the TV, which asks every few seconds, is let in.
#pragma once

#include "common/crypto/secret_box.h"
#include "common/http/route.h"
#include "workers/auth/admission.h"
#include "workers/auth/identity.h"
#include "workers/auth/post.h"

namespace auth {

struct NewDevice {
    std::optional<std::string> client, device_name, device_type;
    static constexpr auto fields() {
        return std::tuple{Field{"client", &NewDevice::client, name_length},
                          Field{"device_name", &NewDevice::device_name, name_length},
                          Field{"device_type", &NewDevice::device_type, Length{1, 40}}};
    }
};

struct DeviceCode {
    std::string device_code, user_code, verification_uri, verification_uri_complete;
    std::int64_t expires_in = 0, interval = 0;  // seconds
    static constexpr auto fields() {
        return std::tuple{
            Field{"device_code", &DeviceCode::device_code},
            Field{"user_code", &DeviceCode::user_code},
            Field{"verification_uri", &DeviceCode::verification_uri},
            Field{"verification_uri_complete", &DeviceCode::verification_uri_complete},
            Field{"expires_in", &DeviceCode::expires_in},
            Field{"interval", &DeviceCode::interval}};
    }
};

struct DeviceAttempt {
    Secret device_code;
    static constexpr auto fields() {
        return std::tuple{Field{"device_code", &DeviceAttempt::device_code, Length{1, 200}}};
    }
};

struct UserCode {
    std::string user_code;
    static constexpr auto fields() {
        return std::tuple{Field{"user_code", &UserCode::user_code, Length{1, 40}}};
    }
};

struct Decision {
    std::string user_code;
    bool approve = true;
    static constexpr auto fields() {
        return std::tuple{Field{"user_code", &Decision::user_code, Length{1, 40}},
                          Field{"approve", &Decision::approve}};
    }
};

// What somebody is asked to approve, with what helps to tell a TV of theirs from a stranger's.
struct WaitingDevice {
    std::string user_code;
    std::optional<std::string> client, device_name, device_type, ip;
    std::string status;
    Instant created_at, expires_at;
    static constexpr const char* singular = "device";
    static constexpr const char* plural = "devices";
    static constexpr auto fields() {
        return std::tuple{Field{"user_code", &WaitingDevice::user_code},
                          Field{"client", &WaitingDevice::client},
                          Field{"device_name", &WaitingDevice::device_name},
                          Field{"device_type", &WaitingDevice::device_type},
                          Field{"ip", &WaitingDevice::ip},
                          Field{"status", &WaitingDevice::status,
                                OneOf{"pending", "approved", "denied", "consumed"}},
                          Field{"created_at", &WaitingDevice::created_at},
                          Field{"expires_at", &WaitingDevice::expires_at}};
    }
};

class Devices {
  public:
    // `public_url`: where people type the code, at its path `/device`.
    Devices(Database& db, const SecretBox& box, Throttles& throttles, Identity& identity,
            Admission& admission, Post& post, std::string public_url)
        : db_(db),
          box_(box),
          throttles_(throttles),
          identity_(identity),
          admission_(admission),
          post_(post),
          public_url_(std::move(public_url)) {}

    DeviceCode begin(const Request& request, const NewDevice& device);
    Answer<SignedIn> poll(const Request& request, const DeviceAttempt& attempt);
    WaitingDevice show(const Request& request, const FromQuery<UserCode>& code);
    Answer<WaitingDevice> decide(const Request& request, const Decision& decision);

  private:
    struct Waiting;  // a row of device_logins
    struct Outcome {
        const Problem* problem = nullptr;
        std::optional<SignedIn> signed_in{};
    };
    std::string store_code(const Request& request, const NewDevice& device, const Bytes& digest);
    Outcome progress(const Request& request, const Bytes& digest);
    Outcome keep_waiting(const Waiting& waiting, const Bytes& digest);
    SignedIn let_in(const Request& request, const Waiting& waiting, const Bytes& digest);
    Outcome give_again(const Waiting& waiting, const Bytes& digest);
    template <class Look>
    WaitingDevice guess(const Request& request, Look look);

    Database& db_;
    const SecretBox& box_;
    Throttles& throttles_;
    Identity& identity_;
    Admission& admission_;
    Post& post_;
    std::string public_url_;
};

}  // namespace auth
