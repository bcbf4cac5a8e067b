// How often each of a few things happened, for what has too few values to need a map.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace party {

template <class Key>
using Tally = std::vector<std::pair<Key, std::uint64_t>>;

template <class Key>
void add(Tally<Key>& tally, const Key& key, std::uint64_t count = 1) {
    auto same =
        std::find_if(tally.begin(), tally.end(), [&](const auto& one) { return one.first == key; });
    if (same == tally.end()) same = tally.insert(same, {key, 0});
    same->second += count;
}

}  // namespace party
