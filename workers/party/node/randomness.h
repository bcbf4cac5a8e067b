// Random digits for commands, fetched many at a time: asking OpenSSL costs more than most commands.
// Not for a process that forks: both would have the same.
#pragma once

#include <string>

#include "common/base/bytes.h"

namespace party {

class Randomness {
  public:
    std::string digits();  // of 16 random bytes, hexadecimal, never given before

  private:
    Bytes left_;
};

}  // namespace party
