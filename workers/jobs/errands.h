// Tells Stripe what it is still to be told (common/payments/errands.h), one call after the other,
// each until Stripe says that it is so. None is given up: what is declined stays, is tried again
// every few hours and named in the log, until it is done or people have put it right.
#pragma once

#include <cstdint>
#include <string>

#include "common/payments/errands.h"
#include "common/stripe/stripe.h"

namespace jobs {

struct WaitingErrand {
    Uuid id;
    std::string method, path, form;
    std::int64_t attempts = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"id", &WaitingErrand::id}, Field{"method", &WaitingErrand::method},
                          Field{"path", &WaitingErrand::path}, Field{"form", &WaitingErrand::form},
                          Field{"attempts", &WaitingErrand::attempts}};
    }
};

class StripeErrands {
  public:
    StripeErrands(Database& db, Stripe& stripe) : db_(db), stripe_(stripe), errands_(db) {}

    // Does the one that waits longest, if it is due. True when it was done and others may be
    // waiting.
    bool run();

  private:
    bool attempt(const WaitingErrand& errand);
    void tell(const WaitingErrand& errand);
    bool is_so(const WaitingErrand& errand, const StripeRefusal& refusal);
    bool settle_page(const std::string& session);
    void put_off(const WaitingErrand& errand, const char* why);

    Database& db_;
    Stripe& stripe_;
    Errands errands_;
};

}  // namespace jobs
