#include "tests/support/unharmed.h"

#include <cppunit/TestAssert.h>

#include <algorithm>

namespace {

constexpr const char* restarts = "syncstream_child_restarts_total";

// The line around a position, for the message.
std::string line_at(const std::string& log, std::size_t at) {
    auto begin = log.rfind('\n', at);
    begin = begin == log.npos ? 0 : begin + 1;
    return log.substr(begin, std::min<std::size_t>(log.find('\n', at) - begin, 500));
}

}  // namespace

Unharmed::Unharmed(World& world) : world_(world), restarts_(figure(world, restarts)) {}

void Unharmed::check() const {
    CPPUNIT_ASSERT(figures(world_).find(restarts) != std::string::npos);
    CPPUNIT_ASSERT_EQUAL(restarts_, figure(world_, restarts));
    check_log(world_);
}

void check_log(World& world) {
    auto log = world.new_log();
    if (log.empty()) return;
    for (const auto& secret : world.secrets()) {
        auto at = log.find(secret);
        CPPUNIT_ASSERT_MESSAGE(line_at(log, at), at == log.npos);
    }
    auto raw = std::find_if(log.begin(), log.end(), [](char c) {
        return c == '\x7f' || (static_cast<unsigned char>(c) < ' ' && c != '\n' && c != '\t');
    });
    auto at = static_cast<std::size_t>(raw - log.begin());
    CPPUNIT_ASSERT_MESSAGE(line_at(log, std::min(at, log.size() - 1)), raw == log.end());
}
