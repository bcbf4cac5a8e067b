// Which ratings allow what to whom.
#include "workers/party/room/ratings.h"

#include <cppunit/extensions/HelperMacros.h>

namespace {

using party::age_of;
using party::rating_fits;

class PartyRatingsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyRatingsTest);
    CPPUNIT_TEST(knows_the_age_of_common_ratings);
    CPPUNIT_TEST(does_not_guess);
    CPPUNIT_TEST(allows_everything_without_limits);
    CPPUNIT_TEST(compares_across_systems);
    CPPUNIT_TEST(keeps_the_unknown_from_kids_and_limited_profiles);
    CPPUNIT_TEST_SUITE_END();

    void knows_the_age_of_common_ratings() {
        const std::pair<const char*, std::int64_t> ages[] = {
            {"G", 0},       {"PG", 8},   {"PG-13", 13},   {"R", 17},    {"NC-17", 18}, {"TV-Y7", 7},
            {"TV-14", 14},  {"U", 0},    {"tv-ma", 17},   {"12A", 12},  {"15", 15},    {"FSK 6", 6},
            {"FSK-16", 16}, {"16+", 16}, {"PEGI 12", 12}, {" 18 ", 18}, {"0", 0},      {"-12", 12}};
        for (auto [rating, age] : ages) {
            CPPUNIT_ASSERT_MESSAGE(rating, age_of(rating) == age);
        }
    }

    void does_not_guess() {
        for (const char* rating : {"", "NR", "Unrated", "not rated", "1080", "99", "12/16", "GP"}) {
            CPPUNIT_ASSERT_MESSAGE(rating, !age_of(rating));
        }
    }

    void allows_everything_without_limits() {
        CPPUNIT_ASSERT(rating_fits({}, false, {}));
        CPPUNIT_ASSERT(rating_fits("X", false, {}));
        CPPUNIT_ASSERT(rating_fits("whatever", false, "18"));
        CPPUNIT_ASSERT(rating_fits({}, false, "FSK 18"));
    }

    void compares_across_systems() {
        CPPUNIT_ASSERT(rating_fits("FSK 12", false, "PG-13"));
        CPPUNIT_ASSERT(!rating_fits("FSK 16", false, "PG-13"));
        CPPUNIT_ASSERT(rating_fits("TV-Y7", true, {}));
        CPPUNIT_ASSERT(!rating_fits("12A", true, {}));
        CPPUNIT_ASSERT(rating_fits("12A", true, "12"));
    }

    void keeps_the_unknown_from_kids_and_limited_profiles() {
        CPPUNIT_ASSERT(!rating_fits({}, true, {}));
        CPPUNIT_ASSERT(!rating_fits("NR", true, {}));
        CPPUNIT_ASSERT(!rating_fits({}, true, "18"));
        CPPUNIT_ASSERT(!rating_fits({}, false, "PG"));
        CPPUNIT_ASSERT(!rating_fits("G", false, "house rules"));
        CPPUNIT_ASSERT(rating_fits("House Rules", false, "house rules"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PartyRatingsTest);

}  // namespace
