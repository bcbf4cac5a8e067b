#include "workers/party/room/change.h"

#include <algorithm>

namespace party {

void Change::touch(std::string part) {
    if (std::find(parts.begin(), parts.end(), part) == parts.end()) {
        parts.push_back(std::move(part));
    }
}

}  // namespace party
