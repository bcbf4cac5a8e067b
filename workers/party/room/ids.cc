#include "workers/party/room/ids.h"

#include <algorithm>

#include "common/base/bytes.h"
#include "common/base/text.h"
#include "common/crypto/digest.h"

namespace party {

namespace {

constexpr std::string_view base62 =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t code_length = 8;

// 128 bits are 22 digits; the lowest come first, which nobody minds.
std::string digits_of(const Bytes& bytes) {
    unsigned __int128 number = 0;
    for (std::size_t i = 0; i < 16; ++i) number = number << 8 | bytes[i];
    std::string digits(22, '0');
    for (auto& digit : digits) {
        digit = base62[static_cast<std::size_t>(number % 62)];
        number /= 62;
    }
    return digits;
}

Bytes digest(std::string_view purpose, std::string_view text) {
    return sha256(std::string(purpose) + '\n' + std::string(text));
}

char plain(char typed) {
    char c = lower_ascii({&typed, 1})[0];
    if (c == 'o') return '0';
    if (c == 'i' || c == 'l') return '1';
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

}  // namespace

std::string new_id(std::string_view random, std::string_view purpose) {
    return digits_of(digest(purpose, random));
}

std::string new_room_id(std::string_view random) { return "party_" + new_id(random, "room"); }

std::string new_code(std::string_view random) {
    auto bytes = digest("code", random);
    std::string code;
    for (std::size_t i = 0; i < code_length; ++i) {
        if (i == code_length / 2) code += '-';
        code += crockford[bytes[i] % crockford.size()];
    }
    return code;
}

std::optional<std::string> written_code(std::string_view typed) {
    std::string code;
    for (char c : typed) {
        if (c == '-' || c == ' ') continue;
        if (code.size() == code_length / 2) code += '-';
        code += plain(c);
        if (crockford.find(code.back()) == crockford.npos) return {};
    }
    if (code.size() != code_length + 1) return {};
    return code;
}

std::string member_id(std::string_view room, const Person& person) {
    auto who = person.user + '\n' + person.profile + '\n' + person.device.id;
    return "m_" + digits_of(digest(room, who)).substr(0, 12);
}

std::string new_message_id(const Act& act, std::string_view last) {
    auto before = parse_integer(last.substr(0, last.find('-'))).value_or(-1);
    auto time = std::to_string(std::max<Millis>({0, act.now, before + 1}));
    if (time.size() < 13) time.insert(0, 13 - time.size(), '0');
    return time + '-' + new_id(act.random, "message").substr(0, 6);
}

}  // namespace party
