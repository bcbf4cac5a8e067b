// What breaks and what then happens: children of workers, PostgreSQL and Redis die, freeze and come
// back while devices go on. Nothing that was acknowledged is lost, who is not concerned notices
// nothing, and the service heals without anybody's hand.
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <csignal>
#include <stdexcept>
#include <thread>

#include "tests/support/account.h"
#include "tests/support/expect.h"
#include "tests/support/load.h"
#include "tests/support/unharmed.h"

namespace {

Process find_process(pid_t pid) {
    for (const auto& process : processes()) {
        if (process.pid == pid) return process;
    }
    throw std::runtime_error("no process " + std::to_string(pid));
}

// A store that died and stays away while this lives: its keeper is held meanwhile. What it forked
// works in its folder and takes a moment to see that it is alone.
class Away {
  public:
    explicit Away(pid_t pid) {
        auto store = find_process(pid);
        keeper_ = store.parent;
        kill(keeper_, SIGSTOP);
        kill(pid, SIGKILL);
        CPPUNIT_ASSERT(comes_true([&] {
            auto all = processes();
            return std::none_of(all.begin(), all.end(),
                                [&](const Process& one) { return one.folder == store.folder; });
        }));
    }
    Away(const Away&) = delete;
    Away& operator=(const Away&) = delete;
    ~Away() { kill(keeper_, SIGCONT); }

