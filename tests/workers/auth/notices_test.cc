// What an account was told in the app: the list, the marks, and who hears of them.
#include <cppunit/extensions/HelperMacros.h>

#include <optional>

#include "tests/support/listener.h"
#include "tests/workers/auth/front_door.h"

namespace {

constexpr Statement forget{"notices.forget", "delete from users where id = $1::text::uuid", false};
constexpr const Statement* own[] = {&forget};

class AuthNotices : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AuthNotices);
    CPPUNIT_TEST(lists_unread_ones_first);
    CPPUNIT_TEST(speaks_the_language_of_the_account);
    CPPUNIT_TEST(marks_what_was_read_once);
    CPPUNIT_TEST(marks_nothing_of_others);
    CPPUNIT_TEST(refuses_what_is_no_list);
    CPPUNIT_TEST(tells_the_other_devices);
    CPPUNIT_TEST(tells_of_settings);
    CPPUNIT_TEST_SUITE_END();

    std::optional<FrontDoor> door;
    std::optional<Notifications> notifications;
    Newcomer ida;
    bool committed = false;

    Answered list(const std::string& query = "") {
        return door->get("../notifications" + query, ida.access);
    }
    Answered mark(const std::string& body, const std::string& token) {
        return door->post("../notifications/read", body, token);
    }
    void tell(const char* device) {
        notifications->add(Uuid::parse(ida.id).value(), occasion::new_device,
                           {{"device", std::string{device}}});
    }
    static std::string ids(const std::string& id) { return R"({"ids":[")" + id + R"("]})"; }
    // From here on, what is done is done; Ana is deleted at the end.
    void commit() {
        door->house.db.rollback();
        committed = true;
        const auto& ana = door->house.person("ana");
        ida = {ana.id.text(), ana.email, ana.token, ""};
    }

  public:
    void setUp() override {
        door.emplace(auth::Rules{}, Statements{own});
        notifications.emplace(door->house.db, door->house.redis, door->house.messages);
        ida = door->newcomer("ida");
    }
    void tearDown() override {
        notifications.reset();
        if (committed) {
            door->house.db.run(forget, ida.id);
            door->house.db.begin();
        }
        door.reset();
    }

    void lists_unread_ones_first() {
        tell("Kitchen TV");
        tell("Garden TV");
        auto all = list();
        CPPUNIT_ASSERT_EQUAL_MESSAGE(all.body, 200, all.status);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, all.number("pagination.total"));
        CPPUNIT_ASSERT(all.text("notifications.0.body").find("Garden TV") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::string{"new_device"}, all.text("notifications.0.kind"));
        CPPUNIT_ASSERT_EQUAL(std::string{"sessions"}, all.text("notifications.0.action"));
        mark(ids(all.text("notifications.0.id")), ida.access);
        CPPUNIT_ASSERT(list().text("notifications.0.body").find("Kitchen TV") != std::string::npos);
        auto unread = list("?unread=true");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, unread.number("pagination.total"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1},
                             list("?unread=false").data("notifications").list.size());
    }

    void speaks_the_language_of_the_account() {
        door->patch("me", R"({"language":"fr"})", ida.access);
        tell("TV");
        CPPUNIT_ASSERT_EQUAL(
            door->house.messages.text(find_language("fr").value(), "mail_new_device_subject"),
            list().text("notifications.0.title"));
    }

    void marks_what_was_read_once() {
        tell("TV");
        auto id = list().text("notifications.0.id");
        auto path = "../notifications/" + id + "/read";
        CPPUNIT_ASSERT_EQUAL(id, door->post(path, "", ida.access).text("ids.0"));
        auto again = mark(ids(id), ida.access);
        CPPUNIT_ASSERT_EQUAL(200, again.status);
        CPPUNIT_ASSERT(again.data("ids").list.empty());
        CPPUNIT_ASSERT_EQUAL(200, door->post(path, "", ida.access).status);
    }

    void marks_nothing_of_others() {
        tell("TV");
        auto id = list().text("notifications.0.id");
        auto leo = door->newcomer("leo");
        CPPUNIT_ASSERT(mark(ids(id), leo.access).data("ids").list.empty());
        CPPUNIT_ASSERT_EQUAL(404,
                             door->post("../notifications/" + id + "/read", "", leo.access).status);
        CPPUNIT_ASSERT(list().data("notifications.0.read_at").kind == JsonValue::Kind::null);
    }

    void refuses_what_is_no_list() {
        for (const char* body : {"{}", R"({"ids":[]})", R"({"ids":["x"]})", R"({"ids":7})"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(body, 400, mark(body, ida.access).status);
        }
    }

    void tells_the_other_devices() {
        commit();
        Listener tv{door->house.redis, ida.id};
        tell("TV");
        auto id = list().text("notifications.0.id");
        mark(ids(id), ida.access);
        mark(ids(id), ida.access);
        auto heard = tv.heard();
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, heard.size());
        CPPUNIT_ASSERT_EQUAL(std::string{"notify:new"}, heard[0].type);
        for (const char* name : {"kind", "title", "body", "action", "createdAt"}) {
            CPPUNIT_ASSERT_MESSAGE(name, !heard[0].of(name).text.empty());
        }
        CPPUNIT_ASSERT_EQUAL(id, heard[0].of("id").text);
        CPPUNIT_ASSERT_EQUAL(std::string{"notify:read"}, heard[1].type);
        CPPUNIT_ASSERT_EQUAL(id, heard[1].of("ids").list.at(0).text);
    }

    void tells_of_settings() {
        commit();
        Listener tv{door->house.redis, ida.id};
        door->patch("me", R"({"language":"fr","full_name":"Ida"})", ida.access);
        door->patch("me", "{}", ida.access);
        auto heard = tv.heard();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, heard.size());
        CPPUNIT_ASSERT_EQUAL(std::string{"settings:changed"}, heard[0].type);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, heard[0].of("changedIds").list.size());
        CPPUNIT_ASSERT(heard[0].of("rev").integer > 0);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AuthNotices);

}  // namespace
