// Outages of a world's parts: stores that die and stay away for a while, and whether the service
// finds its way back by itself.
#pragma once

#include <sys/types.h>

#include "tests/support/load.h"

// A store that died and stays away while this lives: its keeper is held meanwhile.
class Away {
  public:
    explicit Away(pid_t pid);
    Away(const Away&) = delete;
    Away& operator=(const Away&) = delete;
    ~Away();

  private:
    pid_t keeper_ = 0;
};

// Whether every pool serves again, and in time.
bool heals(World& world);
// Ends the load and asserts that all was answered decently, that the world heals, and that what was
// acknowledged is there.
void nothing_lost(World& world, Load& load);
