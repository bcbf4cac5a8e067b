#include "common/base/uuid.h"

#include <sys/random.h>

#include <chrono>
#include <stdexcept>

#include "common/base/bytes.h"

namespace {

constexpr std::int64_t ns_per_ms = 1'000'000;

}  // namespace

Uuid Uuid::make() {
    Uuid id;
    if (getrandom(id.bytes.data(), id.bytes.size(), 0) != 16)
        throw std::runtime_error("no entropy");
    auto now = std::chrono::system_clock::now().time_since_epoch();
    auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
    auto ms = ns / ns_per_ms, part = ns % ns_per_ms * 4096 / ns_per_ms;
    for (int i = 0; i < 6; ++i) id.bytes[i] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
    id.bytes[6] = static_cast<std::uint8_t>(0x70 | part >> 8);
    id.bytes[7] = static_cast<std::uint8_t>(part);
    id.bytes[8] = (id.bytes[8] & 0x3f) | 0x80;
    return id;
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
    if (text.size() != 36) return std::nullopt;
    std::string digits;
    for (std::size_t i = 0; i < text.size(); ++i) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash != (text[i] == '-')) return std::nullopt;
        if (!dash) digits += text[i];
    }
    auto bytes = from_hex(digits);
    if (!bytes) return std::nullopt;
    Uuid id;
    std::copy(bytes->begin(), bytes->end(), id.bytes.begin());
    return id;
}

std::string Uuid::text() const {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text(36, '-');
    std::size_t at = 0;
    for (auto byte : bytes) {
        if (at == 8 || at == 13 || at == 18 || at == 23) ++at;
        text[at++] = digits[byte >> 4];
        text[at++] = digits[byte & 15];
    }
    return text;
}
