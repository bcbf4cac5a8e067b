// Whether a webhook comes from Stripe: the header `Stripe-Signature: t=<seconds>,v1=<hex>[,v1=...]`
// signs the raw body with the secret of the endpoint. Used by the billing worker.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/secret.h"
#include "common/base/time.h"

namespace stripe {

inline constexpr std::chrono::seconds signature_tolerance{300};

// True when any v1 of the header is the HMAC-SHA256 of `<t>.<body>` under any of the secrets (each
// used as it is written, `whsec_` included), and `t` is no further from `now` than the tolerance,
// to either side. Stricter than Stripe's own libraries where they are lenient by accident: digits
// only in `t`, one `t`, no spaces, lower case. Takes the same time wherever a signature differs.
bool signed_by(std::string_view header, std::string_view body, const std::vector<Secret>& secrets,
               Instant now);

// The header that such a body is sent with: for tests and replays.
std::string sign(std::string_view body, const Secret& secret, Instant at);

}  // namespace stripe
