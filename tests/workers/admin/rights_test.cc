// The worker's database role may do what the area does, and neither read what lets somebody in nor
// rewrite what is written for ever.
#include <cppunit/extensions/HelperMacros.h>

#include <sstream>

#include "tests/workers/admin/desk.h"
#include "workers/admin/first_admin.h"

namespace {

using namespace std::string_literals;
using admin::Desk;

class AdminRightsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AdminRightsTest);
    CPPUNIT_TEST(suffice_for_every_route);
    CPPUNIT_TEST(suffice_for_the_first_admin);
    CPPUNIT_TEST(end_where_secrets_begin);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override {
        desk_.emplace();
        for (const char* name : {"eva", "ana", "cene"}) desk_->house.person(name);
        basic_ = desk_->plan("basic");
        desk_->house.db.run(admin::insert_event, "evt_1", "invoice.paid", "failed");
        desk_->house.db.run(admin::become_the_worker);
    }
    void tearDown() override { desk_.reset(); }

    void suffice_for_every_route() {
        auto ana = desk_->path("ana"), id = desk_->house.person("ana").id.text();
        for (const auto& path : {"/stats"s, "/users"s, "/users?search=a"s, ana, "/plans"s,
                                 "/webhooks"s, "/webhooks?status=failed"s, "/audit"s}) {
            done(200, desk_->get(path));
        }
        done(200, desk_->ask(Method::patch, ana,
                             R"({"email":"a@b.example","full_name":"A","status":"suspended"})"));
        done(200, desk_->ask(Method::patch, ana + "/role", R"({"role":"reseller"})"));
        done(200, desk_->ask(Method::post, desk_->path("cene") + "/subscription",
                             R"({"plan_id":")" + basic_ + R"(","reason":"x"})", "key-1"));
        done(200, desk_->ask(Method::post, "/credits/add",
                             R"({"user_id":")" + id + R"(","amount":9,"description":"x"})", "k"));
        done(200,
             desk_->ask(Method::patch, "/plans/" + basic_, R"({"name":"B","max_profiles":4})"));
        done(200, desk_->ask(Method::remove, "/plans/" + basic_));
        done(201, desk_->ask(Method::post, "/plans",
                             R"({"name":"Gold","price_monthly":1,"max_profiles":1,)"
                             R"("max_playlists":1,"max_favorites":1})",
                             "key-2"));
        done(200, desk_->ask(Method::post, "/webhooks/evt_1/replay"));
    }

    void suffice_for_the_first_admin() {
        std::istringstream typed{"gentle-Harbour-9\n"};
        std::ostringstream said;
        Passwords cheap{{64, 1}};
        for (const char* email : {"root@example.com", "ana@example.com"}) {
            CPPUNIT_ASSERT_EQUAL(0,
                                 admin::create_admin(desk_->house.db, cheap, email, typed, said));
        }
    }

    void end_where_secrets_begin() {
        auto& db = desk_->house.db;
        for (const auto* statement :
             {&admin::read_passwords, &admin::read_events, &admin::change_log, &admin::empty_log}) {
            db.begin();
            CPPUNIT_ASSERT_THROW_MESSAGE(statement->name, db.run(*statement), std::exception);
            db.rollback();
        }
    }

  private:
    static void done(int status, const Answered& answered) {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answered.body, status, answered.status);
    }

    std::optional<Desk> desk_;
    std::string basic_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AdminRightsTest);

}  // namespace
