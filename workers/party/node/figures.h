// What the nodes of one program count, written for `/metrics` every few seconds. Nodes count each
// on its own thread (counts.h, pulse.h); here they are asked and added up.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/process/figures.h"
#include "workers/party/node/node.h"
#include "workers/party/node/records.h"

namespace party {

void add(NodeFigures& sum, const NodeFigures& node);

// What all nodes of a program have counted together, under its name. README.md lists the metrics.
Figures shown(const NodeFigures& all, std::size_t records_waiting, const std::string& program);

class FiguresFile {
  public:
    FiguresFile(std::string run_folder, std::string program, const Records& records)
        : folder_(std::move(run_folder)), program_(std::move(program)), records_(records) {}

    // Each second. False: a node does not answer.
    bool update(const std::vector<std::unique_ptr<Node>>& nodes);

  private:
    std::string folder_, program_;
    const Records& records_;
    std::vector<NodeFigures> last_;  // of each node: counters never go back
    int seconds_ = 0;
    bool well_ = true;
};

}  // namespace party
