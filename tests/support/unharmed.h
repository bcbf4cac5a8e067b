// Whether a world has stood what was done to it: no child of a worker died, and nothing was logged
// that must not be, neither secrets that tests used nor bytes that would forge lines or colours.
#pragma once

#include "tests/support/client.h"

class Unharmed {
  public:
    explicit Unharmed(World& world);
    // Asserts it, for the time since the object was made.
    void check() const;

  private:
    World& world_;
    double restarts_;
};

// Asserts that what was logged since the last time holds no secret and no raw control character.
void check_log(World& world);
