// The keys of one purpose, as a setting holds them: a line `<id> <key>` each, the key base64url
// without padding, `#` starts a comment. The first key is the active one; the others still open
// or verify what they made, so that a key is changed by putting a line on top and taking the last
// line away when nothing made by it is left.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/bytes.h"

class Keyring {
  public:
    struct Key {
        std::string id;  // 1..64 letters, digits, `-`, `_`, `.`
        Bytes value;     // 32 bytes or more
    };

    // Throws std::invalid_argument that names the line, never the key, when a line is not of that
    // form, a key is short or looks typed by a person, an id or a key comes twice, or none is left.
    explicit Keyring(std::string_view text);

    const Key& active() const { return keys_.front(); }
    const Key* find(std::string_view id) const;  // null: no such key
    const std::vector<Key>& keys() const { return keys_; }

  private:
    std::vector<Key> keys_;
};
