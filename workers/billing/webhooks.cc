#include "workers/billing/webhooks.h"

#include "common/base/text.h"
#include "common/stripe/signature.h"

namespace billing {

Routes routes(Webhooks& w) {
    return {
        Route{Method::post,
              "/api/v1/webhooks/stripe",
              Who::anyone,
              call(w, &Webhooks::stripe),
              "Take an event of Stripe's, signed",
              {&invalid_signature}}
            .raw_body()
            .unlimited(),
    };
}

Received Webhooks::stripe(const Request& request) {
    if (!stripe::signed_by(request.header("stripe-signature"), request.body, stripe_secrets_,
                           clock_())) {
        throw Failure(invalid_signature);
    }
    payments_.receive(request.body);
    return {};
}

std::vector<Secret> secrets_of(const Secret& list) {
    std::vector<Secret> secrets;
    for (auto one : split(list.reveal(), ',')) {
        if (!trim(one).empty()) secrets.emplace_back(std::string{trim(one)});
    }
    return secrets;
}

}  // namespace billing
