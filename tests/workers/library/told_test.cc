// What the other devices of an account hear of changes in its library. Real commits, because what
// is told is told after them; Ana is deleted at the end.
#include "tests/support/listener.h"
#include "tests/workers/library/library_house.h"

namespace {

constexpr Statement forget{"told.forget", "delete from users where id = $1", false};
constexpr const Statement* own[] = {&forget};

class LibraryTold : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LibraryTold);
    CPPUNIT_TEST(tells_where_a_profile_is);
    CPPUNIT_TEST(says_nothing_of_an_old_report);
    CPPUNIT_TEST(tells_of_a_batch_once);
    CPPUNIT_TEST(tells_of_forgotten_progress);
    CPPUNIT_TEST(tells_of_favorites);
    CPPUNIT_TEST(tells_of_playlists_without_their_credentials);
    CPPUNIT_TEST(says_nothing_of_what_was_undone);
    CPPUNIT_TEST(says_nothing_of_what_was_refused);
    CPPUNIT_TEST(says_nothing_when_nobody_listens);
    CPPUNIT_TEST(waits_for_nobody);
    CPPUNIT_TEST_SUITE_END();

    std::optional<LibraryHouse> at;
    std::optional<Listener> tv;
    Person ana;

  public:
    void setUp() override {
        at.emplace(std::vector{Statements{own}});
        at->house.db.rollback();  // from here on, what is done is done
        ana = at->house.person("ana");
        tv.emplace(at->house.redis, ana.id.text());
    }
    void tearDown() override {
        tv.reset();
        at->house.db.run(forget, ana.id);
        at->house.db.begin();
        at.reset();
    }

    void tells_where_a_profile_is() {
        at->put("/progress", R"({"item_id":"m","progress_seconds":90,"item_type":"movie",)"
                             R"("duration_seconds":300,"device_id":"phone"})");
        auto heard = tv->heard();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, heard.size());
        const auto& event = heard[0];
        CPPUNIT_ASSERT_EQUAL(std::string{"sync:playback"}, event.type);
        CPPUNIT_ASSERT_EQUAL(std::string{"m"}, event.of("itemKey").text);
        CPPUNIT_ASSERT_EQUAL(std::string{"movie"}, event.of("kind").text);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{90'000}, event.of("positionMs").integer);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{300'000}, event.of("durationMs").integer);
        CPPUNIT_ASSERT_EQUAL(std::string{"phone"}, event.of("deviceId").text);
        CPPUNIT_ASSERT_EQUAL(ana.profile.text(), event.of("profileId").text);
        CPPUNIT_ASSERT_EQUAL(at->now.time_since_epoch().count() / 1000, event.of("at").integer);
        CPPUNIT_ASSERT_EQUAL(std::string{"phone"}, event.of("by").text);
    }

    void says_nothing_of_an_old_report() {
        at->put("/progress", R"({"item_id":"m","progress_seconds":90})");
        at->put("/progress", R"({"item_id":"m","progress_seconds":9,)"
                             R"("client_updated_at":"2026-01-01T00:00:00Z"})");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, tv->heard().size());
    }

    void tells_of_a_batch_once() {
        at->post("/progress/batch", R"({"items":[{"item_id":"a","progress_seconds":1},)"
                                    R"({"item_id":"b","progress_seconds":2}]})");
        at->post("/progress/batch", R"({"items":[{"item_id":"c","progress_seconds":3}]})");
        auto heard = tv->heard();
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, heard.size());
        CPPUNIT_ASSERT_EQUAL(std::string{"progress:changed"}, heard[0].type);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, heard[0].of("changedIds").list.size());
        CPPUNIT_ASSERT_EQUAL(ana.profile.text(), heard[0].of("profileId").text);
        CPPUNIT_ASSERT_EQUAL(std::string{"sync:playback"}, heard[1].type);
        CPPUNIT_ASSERT_EQUAL(std::string{"c"}, heard[1].of("itemKey").text);
    }

    void tells_of_forgotten_progress() {
        at->put("/progress", R"({"item_id":"m","progress_seconds":90})");
        at->remove("/progress/m");
        auto heard = tv->heard();
        CPPUNIT_ASSERT_EQUAL(std::string{"progress:changed"}, heard.back().type);
        CPPUNIT_ASSERT_EQUAL(std::string{"m"}, heard.back().of("changedIds").list.at(0).text);
    }

    void tells_of_favorites() {
        auto made = at->post("/favorites", favorite);
        auto id = made.text("favorite.id");
        at->post("/favorites", favorite);  // it is there already
        at->patch("/favorites/" + id, R"({"position":7})");
        at->remove("/favorites?item_id=bbc&item_type=channel");
        auto heard = tv->heard();
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, heard.size());
        std::int64_t last = 0;
        for (const auto& event : heard) {
            CPPUNIT_ASSERT_EQUAL(std::string{"favorites:changed"}, event.type);
            CPPUNIT_ASSERT_EQUAL(id, event.of("changedIds").list.at(0).text);
            CPPUNIT_ASSERT_EQUAL(ana.profile.text(), event.of("profileId").text);
            CPPUNIT_ASSERT(event.of("rev").integer > last);
            last = event.of("rev").integer;
        }
        CPPUNIT_ASSERT_EQUAL(made.number("favorite.version"), heard[0].of("rev").integer);
    }

    void tells_of_playlists_without_their_credentials() {
        auto id = at->post("/playlists", R"({"name":"TV","url":"http://tv.example/get.php",)"
                                         R"("username":"knight","password":"open sesame"})")
                      .text("playlist.id");
        at->patch("/playlists/" + id, R"({"password":"sesame opened"})");
        at->remove("/playlists/" + id);
        auto heard = tv->heard();
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, heard.size());
        for (const auto& event : heard) {
            CPPUNIT_ASSERT_EQUAL(std::string{"playlist:changed"}, event.type);
            CPPUNIT_ASSERT_EQUAL(id, event.of("changedIds").list.at(0).text);
            for (const char* secret : {"sesame", "knight", "tv.example"}) {
                CPPUNIT_ASSERT(event.text.find(secret) == std::string::npos);
            }
        }
    }

    void says_nothing_of_what_was_undone() {
        at->house.db.begin();
        CPPUNIT_ASSERT_EQUAL(201, at->post("/favorites", favorite).status);
        CPPUNIT_ASSERT_EQUAL(
            200, at->put("/progress", R"({"item_id":"m","progress_seconds":90})").status);
        at->house.db.rollback();
        CPPUNIT_ASSERT(tv->heard().empty());
    }

    void says_nothing_of_what_was_refused() {
        at->remove("/progress/nothing");
        at->patch("/favorites/" + Uuid::make().text(), R"({"position":7})");
        at->remove("/playlists/" + Uuid::make().text());
        CPPUNIT_ASSERT(tv->heard().empty());
    }

    void says_nothing_when_nobody_listens() {
        tv->go();
        at->post("/favorites", favorite);
        auto keys = at->house.redis.ask({{"EXISTS", tv->key("s"), tv->key("m")}});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, keys->front().integer);
    }

    void waits_for_nobody() {
        at->put("/progress", R"({"item_id":"m","progress_seconds":1})");
        at->put("/progress", R"({"item_id":"m","progress_seconds":2})");
        // Of the last request: the one for its rate.
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, std::int64_t{at->house.redis.effort().trips});
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, tv->heard().size());
    }

  private:
    static constexpr const char* favorite =
        R"({"item_id":"bbc","item_type":"channel","item_name":"BBC"})";
};

CPPUNIT_TEST_SUITE_REGISTRATION(LibraryTold);

}  // namespace
