// Drift as the room sees it, and when a member is helped back.
#include "workers/party/room/reports.h"

#include <cmath>
#include <limits>

#include "tests/workers/party/room/cinema.h"

namespace {

using namespace party;

class PartyReportsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyReportsTest);
    CPPUNIT_TEST(measures_drift_at_the_moment_it_was_seen);
    CPPUNIT_TEST(measures_nothing_where_it_would_be_wrong);
    CPPUNIT_TEST(corrects_by_the_table);
    CPPUNIT_TEST(corrects_once_in_five_seconds);
    CPPUNIT_TEST(stops_seeking_after_three_in_a_minute);
    CPPUNIT_TEST(leaves_those_alone_who_cannot_follow);
    CPPUNIT_TEST(is_gentle_with_live_television);
    CPPUNIT_TEST(sees_who_has_caught_up);
    CPPUNIT_TEST(keeps_links_that_changed);
    CPPUNIT_TEST_SUITE_END();

    Cinema watching() {
        Cinema cinema;
        cinema.room.settings.wait_policy = "off";
        cinema.show(film("Inception"));
        cinema.wait(60'300);
        return cinema;
    }

    // A report of now that is so far ahead of the room.
    static PositionReport report(const Cinema& cinema, double ahead) {
        PositionReport report;
        report.version = cinema.room.version;
        report.position_ms = static_cast<double>(cinema.room.position(cinema.now)) + ahead;
        report.at_server_ms = static_cast<double>(cinema.now);
        report.status = "playing";
        return report;
    }

    static std::optional<Correct> judged(Cinema& cinema, double ahead, Correction memory = {}) {
        return judge(cinema.room, cinema.id("ben"), report(cinema, ahead), cinema.now, memory);
    }

    void measures_drift_at_the_moment_it_was_seen() {
        auto cinema = watching();
        auto seen = report(cinema, 120);
        cinema.wait(3000);
        CPPUNIT_ASSERT_EQUAL(120.0, *drift(cinema.room, seen, cinema.now));
    }

    void measures_nothing_where_it_would_be_wrong() {
        auto cinema = watching();
        auto measures = [&](auto change) {
            auto wrong = report(cinema, 500);
            change(wrong);
            return drift(cinema.room, wrong, cinema.now).has_value();
        };
        CPPUNIT_ASSERT(measures([](PositionReport&) {}));
        CPPUNIT_ASSERT(
            !measures([&](PositionReport& r) { r.version = cinema.room.playback.version - 1; }));
        CPPUNIT_ASSERT(!measures([](PositionReport& r) { r.status = "buffering"; }));
        CPPUNIT_ASSERT(!measures([](PositionReport& r) { r.at_server_ms -= 10'001; }));
        CPPUNIT_ASSERT(!measures([](PositionReport& r) { r.at_server_ms += 1001; }));
        CPPUNIT_ASSERT(!measures([](PositionReport& r) { r.at_server_ms = std::nan(""); }));
        CPPUNIT_ASSERT(!measures(
            [](PositionReport& r) { r.position_ms = std::numeric_limits<double>::infinity(); }));
        cinema.seek("anna", 600);
        cinema.wait(1700);
        CPPUNIT_ASSERT(!measures([](PositionReport&) {}));
        cinema.wait(100);
        CPPUNIT_ASSERT(measures([](PositionReport&) {}));
        cinema.pause("anna");
        CPPUNIT_ASSERT(!measures([](PositionReport&) {}));
    }

    void corrects_by_the_table() {
        auto cinema = watching();
        CPPUNIT_ASSERT(!judged(cinema, 39));
        CPPUNIT_ASSERT(!judged(cinema, -39));
        const std::pair<double, double> rates[] = {{60, 0.97},   {-60, 1.03},  {500, 0.95},
                                                   {-999, 1.05}, {1001, 0.90}, {-2000, 1.10}};
        for (auto [ahead, rate] : rates) {
            auto correct = judged(cinema, ahead);
            CPPUNIT_ASSERT_EQUAL(std::string{"rate"}, correct->mode);
            CPPUNIT_ASSERT_DOUBLES_EQUAL(rate, *correct->rate, 1e-9);
            CPPUNIT_ASSERT_EQUAL(cinema.room.playback.version, correct->version);
        }
        auto correct = judged(cinema, -2001);
        CPPUNIT_ASSERT_EQUAL(std::string{"seek"}, correct->mode);
        CPPUNIT_ASSERT(!correct->rate);
        CPPUNIT_ASSERT_EQUAL(cinema.now + 300, correct->at_server_ms);
        CPPUNIT_ASSERT_EQUAL(cinema.room.position(cinema.now + 300), correct->target_ms);
    }

    void corrects_once_in_five_seconds() {
        auto cinema = watching();
        Correction memory;
        auto ben = cinema.id("ben");
        int sent = 0;
        for (int second = 0; second < 20; ++second) {
            if (judge(cinema.room, ben, report(cinema, 300), cinema.now, memory)) ++sent;
            cinema.wait(1000);
        }
        CPPUNIT_ASSERT_EQUAL(4, sent);
    }

    void stops_seeking_after_three_in_a_minute() {
        auto cinema = watching();
        Correction memory;
        auto ben = cinema.id("ben");
        std::vector<int> seeks;
        for (int second = 0; second < 80; ++second) {
            if (judge(cinema.room, ben, report(cinema, 5000), cinema.now, memory)) {
                seeks.push_back(second);
            }
            cinema.wait(1000);
        }
        CPPUNIT_ASSERT(seeks == (std::vector<int>{0, 10, 20}));
        CPPUNIT_ASSERT(judged(cinema, 5000, memory));
        auto busy = report(cinema, 5000);
        busy.seeks = 3;
        Correction fresh;
        CPPUNIT_ASSERT(!judge(cinema.room, ben, busy, cinema.now, fresh));
    }

    void leaves_those_alone_who_cannot_follow() {
        auto cinema = watching();
        for (const char* status : {"buffering", "blocked", "unsupported", "away"}) {
            cinema.seat("ben").member.status = status;
            CPPUNIT_ASSERT(!judged(cinema, 500));
        }
        cinema.seat("ben").member.status = "active";
        auto blocked = report(cinema, 500);
        blocked.blocked = "drm";
        Correction memory;
        CPPUNIT_ASSERT(!judge(cinema.room, cinema.id("ben"), blocked, cinema.now, memory));
        CPPUNIT_ASSERT(!judge(cinema.room, "nobody", report(cinema, 500), cinema.now, memory));
    }

    void is_gentle_with_live_television() {
        Cinema cinema;
        cinema.room.settings.wait_policy = "off";
        cinema.show(broadcast("News"));
        cinema.wait(60'000);
        CPPUNIT_ASSERT(!judged(cinema, 5000));
        auto programme = static_cast<double>(cinema.now - 20'000);
        cinema.tell("anna", media, MediaChange{broadcast("News"), {}, programme, {}});
        cinema.wait(60'000);
        CPPUNIT_ASSERT(!judged(cinema, 299));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.97, *judged(cinema, 3999)->rate, 1e-9);
        CPPUNIT_ASSERT_EQUAL(std::string{"seek"}, judged(cinema, 4001)->mode);
    }

    void sees_who_has_caught_up() {
        auto cinema = watching();
        auto ben = cinema.id("ben");
        CPPUNIT_ASSERT(!caught_up(cinema.room, ben, report(cinema, 0), cinema.now));
        cinema.seat("ben").member.status = "catching_up";
        CPPUNIT_ASSERT(!caught_up(cinema.room, ben, report(cinema, -501), cinema.now));
        CPPUNIT_ASSERT(caught_up(cinema.room, ben, report(cinema, -499), cinema.now));
    }

    void keeps_links_that_changed() {
        Cinema cinema;
        auto change = cinema.tell("ben", link_stats, LinkStats{12, 80, 5, {}});
        CPPUNIT_ASSERT(change.commutes && change.events.empty());
        CPPUNIT_ASSERT(change.parts == std::vector<std::string>{"l:" + cinema.id("ben")});
        CPPUNIT_ASSERT(cinema.tell("ben", link_stats, LinkStats{12, 99, 6, {}}).parts.empty());
        CPPUNIT_ASSERT(!cinema.tell("ben", link_stats, LinkStats{12, 100, 6, {}}).parts.empty());
        for (double bad : {-1.0, 600'001.0, std::nan("")}) {
            CPPUNIT_ASSERT_EQUAL(std::string{"bad_request"},
                                 cinema.refusal("ben", link_stats, LinkStats{0, bad, 0, {}}));
            CPPUNIT_ASSERT_EQUAL(std::string{"bad_request"},
                                 cinema.refusal("ben", link_stats, LinkStats{0, 0, bad, {}}));
        }
        CPPUNIT_ASSERT_EQUAL(std::string{"not_in_room"},
                             cinema.refusal("eve", link_stats, LinkStats{}));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PartyReportsTest);

}  // namespace
