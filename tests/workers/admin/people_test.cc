#include <cppunit/extensions/HelperMacros.h>

#include "tests/workers/admin/desk.h"

namespace {

using namespace std::string_literals;
using admin::Desk;

class PeopleTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PeopleTest);
    CPPUNIT_TEST(lets_nobody_else_in);
    CPPUNIT_TEST(lists_by_pages_newest_first);
    CPPUNIT_TEST(finds_by_address_and_name);
    CPPUNIT_TEST(takes_wildcards_for_what_they_are);
    CPPUNIT_TEST(filters_by_role_and_status);
    CPPUNIT_TEST(looks_into_an_account);
    CPPUNIT_TEST(shows_nothing_secret);
    CPPUNIT_TEST(renames_and_notes_it);
    CPPUNIT_TEST(notes_nothing_when_nothing_changes);
    CPPUNIT_TEST(suspends_at_once_and_lets_in_again);
    CPPUNIT_TEST(changes_an_address_and_ends_its_links);
    CPPUNIT_TEST(refuses_an_address_that_is_taken);
    CPPUNIT_TEST(gives_a_role_only_where_roles_are_given);
    CPPUNIT_TEST(ends_the_tokens_of_whose_role_changes);
    CPPUNIT_TEST(keeps_the_last_admin);
    CPPUNIT_TEST(refuses_what_is_no_role);
    CPPUNIT_TEST(knows_nobody_by_a_foreign_id);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override {
        desk_.emplace();
        for (const char* name : {"eva", "ana", "bor", "cene", "rok"}) desk_->house.person(name);
    }
    void tearDown() override { desk_.reset(); }

    void lets_nobody_else_in() {
        for (const char* name : {"ana", "rok"}) {
            const auto& person = desk_->house.person(name);
            CPPUNIT_ASSERT_EQUAL(403, desk_->as(person, Method::get, "/stats").status);
            auto answer = desk_->as(person, Method::patch, desk_->path(name) + "/role",
                                    R"({"role":"admin"})");
            CPPUNIT_ASSERT_EQUAL(403, answer.status);
            CPPUNIT_ASSERT_EQUAL("forbidden"s, answer.code());
            CPPUNIT_ASSERT(desk_->house.db.get<std::string>(admin::role_of, person.id) != "admin");
        }
    }

    void lists_by_pages_newest_first() {
        auto answer = desk_->get("/users?limit=2");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 200, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, answer.data("users").list.size());
        CPPUNIT_ASSERT(answer.text("users.0.id") > answer.text("users.1.id"));
        auto next = desk_->get("/users?limit=2&page=2");
        CPPUNIT_ASSERT(answer.text("users.1.id") > next.text("users.0.id"));
        auto cene = desk_->get("/users?search=cene@");
        CPPUNIT_ASSERT_EQUAL("premium"s, cene.text("users.0.plan"));
        CPPUNIT_ASSERT_EQUAL("active"s, cene.text("users.0.subscription_status"));
        CPPUNIT_ASSERT(answer.number("pagination.total") >= 5);
        for (const char* query : {"limit=0", "limit=1001", "page=0", "role=god", "status=gone"}) {
            CPPUNIT_ASSERT_EQUAL(400, desk_->get("/users?"s + query).status);
        }
    }

    void finds_by_address_and_name() {
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, found("ANA@example.com"));
        change("bor", R"({"full_name":"Ana's brother"})");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, found("brother"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, found("nobody-like-this"));
    }

    void takes_wildcards_for_what_they_are() {
        change("ana", R"({"email":"a_b@example.com"})");
        change("bor", R"({"email":"axb@example.com"})");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, found("a_b@"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, found("%25"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, found("%5C"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, found("'%20or%201=1--"));
    }

    void filters_by_role_and_status() {
        change("bor", R"({"status":"suspended"})");
        CPPUNIT_ASSERT_EQUAL("bor@example.com"s,
                             desk_->get("/users?status=suspended").text("users.0.email"));
        CPPUNIT_ASSERT_EQUAL("rok@example.com"s,
                             desk_->get("/users?role=reseller").text("users.0.email"));
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{0},
            desk_->get("/users?role=reseller&status=suspended").number("pagination.total"));
    }

    void looks_into_an_account() {
        auto answer = desk_->get(desk_->path("cene"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 200, answer.status);
        CPPUNIT_ASSERT_EQUAL("cene@example.com"s, answer.text("user.email"));
        CPPUNIT_ASSERT_EQUAL("ok"s, answer.text("user.email_status"));
        CPPUNIT_ASSERT_EQUAL("premium"s, answer.text("subscription.plan"));
        CPPUNIT_ASSERT_EQUAL("manual"s, answer.text("subscription.source"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10}, answer.number("subscription.max_profiles"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, answer.number("counts.profiles"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, answer.data("sessions").list.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, answer.data("subscriptions").list.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, answer.data("ledger").list.size());
    }

    void shows_nothing_secret() {
        auto all = desk_->get(desk_->path("cene")).body + desk_->get("/users").body;
        for (const char* word : {"password", "totp_secret", "pin", "refresh"}) {
            CPPUNIT_ASSERT_MESSAGE(word, all.find(word) == all.npos);
        }
    }

    void renames_and_notes_it() {
        auto answer = change("ana", R"({"full_name":"  Ana Novak "})");
        CPPUNIT_ASSERT_EQUAL("Ana Novak"s, answer.text("user.full_name"));
        auto log = desk_->log_of(desk_->house.person("ana").id.text());
        CPPUNIT_ASSERT_EQUAL("user_changed"s, log.text("audit.0.action"));
        CPPUNIT_ASSERT_EQUAL("eva@example.com"s, log.text("audit.0.actor_email"));
        CPPUNIT_ASSERT_EQUAL("ana"s, log.text("audit.0.before.full_name"));
        CPPUNIT_ASSERT_EQUAL("Ana Novak"s, log.text("audit.0.after.full_name"));
        CPPUNIT_ASSERT(!log.text("audit.0.ip").empty());
        CPPUNIT_ASSERT_EQUAL(400, change("ana", R"({"full_name":"  "})").status);
    }

    void notes_nothing_when_nothing_changes() {
        CPPUNIT_ASSERT_EQUAL(200, change("ana", "{}").status);
        CPPUNIT_ASSERT_EQUAL(200, change("ana", R"({"status":"active"})").status);
        CPPUNIT_ASSERT(!refused("ana"));
        auto log = desk_->log_of(desk_->house.person("ana").id.text());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, log.number("pagination.total"));
    }

    void suspends_at_once_and_lets_in_again() {
        auto rok = desk_->house.person("rok");
        CPPUNIT_ASSERT(!refused("rok"));
        CPPUNIT_ASSERT_EQUAL("suspended"s,
                             change("rok", R"({"status":"suspended"})").text("user.status"));
        CPPUNIT_ASSERT(refused("rok"));
        CPPUNIT_ASSERT(!desk_->house.db.get<bool>(admin::session_lives, rok.session));
        rok.token = desk_->house.token(rok, "reseller", "free");  // of a sign-in under way
        CPPUNIT_ASSERT_EQUAL(401, desk_->as(rok, Method::get, "/stats").status);
        change("rok", R"({"status":"active"})");
        rok.token = desk_->house.token(rok, "reseller", "free");
        CPPUNIT_ASSERT_EQUAL(403, desk_->as(rok, Method::get, "/stats").status);
    }

    void changes_an_address_and_ends_its_links() {
        auto ana = desk_->house.person("ana").id;
        desk_->house.db.run(admin::insert_link, ana);
        auto answer = change("ana", R"({"email":"Ana.New@Example.com"})");
        CPPUNIT_ASSERT_EQUAL("ana.new@example.com"s, answer.text("user.email"));
        CPPUNIT_ASSERT(!answer.data("user.email_verified").boolean);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0},
                             desk_->house.db.get<std::int64_t>(admin::count_links, ana));
        CPPUNIT_ASSERT_EQUAL(400, change("ana", R"({"email":"nonsense"})").status);
    }

    void refuses_an_address_that_is_taken() {
        auto answer = change("ana", R"({"email":"BOR@example.com"})");
        CPPUNIT_ASSERT_EQUAL(409, answer.status);
        CPPUNIT_ASSERT_EQUAL("email_taken"s, answer.code());
    }

    void gives_a_role_only_where_roles_are_given() {
        auto answer = change(
            "ana", R"({"full_name":"Ana","role":"admin","credits_balance":9,"password_hash":"x"})");
        CPPUNIT_ASSERT_EQUAL(200, answer.status);
        CPPUNIT_ASSERT_EQUAL("user"s, answer.text("user.role"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, answer.number("user.credits_balance"));
    }

    void ends_the_tokens_of_whose_role_changes() {
        CPPUNIT_ASSERT(!refused("ana"));
        auto answer = role("ana", "reseller");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 200, answer.status);
        CPPUNIT_ASSERT_EQUAL("reseller"s, answer.text("user.role"));
        CPPUNIT_ASSERT(refused("ana"));
        auto ana = desk_->house.person("ana");
        CPPUNIT_ASSERT(desk_->house.db.get<bool>(admin::session_lives, ana.session));
        ana.token = desk_->house.token(ana, "reseller", "family");  // as refreshing brings it
        CPPUNIT_ASSERT_EQUAL(403, desk_->as(ana, Method::get, "/stats").status);
        auto log = desk_->log_of(ana.id.text());
        CPPUNIT_ASSERT_EQUAL("role_changed"s, log.text("audit.0.action"));
        CPPUNIT_ASSERT_EQUAL("user"s, log.text("audit.0.before.role"));
        CPPUNIT_ASSERT_EQUAL("reseller"s, log.text("audit.0.after.role"));
    }

    void keeps_the_last_admin() {
        for (const char* other : {"user", "reseller"}) {
            auto answer = role("eva", other);
            CPPUNIT_ASSERT_EQUAL(409, answer.status);
            CPPUNIT_ASSERT_EQUAL("last_admin"s, answer.code());
        }
        CPPUNIT_ASSERT_EQUAL("last_admin"s, change("eva", R"({"status":"suspended"})").code());
        CPPUNIT_ASSERT_EQUAL(200, role("eva", "admin").status);
        role("ana", "admin");
        change("ana", R"({"status":"suspended"})");  // one who can't act doesn't count
        CPPUNIT_ASSERT_EQUAL("last_admin"s, role("eva", "user").code());
        change("ana", R"({"status":"active"})");
        CPPUNIT_ASSERT_EQUAL(200, role("eva", "user").status);
        CPPUNIT_ASSERT(refused("eva"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             desk_->house.db.get<std::int64_t>(admin::count_admins));
    }

    void refuses_what_is_no_role() {
        for (const char* body : {R"({"role":"god"})", R"({"role":null})", R"({"role":["admin"]})",
                                 R"({})", R"({"role":""})"}) {
            auto answer = desk_->ask(Method::patch, desk_->path("ana") + "/role", body);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(body, 400, answer.status);
        }
    }

    void knows_nobody_by_a_foreign_id() {
        auto path = "/users/" + Uuid::make().text();
        CPPUNIT_ASSERT_EQUAL(404, desk_->get(path).status);
        CPPUNIT_ASSERT_EQUAL(404, desk_->ask(Method::patch, path, R"({"full_name":"X"})").status);
        CPPUNIT_ASSERT_EQUAL(
            404, desk_->ask(Method::patch, path + "/role", R"({"role":"admin"})").status);
    }

  private:
    Answered change(const std::string& name, const std::string& body) {
        return desk_->ask(Method::patch, desk_->path(name), body);
    }
    Answered role(const std::string& name, const std::string& role) {
        return desk_->ask(Method::patch, desk_->path(name) + "/role",
                          R"({"role":")" + role + "\"}");
    }
    std::int64_t found(const std::string& search) {
        return desk_->get("/users?search=" + search).number("pagination.total");
    }
    // Whether any worker turns the token away. 403 is somebody who may come in, but not here.
    bool refused(const std::string& name) {
        return desk_->as(desk_->house.person(name), Method::get, "/stats").status == 401;
    }

    std::optional<Desk> desk_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(PeopleTest);

}  // namespace