  private:
    pid_t keeper_ = 0;
};

class StoryFaults : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StoryFaults);
    CPPUNIT_TEST(a_child_that_dies_takes_one_request_along_at_most);
    CPPUNIT_TEST(reloads_under_load_fail_no_request);
    CPPUNIT_TEST(frozen_children_do_not_stop_the_others);
    CPPUNIT_TEST(a_stuck_request_is_ended_and_named);
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
        CPPUNIT_ASSERT(heals());
        check_log(world());
    }

  private:
    static World& world() { return world_with({{"REQUEST_TIMEOUT_S", "3"}}); }

    // Every pool serves again, many times in a row: each child finds its way back by itself.
    static bool heals() {
        Client probe{world()};
        std::vector<Question> all;
        for (int i = 0; i < 12; ++i) {
            for (const char* path : {"/api/v1/profiles", "/api/v1/favorites", "/api/v1/auth/me",
                                     "/api/v1/subscriptions/plans", "/api/v1/health"}) {
                all.push_back({"GET", path});
            }
        }
        bool signed_up = false;
        return comes_true(
            [&] {
                if (!signed_up) signed_up = can_sign_up(probe);
                auto answers = probe.ask_at_once(all);
                return signed_up && std::all_of(answers.begin(), answers.end(), [](auto& one) {
                           return one.status == 200 && one.body.find("degraded") == one.body.npos;
                       });
            },
            std::chrono::seconds{30});
    }
    static bool can_sign_up(Client& client) {
        try {
            sign_up(client);
            return true;
        } catch (const std::runtime_error&) {
            return false;
        }
    }
    static void nothing_lost(Load& load) {
        load.stop();
        CPPUNIT_ASSERT_EQUAL(std::string{}, load.indecent());
        CPPUNIT_ASSERT(heals());
        auto missing = load.lost();
        CPPUNIT_ASSERT_MESSAGE(missing.empty() ? "" : missing.front(), missing.empty());
    }
    static std::vector<pid_t> masters() {
        std::vector<pid_t> all;
        for (const auto& pool : world().pools()) all.push_back(world().master(pool));
        return all;
    }

    void a_child_that_dies_takes_one_request_along_at_most() {
        auto size = world().children("library").size();
        Load load{world(), 6};
        constexpr int deaths = 5;
        for (int i = 0; i < deaths; ++i) {
            load.answers(40);
            kill(world().children("library").front(), SIGKILL);
        }
        load.answers(40);
        nothing_lost(load);
        CPPUNIT_ASSERT_MESSAGE(std::to_string(load.failed()), load.failed() <= deaths);
        CPPUNIT_ASSERT(comes_true([&] { return world().children("library").size() == size; }));
    }

    void reloads_under_load_fail_no_request() {
        auto before = world().children("library");
        auto master = world().master("library");
        Load load{world(), 6};
        for (int i = 0; i < 4; ++i) {
            load.answers(60);
            auto old = world().children("library");
            kill(master, SIGHUP);
            CPPUNIT_ASSERT(comes_true([&] { return none_of(old, world().children("library")); }));
        }
        load.answers(60);
        nothing_lost(load);
        CPPUNIT_ASSERT_EQUAL(0, load.failed());
        CPPUNIT_ASSERT_EQUAL(master, world().master("library"));
        CPPUNIT_ASSERT_EQUAL(before.size(), world().children("library").size());
    }

    static bool none_of(const std::vector<pid_t>& old, const std::vector<pid_t>& now) {
        return now.size() == old.size() && std::none_of(now.begin(), now.end(), [&](pid_t pid) {
                   return std::find(old.begin(), old.end(), pid) != old.end();
               });
    }

    void frozen_children_do_not_stop_the_others() {
        Load load{world(), 6};
        auto children = world().children("library");
        for (std::size_t i = 0; i < children.size() / 2; ++i) {
            load.answers(20);
            kill(children[i], SIGSTOP);
        }
        load.answers(200);
        for (pid_t child : children) kill(child, SIGCONT);
        nothing_lost(load);
        auto limit = static_cast<int>(children.size() / 2);
        CPPUNIT_ASSERT_MESSAGE(std::to_string(load.failed()), load.failed() <= limit);
    }

    // A request waits for a lock; all children freeze in what they do. The one that is at work is
    // stuck, the others only wait for work.
    void a_stuck_request_is_ended_and_named() {
        Client client{world()};
        sign_up(client);
        auto children = world().children("library");
        world().new_log();
        std::thread lock{[] {
            world().sql("begin; lock table progress in access exclusive mode; "
                        "select pg_sleep(1.5); commit");
        }};
        CPPUNIT_ASSERT(comes_true([] { return locks("granted") == "1"; }));
        std::vector<Answered> answers;
        std::thread asking{[&] {
            answers = client.ask_at_once(
                {{"PUT", "/api/v1/progress", R"({"item_id": "m", "progress_seconds": 1})"}});
        }};
        bool waits = comes_true([] { return locks("not granted") == "1"; });
        for (pid_t child : children) kill(child, SIGSTOP);
        bool replaced = comes_true([&] { return world().children("library") != children; });
        for (pid_t child : children) kill(child, SIGCONT);
        lock.join();
        asking.join();
        CPPUNIT_ASSERT(waits && replaced);
        expect_refusal(503, "unavailable", answers.front());
        expect(200, client.get("/api/v1/favorites"));
        auto log = world().new_log();
        auto at = log.find("event=child_killed");
        CPPUNIT_ASSERT(at != log.npos);
        auto line = log.substr(at, log.find('\n', at) - at);
        CPPUNIT_ASSERT_MESSAGE(line, line.find("PUT /api/v1/progress") != line.npos);
    }
    static std::string locks(const std::string& condition) {
        return world().sql("select count(*) from pg_locks where relation = 'progress'::regclass "
                           "and locktype = 'relation' and " +
                           condition);
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
            expect_refusal(503, "unavailable",
                           client.put("/api/v1/progress",
                                      R"({"item_id": "m", "progress_seconds": 1})"));
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
        CPPUNIT_ASSERT(heals());
        CPPUNIT_ASSERT(comes_true([&] { return client.get("/api/v1/profiles").status == 200; }));
        CPPUNIT_ASSERT(children == world().children("library"));
        CPPUNIT_ASSERT(all == masters());
    }

    void postgresql_dies_under_load_and_nothing_is_lost() {
        Load load{world(), 6};
        for (int i = 0; i < 2; ++i) {
            load.answers(100);
            kill(world().postgres(), SIGKILL);
            CPPUNIT_ASSERT(heals());
        }
        load.answers(100);
        nothing_lost(load);
    }

    void without_redis_it_goes_on() {
        Client client{world()};
        auto account = sign_up(client);
        {
            Away redis{world().redis("durable")};
            expect(200, client.get("/api/v1/profiles"));
            expect(200, client.put("/api/v1/progress",
                                   R"({"item_id": "m", "progress_seconds": 1})"));
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
        CPPUNIT_ASSERT(heals());
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
        CPPUNIT_ASSERT(heals());
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
        nothing_lost(load);
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
        CPPUNIT_ASSERT(heals());
        load.answers(100);
        nothing_lost(load);
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
        auto profiles = client.get("/api/v1/profiles");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{4}, profiles.number("pagination.total"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StoryFaults);

}  // namespace
