// Ids. Version 7 (RFC 9562): 48 bits of Unix milliseconds, 12 of the part of one that has passed
// (section 6.2, method 3), then random, so that they sort by the time they were made, also those of
// one transaction, and index pages fill from left to right.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct Uuid {
    std::array<std::uint8_t, 16> bytes{};

    static Uuid make();  // version 7
    // 36 characters with dashes, either case; anything else is nothing.
    static std::optional<Uuid> parse(std::string_view text);

    std::string text() const;  // lower case, with dashes
    bool nil() const { return *this == Uuid{}; }
    auto operator<=>(const Uuid&) const = default;
};
