// ops/replay-webhooks on events in all states: it touches those that were asked for and no others.
#include <cppunit/extensions/HelperMacros.h>

#include <optional>

#include "tests/support/own_database.h"

namespace {

class ReplayWebhooks : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ReplayWebhooks);
    CPPUNIT_TEST(replays_what_failed);
    CPPUNIT_TEST(replays_one_event);
    CPPUNIT_TEST(replays_what_is_about_an_object);
    CPPUNIT_TEST(replays_a_span_of_time);
    CPPUNIT_TEST(only_shows_when_it_is_a_dry_run);
    CPPUNIT_TEST(says_when_no_event_fits);
    CPPUNIT_TEST(never_replays_what_could_not_be_read);
    CPPUNIT_TEST(refuses_orders_that_it_does_not_understand);
    CPPUNIT_TEST(takes_a_name_for_a_name);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override {
        database.emplace();
        event("evt_done", "done", "sub_1", "5 hours");
        event("evt_failed", "failed", "sub_1", "4 hours");
        event("evt_parked", "deferred", "sub_2", "3 hours");
        event("evt_ignored", "ignored", "sub_2", "2 hours");
        database->sql(
            "insert into stripe_events (id, type, livemode, created_at, received_at, raw, state) "
            "values ('unreadable_1', 'unreadable', false, now(), now() - interval '1 hour', '{', "
            "'failed')");
        before = states();
    }
    void tearDown() override { database.reset(); }

    void replays_what_failed() {
        auto ran = done("--failed", "evt_failed");
        CPPUNIT_ASSERT_MESSAGE(ran.output, ran.says("evt_failed"));
        CPPUNIT_ASSERT_MESSAGE(ran.output, !ran.says("evt_parked") && !ran.says("unreadable_1"));
    }
    void replays_one_event() {
        done("--event evt_parked", "evt_parked");
        done("--event evt_done", "evt_done evt_parked");
    }
    void replays_what_is_about_an_object() { done("--object sub_1", "evt_done evt_failed"); }
    void replays_a_span_of_time() {
        auto ago = [&](const std::string& span) {
            return "'" + database->sql("select now() - interval '" + span + "'") + "'";
        };
        done("--since " + ago("270 minutes") + " --until " + ago("150 minutes"),
             "evt_failed evt_parked");
        done("--since " + ago("150 minutes"), "evt_failed evt_ignored evt_parked");
    }

    void only_shows_when_it_is_a_dry_run() {
        auto ran = database->run("ops/replay-webhooks --dry-run --since yesterday");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(ran.output, 0, ran.status);
        for (const char* id : {"evt_done", "evt_failed", "evt_parked", "evt_ignored"}) {
            CPPUNIT_ASSERT_MESSAGE(id, ran.says(id));
        }
        CPPUNIT_ASSERT_EQUAL(before, states());
    }

    void says_when_no_event_fits() {
        for (const char* which : {"--event evt_none", "--object sub_9", "--since tomorrow",
                                  "--failed --object sub_2", "--dry-run --event evt_none"}) {
            refused(which, 1, "no event fits");
        }
    }

    void never_replays_what_could_not_be_read() {
        refused("--event unreadable_1", 1, "`unreadable` can't be applied");
    }

    void refuses_orders_that_it_does_not_understand() {
        refused("", 2, "say which events");
        refused("--until now", 2, "say which events");
        refused("--event", 2, "--event needs a value");
        refused("--event ''", 2, "--event needs a value");
        refused("--all", 2, "unknown: --all");
        refused("--since nonsense", 2, "invalid input syntax for type timestamp");
        auto gone = database->run("DATABASE_URL='host=/nowhere' ops/replay-webhooks --failed");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(gone.output, 2, gone.status);
        CPPUNIT_ASSERT(gone.says("the events could not be read"));
    }

    void takes_a_name_for_a_name() {
        refused("--event \"x' or '1' = '1\"", 1, "no event fits");
        refused("--object 'sub_%'", 1, "no event fits");
    }

  private:
    void event(const std::string& id, const std::string& state, const std::string& object,
               const std::string& ago) {
        database->sql(
            "insert into stripe_events (id, type, object_id, livemode, created_at, received_at, "
            "raw, state, attempts, next_try_at, last_error) values ('" +
            id + "', 'customer.subscription.updated', '" + object +
            "', false, now(), now() - interval '" + ago + "', '{}', '" + state +
            "', 15, now() + interval '1 day', 'it broke')");
    }
    std::string states() {
        return database->sql(
            "select id, state, attempts, next_try_at, last_error, raw from "
            "stripe_events order by id");
    }
    // Afterwards these wait to be applied at once, and all others are as they were.
    Ran done(const std::string& which, const std::string& replayed) {
        auto ran = database->run("ops/replay-webhooks " + which);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(ran.output, 0, ran.status);
        auto waiting =
            "state = 'pending' and attempts = 0 and next_try_at <= now() and last_error is null";
        CPPUNIT_ASSERT_EQUAL(
            replayed, database->sql("select string_agg(id, ' ' order by id) from stripe_events "
                                    "where " +
                                    std::string{waiting}));
        CPPUNIT_ASSERT_EQUAL(
            std::string{"0"},
            database->sql("select count(*) from stripe_events where not (" + std::string{waiting} +
                          ") and (attempts <> 15 or state = 'pending') and type <> "
                          "'unreadable'"));
        return ran;
    }
    void refused(const std::string& which, int status, const std::string& why) {
        auto ran = database->run("ops/replay-webhooks " + which);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(which + ": " + ran.output, status, ran.status);
        CPPUNIT_ASSERT_MESSAGE(which + ": " + ran.output, ran.says(why));
        CPPUNIT_ASSERT_EQUAL(before, states());
    }

    std::optional<OwnDatabase> database;
    std::string before;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ReplayWebhooks);

}  // namespace
