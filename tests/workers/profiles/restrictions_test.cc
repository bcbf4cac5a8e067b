// What counts as loosening, and which words are times and zones.
#include "workers/profiles/restrictions.h"

#include <cppunit/extensions/HelperMacros.h>

namespace {

using profiles::loosens;

Parental rated(const char* rating) {
    Parental parental;
    parental.max_rating = rating;
    return parental;
}

Parental night(const char* bedtime, const char* wake_time = nullptr) {
    Parental parental;
    parental.bedtime = bedtime;
    if (wake_time) parental.wake_time = wake_time;
    return parental;
}

class RestrictionsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RestrictionsTest);
    CPPUNIT_TEST(are_loosened_by_nothing_where_there_are_none);
    CPPUNIT_TEST(are_loosened_by_a_higher_rating);
    CPPUNIT_TEST(are_loosened_by_a_rating_nobody_can_compare);
    CPPUNIT_TEST(are_loosened_by_a_shorter_night);
    CPPUNIT_TEST(are_loosened_by_no_tour_of_the_clock);
    CPPUNIT_TEST(are_loosened_by_another_zone);
    CPPUNIT_TEST(are_loosened_by_a_category_less);
    CPPUNIT_TEST(know_times);
    CPPUNIT_TEST(know_zones_and_no_other_files);
    CPPUNIT_TEST_SUITE_END();

  public:
    void are_loosened_by_nothing_where_there_are_none() {
        CPPUNIT_ASSERT(!loosens({}, {}));
        CPPUNIT_ASSERT(!loosens({}, rated("R")));
        CPPUNIT_ASSERT(!loosens({}, night("23:00", "05:00")));
    }

    void are_loosened_by_a_higher_rating() {
        CPPUNIT_ASSERT(loosens(rated("PG"), rated("PG-13")));
        CPPUNIT_ASSERT(loosens(rated("PG-13"), rated("R")));
        CPPUNIT_ASSERT(loosens(rated("FSK 6"), rated("FSK 12")));
        CPPUNIT_ASSERT(loosens(rated("PG"), {}));
        CPPUNIT_ASSERT(!loosens(rated("PG"), rated("G")));
        CPPUNIT_ASSERT(!loosens(rated("TV-MA"), rated("TV-14")));
        CPPUNIT_ASSERT(!loosens(rated("16+"), rated("12")));
        CPPUNIT_ASSERT(!loosens(rated("Ours"), rated("Ours")));
    }

    void are_loosened_by_a_rating_nobody_can_compare() {
        CPPUNIT_ASSERT(loosens(rated("PG"), rated("Ours")));
        CPPUNIT_ASSERT(loosens(rated("Ours"), rated("G")));
    }

    void are_loosened_by_a_shorter_night() {
        auto before = night("21:00", "07:00");
        CPPUNIT_ASSERT(!loosens(before, night("20:00", "07:00")));
        CPPUNIT_ASSERT(!loosens(before, night("21:00", "08:00")));
        CPPUNIT_ASSERT(loosens(before, night("21:01", "07:00")));
        CPPUNIT_ASSERT(loosens(before, night("00:30", "07:00")));
        CPPUNIT_ASSERT(loosens(before, night("21:00", "06:59")));
        CPPUNIT_ASSERT(loosens(before, {}));
        CPPUNIT_ASSERT(!loosens(before, night("21:00")));
        CPPUNIT_ASSERT(loosens(night("21:00"), before));
    }

    void are_loosened_by_no_tour_of_the_clock() {
        CPPUNIT_ASSERT(loosens(night("21:00"), night("10:00")));
        CPPUNIT_ASSERT(!loosens(night("21:00"), night("12:00")));
        CPPUNIT_ASSERT(loosens(night("12:00"), night("11:59")));
    }

    void are_loosened_by_another_zone() {
        auto before = night("21:00"), after = night("21:00");
        after.timezone = "Asia/Tokyo";
        CPPUNIT_ASSERT(loosens(before, after));
        before.bedtime.reset();
        CPPUNIT_ASSERT(!loosens(before, after));
    }

    void are_loosened_by_a_category_less() {
        Parental before, after;
        before.blocked_categories = {"Horror", "News"};
        after.blocked_categories = {"News", "Sports", "Horror"};
        CPPUNIT_ASSERT(!loosens(before, after));
        CPPUNIT_ASSERT(loosens(after, before));
    }

    void know_times() {
        for (const char* right : {"00:00", "09:59", "20:30", "23:59"}) {
            CPPUNIT_ASSERT_MESSAGE(right, clock_time(right));
        }
        for (const char* wrong :
             {"", "24:00", "12:60", "9:00", "09:0a", "09.00", "09:000", "-1:00"}) {
            CPPUNIT_ASSERT_MESSAGE(wrong, !clock_time(wrong));
        }
    }

    void know_zones_and_no_other_files() {
        for (const char* right : {"UTC", "Europe/Madrid", "America/Argentina/Buenos_Aires",
                                  "Etc/GMT+5", "America/Port-au-Prince"}) {
            CPPUNIT_ASSERT_MESSAGE(right, time_zone(right));
        }
        for (const char* wrong :
             {"", "/", "Europe", "Europe/", "europe/madrid", "Europe/Atlantis", "posix/UTC",
              "../zoneinfo/UTC", "/usr/share/zoneinfo/UTC", "zone.tab", "leapseconds",
              "Europe//Madrid", "Europe/../UTC", "UTC ", "UTC\n"}) {
            CPPUNIT_ASSERT_MESSAGE(wrong, !time_zone(wrong));
        }
        CPPUNIT_ASSERT(!time_zone(std::string(5000, 'A')));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RestrictionsTest);

}  // namespace
