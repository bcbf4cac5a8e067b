// A string that must not be seen: passwords, PINs, tokens, keys, provider credentials. It has no
// `<<` and no conversion, so logging or concatenating one does not compile; its memory is wiped
// when it goes. Whoever needs the text says so: `reveal()`.
#pragma once

#include <string>
#include <string_view>
#include <utility>

class Secret {
  public:
    Secret() = default;
    explicit Secret(std::string text) : text_(std::move(text)) {}
    Secret(const Secret&) = default;
    Secret(Secret&& other) noexcept : text_(other.text_) { other.wipe(); }
    Secret& operator=(Secret other) noexcept {
        text_.swap(other.text_);
        return *this;
    }
    ~Secret() { wipe(); }

    const std::string& reveal() const { return text_; }
    bool empty() const { return text_.empty(); }
    bool operator==(const Secret&) const = delete;  // compare in constant time: crypto/digest.h

  private:
    void wipe() {
        for (volatile char* at = text_.data(); at != text_.data() + text_.size(); ++at) *at = 0;
        text_.clear();
    }
    std::string text_;
};
