#include "common/crypto/keyring.h"

#include <algorithm>
#include <optional>
#include <set>
#include <stdexcept>

#include "common/base/text.h"

namespace {

constexpr std::size_t least_bytes = 32;

bool valid_id(std::string_view id) {
    return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '-' || c == '_' || c == '.';
    });
}

// Keys of examples and of people: a word that says so, readable text under the base64, or a few
// bytes repeated. Random bytes do not look like this (less than once in 10^10).
bool typed_by_a_person(std::string_view text, const Bytes& key) {
    auto lower = lower_ascii(text);
    for (auto word : {"example", "changeme", "change-me", "change_me"}) {
        if (lower.find(word) != lower.npos) return true;
    }
    bool readable = std::all_of(key.begin(), key.end(), [](int c) { return c >= 32 && c < 127; });
    return readable || std::set<int>(key.begin(), key.end()).size() < 12;
}

[[noreturn]] void refuse(int line, const std::string& why) {
    throw std::invalid_argument("line " + std::to_string(line) + ": " + why);
}

Keyring::Key parse_key(std::string_view text, int line) {
    auto gap = std::min(text.find_first_of(" \t"), text.size());
    auto id = text.substr(0, gap);
    auto spelling = trim(text.substr(gap));
    if (!valid_id(id) || spelling.empty()) refuse(line, "expected `<id> <key>`");
    auto key = from_base64url(spelling);
    if (!key) refuse(line, "the key is not base64url without padding");
    if (key->size() < least_bytes) refuse(line, "the key is shorter than 32 bytes");
    if (typed_by_a_person(spelling, *key)) refuse(line, "the key is not random");
    return {std::string{id}, *std::move(key)};
}

}  // namespace

Keyring::Keyring(std::string_view text) {
    int number = 0;
    for (auto line : split(text, '\n')) {
        ++number;
        line = trim(line.substr(0, line.find('#')));
        if (line.empty()) continue;
        auto key = parse_key(line, number);
        if (find(key.id)) refuse(number, "the id stands in an earlier line too");
        bool twice = std::any_of(keys_.begin(), keys_.end(),
                                 [&](const Key& other) { return other.value == key.value; });
        if (twice) refuse(number, "the key stands in an earlier line too");
        keys_.push_back(std::move(key));
    }
    if (keys_.empty()) throw std::invalid_argument("no key");
}

const Keyring::Key* Keyring::find(std::string_view id) const {
    auto key = std::find_if(keys_.begin(), keys_.end(), [&](const Key& k) { return k.id == id; });
    return key == keys_.end() ? nullptr : &*key;
}
