#include "workers/party/node/randomness.h"

#include "common/crypto/digest.h"

namespace party {

namespace {

constexpr std::size_t at_once = 4096, used = 16;

}  // namespace

std::string Randomness::digits() {
    if (left_.empty()) left_ = random_bytes(at_once);
    Bytes mine(left_.end() - used, left_.end());
    left_.resize(left_.size() - used);
    return hex(mine);
}

}  // namespace party
