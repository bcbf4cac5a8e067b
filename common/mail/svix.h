// Whether a webhook comes from Resend, which signs as Svix does: over `<id>.<timestamp>.<body>`,
// all three of them headers or the raw body, with HMAC-SHA256. Used by the billing worker.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/secret.h"
#include "common/base/time.h"

namespace svix {

inline constexpr std::chrono::seconds signature_tolerance{300};

struct Claim {
    std::string_view id;          // svix-id
    std::string_view timestamp;   // svix-timestamp, seconds since 1970
    std::string_view signatures;  // svix-signature: `v1,<base64>`, several parted by spaces
};

// True when any v1 signature holds under any of the secrets (`whsec_` and base64; others count for
// nothing), and the timestamp is no further from `now` than the tolerance, to either side. Takes
// the same time wherever a signature differs.
bool signed_by(const Claim& claim, std::string_view body, const std::vector<Secret>& secrets,
               Instant now);

// The signature that such a body is sent with: for tests. Throws std::invalid_argument for a secret
// of another form.
std::string sign(std::string_view id, std::string_view body, const Secret& secret, Instant at);

}  // namespace svix
