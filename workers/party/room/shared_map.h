// Values by a text key, in the order of the keys. Copies share their values until one of them
// writes to its own, so a copy costs a pointer for each value. For what a room has many of: every
// command is tried on a copy of its room. A map and its copies belong to one thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace party {

template <class T>
class SharedMap {
  public:
    using Item = std::pair<const std::string, T>;

    class const_iterator {
      public:
        using iterator_category = std::bidirectional_iterator_tag;
        using value_type = Item;
        using difference_type = std::ptrdiff_t;
        using pointer = const Item*;
        using reference = const Item&;

        const_iterator() = default;
        reference operator*() const { return **at_; }
        pointer operator->() const { return at_->get(); }
        const_iterator& operator++() { return ++at_, *this; }
        const_iterator& operator--() { return --at_, *this; }
        const_iterator operator++(int) { return const_iterator{at_++}; }
        const_iterator operator--(int) { return const_iterator{at_--}; }
        bool operator==(const const_iterator&) const = default;

      private:
        friend class SharedMap;
        using Place = typename std::vector<std::shared_ptr<Item>>::const_iterator;
        explicit const_iterator(Place at) : at_(at) {}
        Place at_;
    };

    const_iterator begin() const { return const_iterator{items_.begin()}; }
    const_iterator end() const { return const_iterator{items_.end()}; }
    auto rbegin() const { return std::reverse_iterator{end()}; }
    auto rend() const { return std::reverse_iterator{begin()}; }
    std::size_t size() const { return items_.size(); }
    bool empty() const { return items_.empty(); }

    // The first whose key is not less.
    const_iterator lower_bound(std::string_view key) const {
        return const_iterator{std::lower_bound(
            items_.begin(), items_.end(), key,
            [](const auto& item, std::string_view than) { return item->first < than; })};
    }
    const_iterator find(std::string_view key) const {
        auto at = lower_bound(key);
        return at != end() && at->first == key ? at : end();
    }
    bool contains(std::string_view key) const { return find(key) != end(); }

    // To write to; a new one if there is none. Stays where it is until it is erased or the map is
    // copied.
    T& operator[](const std::string& key) {
        auto& item = place(key);
        if (!item) item = std::make_shared<Item>(key, T{});
        if (item.use_count() > 1) item = std::make_shared<Item>(*item);
        return item->second;
    }

    // Shares the value that another map has, or erases it here too.
    void take(const std::string& key, const SharedMap& from) {
        auto theirs = from.find(key);
        if (theirs == from.end()) return erase(key);
        place(key) = *theirs.at_;
    }
    void erase(const_iterator at) { items_.erase(at.at_); }
    void erase(std::string_view key) {
        if (auto at = find(key); at != end()) erase(at);
    }
    void clear() { items_.clear(); }

  private:
    // Where it is, or, still empty, will be.
    std::shared_ptr<Item>& place(std::string_view key) {
        auto at = items_.begin() + (lower_bound(key).at_ - items_.cbegin());
        bool there = at != items_.end() && (*at)->first == key;
        return there ? *at : *items_.insert(at, nullptr);
    }

    std::vector<std::shared_ptr<Item>> items_;
};

}  // namespace party
