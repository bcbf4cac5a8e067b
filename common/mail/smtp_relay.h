// Letters through a mail server.
#pragma once

#include "common/mail/carrier.h"
#include "common/net/smtp.h"

class SmtpRelay : public Carrier {
  public:
    SmtpRelay(SmtpServer server, Mailbox sender)
        : client_(std::move(server)), sender_(std::move(sender)) {}

    void carry(const Mail& mail) override;

  private:
    SmtpClient client_;
    Mailbox sender_;
};
