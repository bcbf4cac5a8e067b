// PostgreSQL and Redis die and come back while devices go on: nothing that was acknowledged is
// lost, what cannot be promised is refused, and the service heals without anybody's hand.
#include <cppunit/extensions/HelperMacros.h>

#include <csignal>

#include "tests/support/expect.h"
#include "tests/support/outage.h"
#include "tests/support/unharmed.h"

namespace {

class StoryOutages : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StoryOutages);
    CPPUNIT_TEST(without_postgresql_it_refuses_decently);
    CPPUNIT_TEST(postgresql_dies_under_load_and_nothing_is_lost);
    CPPUNIT_TEST(without_redis_it_goes_on);
    CPPUNIT_TEST(without_redis_guessing_is_slowed_down);
    CPPUNIT_TEST(who_was_sent_away_stays_away_when_redis_dies);
    CPPUNIT_TEST(nobody_is_sent_away_in_vain);
    CPPUNIT_TEST(redis_dies_under_load_and_nothing_is_lost);
    CPPUNIT_TEST(both_die_and_it_heals_by_itself);
    CPPUNIT_TEST(a_key_is_honoured_across_a_crash);
    CPPUNIT_TEST_SUITE_END();

  public:
    void tearDown() override {
        CPPUNIT_ASSERT(heals(world()));
        check_log(world());
    }

  private:
    static World& world() { return world_with({{"REQUEST_TIMEOUT_S", "3"}}); }

    static std::vector<pid_t> masters() {
        std::vector<pid_t> all;
        for (const auto& pool : world().pools()) all.push_back(world().master(pool));
        return all;
    }

    void without_postgresql_it_refuses_decently() {
        Client client{world()};
        auto account = sign_up(client);
        auto children = world().children("library");
        auto all = masters();
        {
            Away postgres{world().postgres()};
            for (const char* path : {"/api/v1/profiles", "/api/v1/favorites", "/api/v1/progress",
                                     "/api/v1/auth/me", "/api/v1/sync"}) {
                expect_refusal(503, "unavailable", client.get(path));
            }
            expect_refusal(
                503, "unavailable",
                client.put("/api/v1/progress", R"({"item_id": "m", "progress_seconds": 1})"));
            auto login = object({{"email", account.email}, {"password", account.password}});
            expect_refusal(503, "unavailable", client.post("/api/v1/auth/login", login));
            auto health = client.get("/api/v1/health");
            CPPUNIT_ASSERT_EQUAL(503, health.status);
            CPPUNIT_ASSERT_EQUAL(std::string{"degraded"}, health.text("status"));
            CPPUNIT_ASSERT_EQUAL(std::string{"down"}, health.text("checks.database"));
            CPPUNIT_ASSERT_EQUAL(std::string{"ok"}, health.text("checks.redis"));
            expect(200, client.get("/api/v1/health/live"));
            expect(200, client.get("/api/v1/languages"));
        }
        CPPUNIT_ASSERT(heals(world()));
        CPPUNIT_ASSERT(comes_true([&] { return client.get("/api/v1/profiles").status == 200; }));
        CPPUNIT_ASSERT(children == world().children("library"));
        CPPUNIT_ASSERT(all == masters());
    }

    void postgresql_dies_under_load_and_nothing_is_lost() {
        Load load{world(), 6};
        for (int i = 0; i < 2; ++i) {
            load.answers(100);
            kill(world().postgres(), SIGKILL);
            CPPUNIT_ASSERT(heals(world()));
        }
        load.answers(100);
        nothing_lost(world(), load);
    }

    void without_redis_it_goes_on() {
        Client client{world()};
        auto account = sign_up(client);
        {
            Away redis{world().redis("durable")};
            expect(200, client.get("/api/v1/profiles"));
            expect(200,
                   client.put("/api/v1/progress", R"({"item_id": "m", "progress_seconds": 1})"));
            auto created = client.post("/api/v1/profiles", R"({"name": "Sarah"})",
                                       {{"Idempotency-Key", "no-redis"}});
            expect(201, created);
            auto again = client.post("/api/v1/profiles", R"({"name": "Sarah"})",
                                     {{"Idempotency-Key", "no-redis"}});
            expect(201, again);
            CPPUNIT_ASSERT_EQUAL(created.body, again.body);
            sign_in(client, account);
            auto health = client.get("/api/v1/health");
            CPPUNIT_ASSERT_EQUAL(200, health.status);
            CPPUNIT_ASSERT_EQUAL(std::string{"degraded"}, health.text("status"));
            CPPUNIT_ASSERT_EQUAL(std::string{"down"}, health.text("checks.redis"));
        }
        CPPUNIT_ASSERT(heals(world()));
        expect(200, client.get("/api/v1/profiles"));
    }

    void without_redis_guessing_is_slowed_down() {
        Client client{world()};
        auto account = sign_up(client);
        client.token.clear();
        Away redis{world().redis("durable")};
        Answered last;
        for (int i = 0; i < 14; ++i) {
            last = client.post("/api/v1/auth/login",
                               object({{"email", account.email}, {"password", "guess-guess"}}));
        }
        expect_refusal(429, "too_many_attempts", last);
    }

    // Two devices of one account: the owner sends the other away.
    struct TwoDevices {
        TwoDevices() : owner(world()), other(world()) {
            sign_in(other, sign_up(owner));
            expect(200, other.get("/api/v1/profiles"));
        }
        Answered send_away() {
            auto sessions = owner.get("/api/v1/auth/sessions");
            for (const auto& session : sessions.data("sessions").list) {
                if (session.find("current")->boolean) continue;
                return owner.remove("/api/v1/auth/sessions/" + session.find("id")->text);
            }
            return {};
        }
        // Every child is asked: each finds Redis again by itself.
        void stays_away() {
            std::vector<Question> often(40, Question{"GET", "/api/v1/profiles"});
            for (const auto& answer : other.ask_at_once(often)) {
                expect_refusal(401, "unauthenticated", answer);
            }
            expect(200, owner.get("/api/v1/profiles"));
        }
        Client owner, other;
    };

    void who_was_sent_away_stays_away_when_redis_dies() {
        TwoDevices devices;
        expect(200, devices.send_away());
        devices.stays_away();
        {
            Away redis{world().redis("durable")};
            devices.stays_away();
        }
        CPPUNIT_ASSERT(heals(world()));
        devices.stays_away();
    }

    // What Redis cannot tell the workers is not promised either.
    void nobody_is_sent_away_in_vain() {
        TwoDevices devices;
        {
            Away redis{world().redis("durable")};
            expect_refusal(503, "unavailable", devices.send_away());
            expect_refusal(503, "unavailable", devices.owner.post("/api/v1/auth/logout-all"));
            expect(200, devices.other.get("/api/v1/profiles"));
        }
        CPPUNIT_ASSERT(comes_true([&] { return devices.send_away().status == 200; }));
        devices.stays_away();
    }

    void redis_dies_under_load_and_nothing_is_lost() {
        Load load{world(), 6};
        for (const char* name : {"durable", "cache"}) {
            load.answers(100);
            kill(world().redis(name), SIGKILL);
        }
        load.answers(200);
        nothing_lost(world(), load);
        CPPUNIT_ASSERT_EQUAL(0, load.failed());
    }

    void both_die_and_it_heals_by_itself() {
        auto all = masters();
        auto children = world().children("library");
        Load load{world(), 6};
        load.answers(100);
        {
            Away postgres{world().postgres()};
            Away redis{world().redis("durable")};
            load.answers(60);
        }
        CPPUNIT_ASSERT(heals(world()));
        load.answers(100);
        nothing_lost(world(), load);
        CPPUNIT_ASSERT(all == masters());
        CPPUNIT_ASSERT(children == world().children("library"));
    }

    // The same request under the same key, again and again while the database dies: it happens
    // once.
    void a_key_is_honoured_across_a_crash() {
        Client client{world()};
        sign_up(client);
        auto ask = [&](const std::string& name) {
            return client.post("/api/v1/profiles", object({{"name", name}}),
                               {{"Idempotency-Key", "crash-" + name}});
        };
        for (const char* name : {"A", "B", "C"}) {
            kill(world().postgres(), SIGKILL);
            CPPUNIT_ASSERT(comes_true([&] {
                auto answer = ask(name);
                CPPUNIT_ASSERT_MESSAGE(answer.body, answer.status == 201 || answer.status == 503 ||
                                                        answer.status == 409);
                return answer.status == 201;
            }));
        }
        CPPUNIT_ASSERT(heals(world()));
        auto profiles = client.get("/api/v1/profiles");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{4}, profiles.number("pagination.total"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StoryOutages);

}  // namespace
