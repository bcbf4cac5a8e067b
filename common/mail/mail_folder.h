// Letters into a folder, a file each: how mail leaves where no mail server is set up. The files are
// readable for their owner alone, because their links let somebody in.
#pragma once

#include <string>

#include "common/base/secret.h"
#include "common/base/uuid.h"

class MailFolder {
  public:
    // Makes the folder when it is missing. Throws std::filesystem::filesystem_error.
    explicit MailFolder(std::string folder);

    // `<id>.eml` is there whole, and safe on the disk, or not at all; sent again, it takes the
    // place of the first. Throws std::system_error.
    void send(const Uuid& id, const Secret& mail) const;

  private:
    std::string folder_;
};
