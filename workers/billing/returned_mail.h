// Letters that came back: Resend tells of addresses that take no mail, or whose owner has called a
// letter spam. Such an address gets none any more (workers/jobs/delivery.sql), until the account
// has another one.
#pragma once

#include <vector>

#include "common/base/secret.h"
#include "common/db/database.h"
#include "workers/billing/webhooks.h"

namespace billing {

class ReturnedMail {
  public:
    // Without secrets no signature holds.
    ReturnedMail(Database& db, std::vector<Secret> secrets, Clock clock = system_now)
        : db_(db), secrets_(std::move(secrets)), clock_(std::move(clock)) {}

    // Other events than those of bounced, complained and failed letters change nothing. Told twice
    // or in another order, the graver one holds.
    Received resend(const Request& request);

  private:
    Database& db_;
    std::vector<Secret> secrets_;
    Clock clock_;
};

Routes routes(ReturnedMail& mail);

}  // namespace billing
