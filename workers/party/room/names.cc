#include "workers/party/room/names.h"

#include <algorithm>

#include "common/base/text.h"
#include "workers/party/room/wording.h"

namespace party {

namespace {

constexpr std::size_t shortest = 2, longest = 32;

bool taken(const Room& room, const std::string& member, const std::string& name) {
    auto small = lower_ascii(name);
    return std::any_of(room.seats.begin(), room.seats.end(), [&](const auto& one) {
        return one.first != member && lower_ascii(one.second.member.name) == small;
    });
}

}  // namespace

bool is_name(const std::string& name) {
    auto length = count_characters(name);
    return length >= shortest && length <= longest;
}

std::string free_name(const Room& room, const std::string& member, const std::string& name) {
    auto free = name;
    for (int number = 2; taken(room, member, free); ++number) {
        free = name + " #" + std::to_string(number);
    }
    return free;
}

std::string name_for(const Room& room, const std::string& member,
                     const std::optional<std::string>& wanted, const std::string& profile) {
    auto name = first_characters(clean_name(wanted.value_or("")), longest);
    if (name.empty()) name = first_characters(clean_name(profile), longest);
    return free_name(room, member, name.empty() ? "Guest" : name);
}

}  // namespace party
