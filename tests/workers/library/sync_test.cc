// Delta sync as devices use it: from nothing to a full copy, and from there change by change.
#include <map>
#include <random>

#include "tests/workers/library/library_house.h"

namespace {

constexpr Statement insert_profile{
    "test.insert_profile",
    "insert into profiles (id, user_id, name, version, pin_hash, max_rating) "
    "values ($1, $2, 'second', 1, 'hash', 'PG')",
    false};
constexpr Statement count_one_version{
    "test.count_one_version", "update sync_versions set version = version + 1 where user_id = $1",
    false};
constexpr Statement purge_tombstones{"test.purge_tombstones",
                                     "with gone as (delete from tombstones where user_id = $1) "
                                     "update sync_versions set oldest = version where user_id = $1",
                                     false};
constexpr const Statement* own[] = {&insert_profile, &count_one_version, &purge_tombstones};

// What a device keeps: kind and id to what it shows.
using Copy = std::map<std::string, std::string>;

class SyncTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SyncTest);
    CPPUNIT_TEST(gives_everything_without_a_cursor);
    CPPUNIT_TEST(gives_nothing_when_nothing_changed);
    CPPUNIT_TEST(rebuilds_the_state_in_small_steps);
    CPPUNIT_TEST(shows_a_recreated_item_as_a_change_only);
    CPPUNIT_TEST(refuses_a_broken_cursor);
    CPPUNIT_TEST(starts_over_when_tombstones_are_gone);
    CPPUNIT_TEST(lets_a_first_walk_pass_old_tombstones);
    CPPUNIT_TEST(tells_of_all_profiles);
    CPPUNIT_TEST(keeps_accounts_apart);
    CPPUNIT_TEST_SUITE_END();

    std::optional<LibraryHouse> at;
    std::mt19937 random{7};

    static void apply(Copy& copy, const Answered& delta) {
        for (const char* kind : {"profiles", "playlists", "favorites", "progress"}) {
            bool progress = kind == std::string{"progress"};
            for (const auto& gone : delta.data("deleted." + std::string{kind}).list) {
                copy.erase(kind + gone.text);
            }
            for (const auto& row : delta.data("changes." + std::string{kind}).list) {
                auto id = row.find(progress ? "item_id" : "id")->text;
                copy[kind + id] = std::to_string(row.find("version")->integer);
            }
        }
    }
    // Walks to the end and gives back the cursor.
    std::string follow(Copy& copy, std::string cursor, int limit) {
        for (int steps = 0; steps < 1000; ++steps) {
            auto delta = at->get("/sync?limit=" + std::to_string(limit) + "&since=" + cursor);
            CPPUNIT_ASSERT_EQUAL(200, delta.status);
            apply(copy, delta);
            cursor = delta.text("cursor");
            if (!delta.data("has_more").boolean) return cursor;
        }
        CPPUNIT_FAIL("the walk does not end");
        return {};
    }
    void put(const std::string& item) {
        at->put("/progress", R"({"item_id":")" + item + R"(","progress_seconds":5})");
    }
    // Something that people do.
    void live() {
        auto number = std::to_string(random() % 6);
        switch (random() % 6) {
            case 0:
            case 1:
                return put("m" + number);
            case 2:
                at->post("/favorites",
                         R"({"item_id":"f)" + number + R"(","item_type":"movie","item_name":"F"})");
                return;
            case 3:
                at->remove("/favorites?item_type=movie&item_id=f" + number);
                return;
            case 4:
                at->remove("/progress/m" + number);
                return;
            default:
                auto made = at->post("/playlists", R"({"name":"P","url":"http://a.example"})");
                if (made.status == 201) return;
                at->remove("/playlists/" + at->get("/playlists").text("playlists.0.id"));
        }
    }

  public:
    void setUp() override { at.emplace(std::vector{Statements{own}}); }
    void tearDown() override { at.reset(); }

    void gives_everything_without_a_cursor() {
        put("m");
        auto all = at->get("/sync");
        CPPUNIT_ASSERT_EQUAL(200, all.status);
        CPPUNIT_ASSERT_EQUAL(at->house.person("ana").profile.text(),
                             all.text("changes.profiles.0.id"));
        CPPUNIT_ASSERT(all.data("changes.profiles.0.is_default").boolean);
        CPPUNIT_ASSERT(all.data("changes.profiles.0.parental").find("timezone"));
        CPPUNIT_ASSERT_EQUAL(std::string{"m"}, all.text("changes.progress.0.item_id"));
        CPPUNIT_ASSERT_EQUAL(at->house.person("ana").profile.text(),
                             all.text("changes.progress.0.profile_id"));
        CPPUNIT_ASSERT(!all.data("has_more").boolean);
    }
    void gives_nothing_when_nothing_changed() {
        put("m");
        auto cursor = at->get("/sync").text("cursor");
        auto delta = at->get("/sync?since=" + cursor);
        for (const char* kind : {"profiles", "playlists", "favorites", "progress"}) {
            CPPUNIT_ASSERT(delta.data("changes." + std::string{kind}).list.empty());
            CPPUNIT_ASSERT(delta.data("deleted." + std::string{kind}).list.empty());
        }
        CPPUNIT_ASSERT_EQUAL(cursor, delta.text("cursor"));
    }
    void rebuilds_the_state_in_small_steps() {
        for (int limit : {1, 2, 3, 500}) {
            Copy copy;
            std::string cursor;
            for (int step = 0; step < 12; ++step) {
                for (int i = 0; i < 5; ++i) live();
                if (step % 3 == 2) {
                    cursor = follow(copy, cursor, limit);
                    Copy fresh;
                    follow(fresh, "", 500);
                    CPPUNIT_ASSERT(copy == fresh);
                } else {  // goes away in the middle of a walk
                    auto delta = at->get("/sync?limit=2&since=" + cursor);
                    apply(copy, delta);
                    cursor = delta.text("cursor");
                }
            }
        }
    }
    void shows_a_recreated_item_as_a_change_only() {
        put("m");
        auto cursor = at->get("/sync").text("cursor");
        at->remove("/progress/m");
        put("m");
        auto delta = at->get("/sync?since=" + cursor);
        CPPUNIT_ASSERT(delta.data("deleted.progress").list.empty());
        CPPUNIT_ASSERT_EQUAL(std::string{"m"}, delta.text("changes.progress.0.item_id"));
    }
    void refuses_a_broken_cursor() {
        for (const char* cursor : {"nonsense", "!!", "MTox", "MTotMTow", "MjoxOjE",
                                   "MTo5OTk5OTk5"
                                   "OTk5OTk5OTk5OTk5OTk6MQ",
                                   "%F0%9F%8E%AC"}) {
            CPPUNIT_ASSERT_EQUAL(400, at->get("/sync?since=" + std::string{cursor}).status);
        }
        CPPUNIT_ASSERT_EQUAL(400, at->get("/sync?limit=0").status);
        CPPUNIT_ASSERT_EQUAL(400, at->get("/sync?limit=1001").status);
    }
    void starts_over_when_tombstones_are_gone() {
        put("m");
        auto early = at->get("/sync").text("cursor");
        at->remove("/progress/m");
        put("n");
        auto late = at->get("/sync").text("cursor");
        at->house.db.run(purge_tombstones, at->house.person("ana").id);
        auto refused = at->get("/sync?since=" + early);
        CPPUNIT_ASSERT_EQUAL(410, refused.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"resync_required"}, refused.code());
        CPPUNIT_ASSERT_EQUAL(200, at->get("/sync?since=" + late).status);
        // A cursor from before a backup came back.
        CPPUNIT_ASSERT_EQUAL(410, at->get("/sync?since=MTo5OTk6OTk5").status);
    }
    void lets_a_first_walk_pass_old_tombstones() {
        for (const char* item : {"a", "b", "c", "d"}) put(item);
        at->remove("/progress/a");
        put("e");
        at->house.db.run(purge_tombstones, at->house.person("ana").id);
        Copy copy;
        follow(copy, "", 1);
        CPPUNIT_ASSERT_EQUAL(std::size_t{5}, copy.size());  // b, c, d, e and the profile
    }
    void tells_of_all_profiles() {
        const auto& ana = at->house.person("ana");
        auto second = Uuid::make();
        at->house.db.run(count_one_version, ana.id);
        at->house.db.run(insert_profile, second, ana.id);
        put("m");
        at->as(ana, second, Method::put, "/progress", R"({"item_id":"m","progress_seconds":9})");
        auto all = at->get("/sync");
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, all.data("changes.progress").list.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, all.data("changes.profiles").list.size());
        CPPUNIT_ASSERT(all.data("changes.profiles.1.has_pin").boolean);
        CPPUNIT_ASSERT_EQUAL(std::string{"PG"}, all.text("changes.profiles.1.parental.max_rating"));
        CPPUNIT_ASSERT(all.body.find("hash") == all.body.npos);
    }
    void keeps_accounts_apart() {
        put("m");
        auto theirs = at->get("/sync", "bor");
        CPPUNIT_ASSERT(theirs.data("changes.progress").list.empty());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, theirs.data("changes.profiles").list.size());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(SyncTest);

}  // namespace
