// What people have to look at, as figures for operators (common/process/figures.h) and, where it is
// somebody's money, as lines of the log.
#pragma once

#include <string>

#include "common/db/database.h"

namespace jobs {

class Watch {
  public:
    Watch(Database& db, std::string run_folder) : db_(db), run_folder_(std::move(run_folder)) {}

    // Writes the figures. False: there is no more to do.
    bool look();
    // Names everybody who pays for more than one subscription.
    bool name_who_pays_twice();

  private:
    Database& db_;
    std::string run_folder_;
};

}  // namespace jobs
