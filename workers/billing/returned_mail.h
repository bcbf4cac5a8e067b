// Letters that came back: Resend tells of addresses that take no mail, or whose owner has called a
// letter spam. Such an address gets none any more (workers/jobs/delivery.sql), until the account
// has another one.
#pragma once

#include <vector>

#include "common/base/secret.h"
#include "common/db/database.h"
#include "common/json/json.h"
#include "workers/billing/webhooks.h"

namespace billing {

class ReturnedMail {
  public:
    // Without secrets no signature holds.
    ReturnedMail(Database& db, std::vector<Secret> secrets, Clock clock = system_now)
        : db_(db), secrets_(std::move(secrets)), clock_(std::move(clock)) {}

    // Other events than those of bounced, complained, failed and delivered letters change nothing.
    // Told twice or in another order, the graver one holds. A bounce that may pass, as of a full
    // mailbox, counts when it is the third in seven days and no letter arrived in between.
    Received resend(const Request& request);

  private:
    void apply(const JsonValue& event, const JsonValue* letter,
               const std::vector<std::string>& recipients);

    Database& db_;
    std::vector<Secret> secrets_;
    Clock clock_;
};

Routes routes(ReturnedMail& mail);

}  // namespace billing
