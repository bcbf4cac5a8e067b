// What the nodes of one program count, written for `/metrics` every few seconds.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "workers/party/node/node.h"

namespace party {

class FiguresFile {
  public:
    FiguresFile(std::string run_folder, std::string program)
        : folder_(std::move(run_folder)), program_(std::move(program)) {}

    // Each second. False: a node does not answer.
    bool update(const std::vector<std::unique_ptr<Node>>& nodes);

  private:
    std::string folder_, program_;
    int seconds_ = 0;
    bool well_ = true;
};

}  // namespace party
