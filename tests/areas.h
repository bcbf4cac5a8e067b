// One of each area that answers requests, wired as its main does it, each in a house of its own:
// for what is true for all routes of the product, whoever serves them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/support/house.h"

class Area {
  public:
    Area(std::string name, std::vector<Statements> statements)
        : name(std::move(name)), house(std::move(statements)) {}
    virtual ~Area() = default;

    const std::string name;  // of its folder in workers/
    House house;
    Routes routes;
};

// Makes each area; only one lives at a time, as the people of two houses would meet in the
// database. A new area is a struct and a line in areas.cc.
using AreaMaker = std::unique_ptr<Area> (*)();
const std::vector<AreaMaker>& all_areas();
