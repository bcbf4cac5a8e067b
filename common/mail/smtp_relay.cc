#include "common/mail/smtp_relay.h"

void SmtpRelay::carry(const Mail& mail) {
    auto reply = client_.send(sender_.address, mail.recipient, compose(mail, sender_));
    if (reply < 400) return;
    auto words = "the mail server says " + std::to_string(reply);
    if (reply >= 500) throw Undeliverable(words);
    throw std::runtime_error(words);
}
