// Letters into a folder, a file each: how mail leaves where no mail server is set up. The files are
// readable for their owner alone, because their links let somebody in.
#pragma once

#include <string>

#include "common/mail/carrier.h"

class MailFolder : public Carrier {
  public:
    // Makes the folder when it is missing. Throws std::filesystem::filesystem_error.
    MailFolder(std::string folder, Mailbox sender);

    // `<id>.eml` is there whole, and safe on the disk, or not at all; sent again, it takes the
    // place of the first. Throws std::system_error.
    void carry(const Mail& mail) override;

  private:
    std::string folder_;
    Mailbox sender_;
};
