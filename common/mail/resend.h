// Letters through Resend's API. What becomes of them after that comes back by a webhook
// (workers/billing/returned_mail.h).
#pragma once

#include <string>

#include "common/base/secret.h"
#include "common/mail/carrier.h"
#include "common/net/client.h"

struct ResendOptions {
    std::string base;  // https://api.resend.com
    Secret key;
};

class Resend : public Carrier {
  public:
    Resend(ResendOptions options, Mailbox sender)
        : options_(std::move(options)), sender_(std::move(sender)) {}

    // With the letter's id as idempotency key: tried again within a day, it is sent once.
    void carry(const Mail& mail) override;

  private:
    ResendOptions options_;
    Mailbox sender_;
    HttpClient client_{HttpClient::Reach::trusted};
};
