// What members found for the media, and who is warned.
#include "workers/party/room/match.h"

#include "common/json/read.h"
#include "tests/workers/party/room/cinema.h"

namespace {

using namespace party;

class PartyMatchTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyMatchTest);
    CPPUNIT_TEST(warns_of_another_duration);
    CPPUNIT_TEST(does_not_wait_for_one_who_has_nothing);
    CPPUNIT_TEST(overlooks_former_media);
    CPPUNIT_TEST(learns_the_duration_from_the_host_alone);
    CPPUNIT_TEST(takes_names_and_no_addresses);
    CPPUNIT_TEST_SUITE_END();

    static MediaMatch found(double duration_ms) { return {1, true, duration_ms, {}, {}}; }

    void warns_of_another_duration() {
        Cinema cinema;
        cinema.show(film("Inception", 60'000));
        CPPUNIT_ASSERT(cinema.tell("ben", media_match, found(62'500)).events.empty());
        auto change = cinema.tell("ben", media_match, found(62'501));
        auto told = data_of(change, "party:media_warning");
        CPPUNIT_ASSERT_EQUAL(std::string{"duration"}, at(told, "reason").text);
        CPPUNIT_ASSERT_EQUAL(cinema.id("ben"), at(told, "memberId").text);
        auto shifted = found(62'501);
        shifted.offset_ms = 2500;
        CPPUNIT_ASSERT(cinema.tell("ben", media_match, shifted).events.empty());
        auto other = found(60'000);
        other.source_kind = "live";
        told = data_of(cinema.tell("ben", media_match, other), "party:media_warning");
        CPPUNIT_ASSERT_EQUAL(std::string{"version"}, at(told, "reason").text);
    }

    void does_not_wait_for_one_who_has_nothing() {
        Cinema cinema;
        cinema.show(film("Inception"));
        cinema.ready("carla");
        auto change = cinema.tell("ben", media_match, MediaMatch{1, false, {}, {}, {}});
        CPPUNIT_ASSERT_EQUAL(std::string{"missing"},
                             at(data_of(change, "party:media_warning"), "reason").text);
        CPPUNIT_ASSERT_EQUAL(std::string{"blocked"}, cinema.status_of("ben"));
        CPPUNIT_ASSERT_EQUAL(std::string{"playing"}, cinema.status());
    }

    void overlooks_former_media() {
        Cinema cinema;
        CPPUNIT_ASSERT(cinema.tell("ben", media_match, found(1)).events.empty());
        cinema.show(film("Inception"));
        cinema.show(film("Alien"));
        auto change = cinema.tell("ben", media_match, found(1));
        CPPUNIT_ASSERT(change.events.empty());
        CPPUNIT_ASSERT(!at(change.answer, "accepted").boolean);
    }

    void learns_the_duration_from_the_host_alone() {
        Cinema cinema;
        auto inception = film("Inception");
        inception.duration_ms.reset();
        cinema.show(inception);
        cinema.play("anna");
        cinema.tell("ben", media_match, found(10'000));
        CPPUNIT_ASSERT(!cinema.room.playback.media->duration_ms);
        cinema.tell("anna", media_match, found(60'000));
        CPPUNIT_ASSERT_EQUAL(Millis{60'000}, *cinema.room.playback.media->duration_ms);
        cinema.wait(61'000);
        CPPUNIT_ASSERT_EQUAL(std::string{"paused"}, cinema.status());
    }

    static bool is_taken(const std::string& member) {
        try {
            read_body<NewMedia>(R"({"title":"Inception",)" + member + "}");
        } catch (const Failure&) {
            return false;
        }
        return true;
    }

    void takes_names_and_no_addresses() {
        CPPUNIT_ASSERT(is_taken(R"("contentKey":"tmdb:27205","rating":"PG-13","year":2010)"));
        CPPUNIT_ASSERT(is_taken(R"("posterUrl":"https://image.example/27205.jpg")"));
        CPPUNIT_ASSERT(!is_taken(R"("contentKey":"http://provider.example/live/1.ts")"));
        CPPUNIT_ASSERT(!is_taken(R"("posterUrl":"http://john:secret@provider.example/a.jpg")"));
        CPPUNIT_ASSERT(!is_taken(R"("posterUrl":"javascript:alert")"));
        CPPUNIT_ASSERT(!is_taken(R"("kind":"stream")"));
        CPPUNIT_ASSERT(!is_taken(R"("durationMs":0)"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PartyMatchTest);

}  // namespace
