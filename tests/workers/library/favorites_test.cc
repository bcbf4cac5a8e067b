// Favourites as clients keep them: adding is a set's, positions are the people's.
#include "tests/workers/library/library_house.h"

namespace {

constexpr Statement fill_favorites{
    "test.fill_favorites",
    "insert into favorites (id, user_id, profile_id, item_id, item_type, item_name, position) "
    "select gen_random_uuid(), $1, $2, 'filler_' || n, 'movie', 'x', n "
    "from generate_series(1, $3::int) n",
    false};
constexpr Statement insert_profile{
    "test.insert_profile", "insert into profiles (id, user_id, name) values ($1, $2, 'second')",
    false};
constexpr const Statement* own[] = {&fill_favorites, &insert_profile};

std::string item(const std::string& id, const std::string& more = "") {
    return R"({"item_id":")" + id + R"(","item_type":"channel","item_name":"Name of )" + id + "\"" +
           more + "}";
}

class FavoritesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FavoritesTest);
    CPPUNIT_TEST(adds_the_favourite_of_the_scenario);
    CPPUNIT_TEST(answers_one_that_is_there_as_it_stands);
    CPPUNIT_TEST(puts_new_ones_at_the_end);
    CPPUNIT_TEST(lists_by_type_and_page);
    CPPUNIT_TEST(changes_position_name_and_logo);
    CPPUNIT_TEST(deletes_by_id_and_by_item);
    CPPUNIT_TEST(demands_both_parts_of_an_item);
    CPPUNIT_TEST(refuses_what_is_no_favourite);
    CPPUNIT_TEST(refuses_a_playlist_of_others);
    CPPUNIT_TEST(stops_at_the_limit_of_the_plan);
    CPPUNIT_TEST(counts_all_profiles_of_the_account);
    CPPUNIT_TEST(knows_no_limit_on_premium);
    CPPUNIT_TEST(keeps_profiles_apart);
    CPPUNIT_TEST(hides_the_favourites_of_others);
    CPPUNIT_TEST(shows_phones_less);
    CPPUNIT_TEST_SUITE_END();

    std::optional<LibraryHouse> at;

    std::string order() {
        std::string ids;
        auto listed = at->get("/favorites");
        for (const auto& one : listed.data("favorites").list) ids += one.find("item_id")->text;
        return ids;
    }

  public:
    void setUp() override { at.emplace(std::vector{Statements{own}}); }
    void tearDown() override { at.reset(); }

    void adds_the_favourite_of_the_scenario() {
        auto made = at->post("/favorites",
                             R"({"item_id":"espn_hd","item_type":"channel","item_name":"ESPN HD",)"
                             R"("item_logo":"https://cdn.example.com/espn.png"})");
        CPPUNIT_ASSERT_EQUAL(201, made.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"ESPN HD"}, made.text("favorite.item_name"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, made.number("favorite.position"));
        CPPUNIT_ASSERT_EQUAL("/api/v1/favorites/" + made.text("favorite.id"),
                             made.header("Location"));
    }
    void answers_one_that_is_there_as_it_stands() {
        auto first = at->post("/favorites", item("a"));
        auto cursor = at->get("/sync").text("cursor");
        auto again =
            at->post("/favorites", R"({"item_id":"a","item_type":"channel","item_name":"Other"})");
        CPPUNIT_ASSERT_EQUAL(200, again.status);
        CPPUNIT_ASSERT_EQUAL(first.text("favorite.id"), again.text("favorite.id"));
        CPPUNIT_ASSERT_EQUAL(std::string{"Name of a"}, again.text("favorite.item_name"));
        CPPUNIT_ASSERT_EQUAL(cursor, at->get("/sync").text("cursor"));
        auto other =
            at->post("/favorites", R"({"item_id":"a","item_type":"movie","item_name":"Film"})");
        CPPUNIT_ASSERT_EQUAL(201, other.status);
    }
    void puts_new_ones_at_the_end() {
        at->post("/favorites", item("a"));
        at->post("/favorites", item("b", R"(,"position":7)"));
        at->post("/favorites", item("c"));
        at->post("/favorites", item("d", R"(,"position":3)"));
        CPPUNIT_ASSERT_EQUAL(std::string{"adbc"}, order());
    }
    void lists_by_type_and_page() {
        for (const char* id : {"a", "b", "c"}) at->post("/favorites", item(id));
        at->post("/favorites", R"({"item_id":"m","item_type":"movie","item_name":"M"})");
        auto channels = at->get("/favorites?type=channel&limit=2&page=2");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, channels.number("pagination.total"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, channels.number("pagination.pages"));
        CPPUNIT_ASSERT_EQUAL(std::string{"c"}, channels.text("favorites.0.item_id"));
        auto beyond = at->get("/favorites?page=50");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{4}, beyond.number("pagination.total"));
        CPPUNIT_ASSERT_EQUAL(400, at->get("/favorites?type=song").status);
    }
    void changes_position_name_and_logo() {
        auto id = at->post("/favorites", item("a", R"(,"item_logo":"http://l.example/1.png")"))
                      .text("favorite.id");
        at->post("/favorites", item("b"));
        auto changed = at->patch("/favorites/" + id, R"({"position":9,"item_name":"Ä"})");
        CPPUNIT_ASSERT_EQUAL(200, changed.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"Ä"}, changed.text("favorite.item_name"));
        CPPUNIT_ASSERT_EQUAL(std::string{"http://l.example/1.png"},
                             changed.text("favorite.item_logo"));
        CPPUNIT_ASSERT_EQUAL(std::string{"ba"}, order());
        changed = at->patch("/favorites/" + id, R"({"item_logo":null})");
        CPPUNIT_ASSERT(changed.data("favorite.item_logo").kind == JsonValue::Kind::null);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{9}, changed.number("favorite.position"));
        for (const char* body : {R"({"position":-1})", R"({"position":1.5})", R"({"item_name":""})",
                                 R"({"item_logo":"x"})"}) {
            CPPUNIT_ASSERT_EQUAL(400, at->patch("/favorites/" + id, body).status);
        }
    }
    void deletes_by_id_and_by_item() {
        auto id = at->post("/favorites", item("a")).text("favorite.id");
        at->post("/favorites", item("b"));
        auto cursor = at->get("/sync").text("cursor");
        CPPUNIT_ASSERT_EQUAL(200, at->remove("/favorites/" + id).status);
        CPPUNIT_ASSERT_EQUAL(404, at->remove("/favorites/" + id).status);
        CPPUNIT_ASSERT_EQUAL(200, at->remove("/favorites?item_id=b&item_type=channel").status);
        CPPUNIT_ASSERT_EQUAL(404, at->remove("/favorites?item_id=b&item_type=channel").status);
        auto delta = at->get("/sync?since=" + cursor);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, delta.data("deleted.favorites").list.size());
        CPPUNIT_ASSERT_EQUAL(std::string{}, order());
    }
    void demands_both_parts_of_an_item() {
        for (const char* target :
             {"/favorites", "/favorites?item_id=a", "/favorites?item_type=movie",
              "/favorites?item_id=a&item_type=song"}) {
            CPPUNIT_ASSERT_EQUAL(400, at->remove(target).status);
        }
    }
    void refuses_what_is_no_favourite() {
        std::string long_id(201, 'x');
        for (const auto& body :
             {std::string{"{}"}, item(""), item(long_id), item("a", R"(,"position":-1)"),
              item("a", R"(,"item_logo":"data:image/png")"), item("a\\n"),
              item("a", R"(,"playlist_id":"nonsense")"),
              std::string{R"({"item_id":"a","item_type":"song","item_name":"x"})"},
              std::string{R"({"item_id":"a","item_type":"movie"})"}}) {
            CPPUNIT_ASSERT_EQUAL(400, at->post("/favorites", body).status);
        }
        auto longest = R"({"item_id":")" + std::string(200, 'x') +
                       R"(","item_type":"movie","item_name":")" + std::string(150, 'y') + "\"}";
        CPPUNIT_ASSERT_EQUAL(201, at->post("/favorites", longest).status);
    }
    void refuses_a_playlist_of_others() {
        auto theirs = at->post("/playlists", R"({"name":"x","url":"http://a.example"})", "bor")
                          .text("playlist.id");
        auto refused = at->post("/favorites", item("a", ",\"playlist_id\":\"" + theirs + "\""));
        CPPUNIT_ASSERT_EQUAL(400, refused.status);
        CPPUNIT_ASSERT(refused.body.find("You have no playlist") != refused.body.npos);
    }
    void stops_at_the_limit_of_the_plan() {
        const auto& bor = at->house.person("bor");
        at->post("/favorites", item("first"), "bor");
        at->house.db.run(fill_favorites, bor.id, bor.profile, 49);
        auto refused = at->post("/favorites", item("one more"), "bor");
        CPPUNIT_ASSERT_EQUAL(403, refused.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"Plan limit reached. Maximum favorites: 50"},
                             refused.message());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{50}, refused.number("current"));
        CPPUNIT_ASSERT_EQUAL(200, at->post("/favorites", item("first"), "bor").status);
    }
    void counts_all_profiles_of_the_account() {
        const auto& bor = at->house.person("bor");
        auto second = Uuid::make();
        at->house.db.run(insert_profile, second, bor.id);
        at->house.db.run(fill_favorites, bor.id, second, 50);
        CPPUNIT_ASSERT_EQUAL(403, at->post("/favorites", item("a"), "bor").status);
    }
    void knows_no_limit_on_premium() {
        const auto& cene = at->house.person("cene");
        at->house.db.run(fill_favorites, cene.id, cene.profile, 700);
        CPPUNIT_ASSERT_EQUAL(201, at->post("/favorites", item("a"), "cene").status);
    }
    void keeps_profiles_apart() {
        const auto& ana = at->house.person("ana");
        auto second = Uuid::make();
        at->house.db.run(insert_profile, second, ana.id);
        auto id = at->post("/favorites", item("a")).text("favorite.id");
        auto theirs = at->as(ana, second, Method::get, "/favorites");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, theirs.number("pagination.total"));
        CPPUNIT_ASSERT_EQUAL(404, at->as(ana, second, Method::remove, "/favorites/" + id).status);
        auto made = at->as(ana, second, Method::post, "/favorites", item("a"));
        CPPUNIT_ASSERT_EQUAL(201, made.status);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, made.number("favorite.position"));
    }
    void hides_the_favourites_of_others() {
        auto id = at->post("/favorites", item("a")).text("favorite.id");
        CPPUNIT_ASSERT_EQUAL(404, at->remove("/favorites/" + id, "bor").status);
        CPPUNIT_ASSERT_EQUAL(404, at->patch("/favorites/" + id, R"({"position":1})", "bor").status);
        CPPUNIT_ASSERT_EQUAL(404, at->remove("/favorites/nonsense").status);
    }
    void shows_phones_less() {
        at->post("/favorites", item("a"));
        auto compact = at->get("/favorites?view=compact");
        CPPUNIT_ASSERT(!compact.data("favorites.0").find("created_at"));
        CPPUNIT_ASSERT(compact.data("favorites.0").find("item_logo"));
        auto picked = at->get("/favorites?fields=item_id");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, picked.data("favorites.0").members.size());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(FavoritesTest);

}  // namespace
