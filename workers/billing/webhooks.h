// What outside services tell us. The raw body is what is signed, so it is taken as it is.
#pragma once

#include <vector>

#include "common/base/secret.h"
#include "common/http/route.h"
#include "common/payments/payments.h"

namespace billing {

inline constexpr Problem invalid_signature{400, "invalid_signature"};

struct Received {
    bool received = true;
    static constexpr auto fields() { return std::tuple{Field{"received", &Received::received}}; }
};

class Webhooks {
  public:
    // Without secrets no signature holds.
    Webhooks(Payments& payments, std::vector<Secret> stripe_secrets, Clock clock = system_now)
        : payments_(payments),
          stripe_secrets_(std::move(stripe_secrets)),
          clock_(std::move(clock)) {}

    // Stores the event, so that a 200 means it is not lost, and applies it at once where that can
    // be; Stripe needs to know nothing more.
    Received stripe(const Request& request);

  private:
    Payments& payments_;
    std::vector<Secret> stripe_secrets_;
    Clock clock_;
};

// The secrets of a setting, comma separated.
std::vector<Secret> secrets_of(const Secret& list);

Routes routes(Webhooks& webhooks);

}  // namespace billing
