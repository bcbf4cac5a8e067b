// Playlists as clients keep them: what is shown, what is never shown, and how many there may be.
#include "tests/workers/library/library_house.h"

namespace {

constexpr Statement dump_playlists{"test.dump_playlists",
                                   "select string_agg(playlists::text, ' ') || ' ' || "
                                   "string_agg(encode(coalesce(url_sealed, '') || username_sealed "
                                   "|| password_sealed, 'escape'), ' ') "
                                   "from playlists",
                                   true};
constexpr Statement spoil_seals{
    "test.spoil_seals",
    "update playlists set username_sealed = '\\x0100', password_sealed = '\\x01'", false};
constexpr Statement swap_seals{
    "test.swap_seals",
    "update playlists p set password_sealed = o.password_sealed from playlists o "
    "where o.id <> p.id and o.user_id = p.user_id",
    false};
constexpr const Statement* own[] = {&dump_playlists, &spoil_seals, &swap_seals};

constexpr const char* premium =
    R"({"name":"Premium IPTV Service","url":"http://iptv-provider.com/get.php",)"
    R"("username":"john_iptv","password":"iptv_pass_2024"})";
constexpr const char* pasted =
    R"({"name":"Pasted","url":"http://p.example:8080/get.php?username=jane&password=s3cret!pw)"
    R"(&type=m3u_plus&output=ts"})";

class PlaylistsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PlaylistsTest);
    CPPUNIT_TEST(creates_the_playlist_of_the_scenario);
    CPPUNIT_TEST(shows_one_with_its_password_and_links);
    CPPUNIT_TEST(splits_an_address_that_carries_credentials);
    CPPUNIT_TEST(keeps_the_whole_address_of_a_file);
    CPPUNIT_TEST(tells_the_type_when_it_is_not_said);
    CPPUNIT_TEST(never_shows_or_stores_a_password_in_clear);
    CPPUNIT_TEST(opens_no_value_that_was_moved);
    CPPUNIT_TEST(lists_what_no_longer_opens);
    CPPUNIT_TEST(changes_only_what_was_sent);
    CPPUNIT_TEST(clears_what_is_sent_as_null);
    CPPUNIT_TEST(refuses_null_where_something_must_be);
    CPPUNIT_TEST(refuses_what_is_no_playlist);
    CPPUNIT_TEST(stops_at_the_limit_of_the_plan);
    CPPUNIT_TEST(hides_the_playlists_of_others);
    CPPUNIT_TEST(frees_favourites_of_a_deleted_playlist);
    CPPUNIT_TEST(counts_beyond_the_last_page);
    CPPUNIT_TEST(creates_once_under_an_idempotency_key);
    CPPUNIT_TEST(asks_the_database_once);
    CPPUNIT_TEST_SUITE_END();

    std::optional<LibraryHouse> at;

  public:
    void setUp() override { at.emplace(std::vector{Statements{own}}); }
    void tearDown() override { at.reset(); }

    void creates_the_playlist_of_the_scenario() {
        auto made = at->post("/playlists", premium);
        CPPUNIT_ASSERT_EQUAL(201, made.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"Playlist created successfully"}, made.message());
        CPPUNIT_ASSERT_EQUAL(std::string{"xtream"}, made.text("playlist.type"));
        CPPUNIT_ASSERT_EQUAL(std::string{"http://iptv-provider.com/get.php"},
                             made.text("playlist.url"));
        CPPUNIT_ASSERT_EQUAL(std::string{"john_iptv"}, made.text("playlist.username"));
        CPPUNIT_ASSERT(made.data("playlist.has_password").boolean);
        CPPUNIT_ASSERT_EQUAL(std::string{"active"}, made.text("playlist.status"));
        CPPUNIT_ASSERT_EQUAL("/api/v1/playlists/" + made.text("playlist.id"),
                             made.header("Location"));
    }
    void shows_one_with_its_password_and_links() {
        auto id = at->post("/playlists", premium).text("playlist.id");
        auto shown = at->get("/playlists/" + id);
        CPPUNIT_ASSERT_EQUAL(std::string{"iptv_pass_2024"}, shown.text("playlist.password"));
        const std::string who = "?username=john_iptv&password=iptv_pass_2024";
        CPPUNIT_ASSERT_EQUAL("http://iptv-provider.com/get.php" + who + "&type=m3u_plus&output=ts",
                             shown.text("playlist.m3u_url"));
        CPPUNIT_ASSERT_EQUAL("http://iptv-provider.com/player_api.php" + who,
                             shown.text("playlist.player_api_url"));
        CPPUNIT_ASSERT_EQUAL("http://iptv-provider.com/xmltv.php" + who,
                             shown.text("playlist.epg_url"));
        CPPUNIT_ASSERT_EQUAL(std::string{"no-store"}, shown.header("Cache-Control"));
    }
    void splits_an_address_that_carries_credentials() {
        auto made = at->post("/playlists", pasted);
        CPPUNIT_ASSERT_EQUAL(std::string{"xtream"}, made.text("playlist.type"));
        CPPUNIT_ASSERT_EQUAL(std::string{"http://p.example:8080/get.php?type=m3u_plus&output=ts"},
                             made.text("playlist.url"));
        CPPUNIT_ASSERT_EQUAL(std::string{"jane"}, made.text("playlist.username"));
        auto shown = at->get("/playlists/" + made.text("playlist.id"));
        CPPUNIT_ASSERT_EQUAL(std::string{"s3cret!pw"}, shown.text("playlist.password"));
        CPPUNIT_ASSERT_EQUAL(std::string{"http://p.example:8080/get.php?username=jane"
                                         "&password=s3cret%21pw&type=m3u_plus&output=ts"},
                             shown.text("playlist.m3u_url"));
    }
    void keeps_the_whole_address_of_a_file() {
        const std::string whole = "https://cdn.example/tv.m3u8?token=abcdef";
        auto made = at->post("/playlists", R"({"name":"File","url":")" + whole +
                                               R"(","epg_url":"https://cdn.example/e.xml?k=v"})");
        CPPUNIT_ASSERT_EQUAL(std::string{"m3u"}, made.text("playlist.type"));
        CPPUNIT_ASSERT_EQUAL(std::string{"https://cdn.example/tv.m3u8"}, made.text("playlist.url"));
        CPPUNIT_ASSERT_EQUAL(std::string{"https://cdn.example/e.xml"},
                             made.text("playlist.epg_url"));
        auto shown = at->get("/playlists/" + made.text("playlist.id"));
        CPPUNIT_ASSERT_EQUAL(whole, shown.text("playlist.m3u_url"));
        CPPUNIT_ASSERT_EQUAL(std::string{"https://cdn.example/e.xml?k=v"},
                             shown.text("playlist.epg_url"));
    }
    void tells_the_type_when_it_is_not_said() {
        auto type = [&](const std::string& members) {
            auto made = at->post("/playlists", R"({"name":"x",)" + members + "}", "cene");
            return made.text("playlist.type");
        };
        CPPUNIT_ASSERT_EQUAL(std::string{"m3u"}, type(R"("url":"http://a.example/x.m3u")"));
        CPPUNIT_ASSERT_EQUAL(std::string{"xtream"},
                             type(R"("url":"http://a.example/x.m3u","username":"u")"));
        CPPUNIT_ASSERT_EQUAL(std::string{"m3u"},
                             type(R"("url":"http://a.example/get.php?type=m3u")"));
        CPPUNIT_ASSERT_EQUAL(std::string{"xtream"}, type(R"("url":"http://a.example")"));
        CPPUNIT_ASSERT_EQUAL(std::string{"m3u"}, type(R"("url":"http://a.example","type":"m3u")"));
    }
    void never_shows_or_stores_a_password_in_clear() {
        at->post("/playlists", premium);
        auto made = at->post("/playlists", pasted);
        auto id = made.text("playlist.id");
        auto stored = at->house.db.get<std::string>(dump_playlists);
        auto changed = at->patch("/playlists/" + id, R"({"name":"Other"})");
        for (const auto& text :
             {made.body, changed.body, at->get("/playlists").body, at->get("/sync").body, stored}) {
            CPPUNIT_ASSERT(text.find("iptv_pass_2024") == text.npos);
            CPPUNIT_ASSERT(text.find("s3cret") == text.npos);
        }
        CPPUNIT_ASSERT(stored.find("jane") == stored.npos);
        CPPUNIT_ASSERT(stored.find("john_iptv") == stored.npos);
    }
    void opens_no_value_that_was_moved() {
        auto id = at->post("/playlists", premium).text("playlist.id");
        at->post("/playlists", pasted);
        at->house.db.run(swap_seals);
        auto shown = at->get("/playlists/" + id);
        CPPUNIT_ASSERT_EQUAL(200, shown.status);
        CPPUNIT_ASSERT(shown.data("playlist.password").kind == JsonValue::Kind::null);
        CPPUNIT_ASSERT(shown.data("playlist.m3u_url").kind == JsonValue::Kind::null);
    }
    void lists_what_no_longer_opens() {
        auto id = at->post("/playlists", premium).text("playlist.id");
        at->house.db.run(spoil_seals);
        auto listed = at->get("/playlists");
        CPPUNIT_ASSERT_EQUAL(200, listed.status);
        CPPUNIT_ASSERT(listed.data("playlists.0.username").kind == JsonValue::Kind::null);
        CPPUNIT_ASSERT(listed.data("playlists.0.has_password").boolean);
        CPPUNIT_ASSERT_EQUAL(200, at->get("/playlists/" + id).status);
    }
    void changes_only_what_was_sent() {
        auto id = at->post("/playlists", premium).text("playlist.id");
        auto changed = at->patch("/playlists/" + id, R"({"name":"New","password":"other"})");
        CPPUNIT_ASSERT_EQUAL(200, changed.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"New"}, changed.text("playlist.name"));
        auto shown = at->get("/playlists/" + id);
        CPPUNIT_ASSERT_EQUAL(std::string{"other"}, shown.text("playlist.password"));
        CPPUNIT_ASSERT_EQUAL(std::string{"john_iptv"}, shown.text("playlist.username"));
        at->patch("/playlists/" + id, R"({"url":"http://new.example/"})");
        shown = at->get("/playlists/" + id);
        CPPUNIT_ASSERT_EQUAL(
            std::string{"http://new.example/player_api.php?username=john_iptv&password=other"},
            shown.text("playlist.player_api_url"));
        CPPUNIT_ASSERT_EQUAL(200, at->patch("/playlists/" + id, "{}").status);
    }
    void clears_what_is_sent_as_null() {
        auto id = at->post("/playlists", premium).text("playlist.id");
        at->patch("/playlists/" + id, R"({"epg_url":"http://e.example/x.xml"})");
        auto changed =
            at->patch("/playlists/" + id, R"({"username":null,"password":null,"epg_url":null})");
        CPPUNIT_ASSERT(changed.data("playlist.username").kind == JsonValue::Kind::null);
        CPPUNIT_ASSERT(!changed.data("playlist.has_password").boolean);
        CPPUNIT_ASSERT(changed.data("playlist.epg_url").kind == JsonValue::Kind::null);
    }
    void refuses_null_where_something_must_be() {
        auto id = at->post("/playlists", premium).text("playlist.id");
        for (const char* body : {R"({"name":null})", R"({"url":null})", R"({"type":null})"}) {
            CPPUNIT_ASSERT_EQUAL(400, at->patch("/playlists/" + id, body).status);
        }
    }
    void refuses_what_is_no_playlist() {
        for (const char* body :
             {"{}", R"({"name":"x"})", R"({"name":"","url":"http://a.example"})",
              R"({"name":"  ","url":"http://a.example"})",
              R"({"name":"x","url":"ftp://a.example"})", R"({"name":"x","url":"javascript:1"})",
              R"({"name":"x","url":"http://a.example","type":"rss"})",
              R"({"name":"x","url":"http://a.example","username":7})"}) {
            CPPUNIT_ASSERT_EQUAL(400, at->post("/playlists", body).status);
        }
        std::string name(101, 'x');
        CPPUNIT_ASSERT_EQUAL(
            400, at->post("/playlists", R"({"name":")" + name + R"(","url":"http://a.example"})")
                     .status);
    }
    void stops_at_the_limit_of_the_plan() {
        CPPUNIT_ASSERT_EQUAL(201, at->post("/playlists", premium, "bor").status);
        auto refused = at->post("/playlists", premium, "bor");
        CPPUNIT_ASSERT_EQUAL(403, refused.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"plan_limit_reached"}, refused.code());
        CPPUNIT_ASSERT_EQUAL(std::string{"Plan limit reached. Maximum playlists: 1"},
                             refused.message());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, refused.number("limit"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, refused.number("current"));
        auto id = at->get("/playlists", "bor").text("playlists.0.id");
        CPPUNIT_ASSERT_EQUAL(200, at->remove("/playlists/" + id, "bor").status);
        CPPUNIT_ASSERT_EQUAL(201, at->post("/playlists", premium, "bor").status);
    }
    void hides_the_playlists_of_others() {
        auto id = at->post("/playlists", premium).text("playlist.id");
        CPPUNIT_ASSERT_EQUAL(404, at->get("/playlists/" + id, "bor").status);
        CPPUNIT_ASSERT_EQUAL(404, at->patch("/playlists/" + id, R"({"name":"x"})", "bor").status);
        CPPUNIT_ASSERT_EQUAL(404, at->remove("/playlists/" + id, "bor").status);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0},
                             at->get("/playlists", "bor").number("pagination.total"));
    }
    void frees_favourites_of_a_deleted_playlist() {
        auto id = at->post("/playlists", premium).text("playlist.id");
        at->post("/favorites", R"({"item_id":"c1","item_type":"channel","item_name":"C1",)"
                               R"("playlist_id":")" +
                                   id + "\"}");
        auto cursor = at->get("/sync").text("cursor");
        CPPUNIT_ASSERT_EQUAL(200, at->remove("/playlists/" + id).status);
        auto delta = at->get("/sync?since=" + cursor);
        CPPUNIT_ASSERT_EQUAL(id, delta.text("deleted.playlists.0"));
        CPPUNIT_ASSERT_EQUAL(std::string{"c1"}, delta.text("changes.favorites.0.item_id"));
        CPPUNIT_ASSERT(delta.data("changes.favorites.0.playlist_id").kind == JsonValue::Kind::null);
    }
    void counts_beyond_the_last_page() {
        at->post("/playlists", premium);
        at->post("/playlists", pasted);
        auto page = at->get("/playlists?page=1&limit=1");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, page.number("pagination.total"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, page.data("playlists").list.size());
        page = at->get("/playlists?page=9");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, page.number("pagination.total"));
        CPPUNIT_ASSERT(page.data("playlists").list.empty());
        CPPUNIT_ASSERT_EQUAL(400, at->get("/playlists?page=0").status);
        CPPUNIT_ASSERT_EQUAL(400, at->get("/playlists?limit=1001").status);
    }
    void creates_once_under_an_idempotency_key() {
        Headers key{{"idempotency-key", "key-of-a-playlist"}};
        auto first = at->post("/playlists", premium, "bor", key);
        auto second = at->post("/playlists", premium, "bor", key);
        CPPUNIT_ASSERT_EQUAL(201, second.status);
        CPPUNIT_ASSERT_EQUAL(first.text("playlist.id"), second.text("playlist.id"));
        CPPUNIT_ASSERT_EQUAL(422, at->post("/playlists", pasted, "bor", key).status);
    }
    void asks_the_database_once() {
        at->house.person("ana");
        for (const char* target : {"/playlists", "/favorites", "/progress", "/sync"}) {
            auto profile = at->house.person("ana").profile;
            at->as(at->house.person("ana"), profile, Method::get, target);
            CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                                 static_cast<std::int64_t>(at->house.db.effort().trips));
        }
        at->as(at->house.person("ana"), at->house.person("ana").profile, Method::put, "/progress",
               R"({"item_id":"m","progress_seconds":5})");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             static_cast<std::int64_t>(at->house.db.effort().trips));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(PlaylistsTest);

}  // namespace
