// What is deleted and what stays; and that devices learn of it.
#include "workers/jobs/cleaning.h"

#include <cppunit/extensions/HelperMacros.h>

#include <cstdlib>
#include <optional>

#include "tests/support/house.h"
#include "workers/jobs/cleaning_sql.h"

namespace {

// For each kind, one row that stays just so and one that is just old enough; `keep` marks the
// first. $1 is a user, $2 a profile.
constexpr Statement insert_sessions{
    "test.insert_sessions",
    "insert into sessions (id, user_id, device_name, expires_at, absolute_expires_at, revoked_at, "
    "revoke_reason) select gen_random_uuid(), $1, name, now() + expires::interval, "
    "now() + '1 year', now() + revoked::interval, case when revoked is not null then 'x' end "
    "from (values ('keep', '-29 days', null), ('keep', '1 day', '-29 days'), "
    "('go', '-31 days', null), ('go', '1 day', '-31 days')) r (name, expires, revoked)",
    false};
constexpr Statement insert_tokens{
    "test.insert_tokens",
    "insert into account_tokens (digest, user_id, purpose, expires_at) "
    "select sha256(age::bytea), $1, 'verify_email', now() - age::interval "
    "from (values ('23 hours'), ('25 hours')) r (age)",
    false};
constexpr Statement insert_logins{
    "test.insert_logins",
    "insert into device_logins (device_code_digest, user_code, expires_at) "
    "select sha256(age::bytea), age, now() - age::interval "
    "from (values ('23 hours'), ('25 hours')) r (age)",
    false};
constexpr Statement insert_throttles{
    "test.insert_throttles",
    "insert into throttles (key, window_started_at, blocked_until) "
    "select name || began, now() + began::interval, now() + blocked::interval "
    "from (values ('keep', '-23 hours', null), ('keep', '-26 hours', '-23 hours'), "
    "('go', '-25 hours', null), ('go', '-27 hours', '-25 hours')) r (name, began, blocked)",
    false};
constexpr Statement insert_answers{
    "test.insert_answers",
    "insert into idempotency_keys (scope, key, route, fingerprint, expires_at) "
    "select 's', rest, 'r', sha256('x'), now() + rest::interval "
    "from (values ('1 minute'), ('-1 minute')) r (rest)",
    false};
constexpr Statement insert_letters{
    "test.insert_letters",
    "insert into outbox (id, recipient, template, language, status, created_at, sent_at) "
    "select gen_random_uuid(), name, 'x', 'en', status, now() - age::interval, "
    "case status when 'sent' then now() end "
    "from (values ('keep', 'pending', '90 days'), ('keep', 'sent', '29 days'), "
    "('go', 'sent', '31 days'), ('go', 'failed', '31 days')) r (name, status, age)",
    false};
constexpr Statement insert_events{
    "test.insert_events",
    "insert into security_events (id, user_id, event, at) "
    "select gen_random_uuid(), $1, name, now() - age::interval "
    "from (values ('keep', '179 days'), ('go', '181 days')) r (name, age)",
    false};
constexpr Statement insert_activity{
    "test.insert_activity",
    "insert into profile_activity (id, user_id, profile_id, event, item_id, at) "
    "select gen_random_uuid(), $1, $2, 'played', name, now() - age::interval "
    "from (values ('keep', '179 days'), ('go', '181 days')) r (name, age)",
    false};
constexpr Statement insert_notifications{
    "test.insert_notifications",
    "insert into notifications (id, user_id, kind, title, body, created_at) "
    "select gen_random_uuid(), $1, 'plan_changed', name, '', now() - age::interval "
    "from (values ('keep', '89 days'), ('go', '91 days')) r (name, age)",
    false};
constexpr Statement insert_tombstones{
    "test.insert_tombstones",
    "insert into tombstones (user_id, version, kind, ref, deleted_at) "
    "select $1, version, 'playlists', 'r', now() - age::interval "
    "from (values (1, '100 days'), (2, '91 days'), (4, '89 days'), (7, '1 day')) r (version, age)",
    false};
constexpr Statement set_version{
    "test.set_version", "update sync_versions set version = 9, oldest = $2 where user_id = $1",
    false};
constexpr Statement find_oldest{"test.find_oldest",
                                "select oldest from sync_versions where user_id = $1", true};
constexpr Statement list_left{
    "test.list_left",
    "select r.text from ("
    "select 'session ' || device_name from sessions where device_name is not null union all "
    "select 'token' from account_tokens union all "
    "select 'login ' || user_code from device_logins union all "
    "select 'throttle ' || key from throttles union all "
    "select 'answer ' || key from idempotency_keys union all "
    "select 'letter ' || recipient from outbox union all "
    "select 'event ' || event from security_events union all "
    "select 'activity ' || item_id from profile_activity union all "
    "select 'notification ' || title from notifications union all "
    "select 'tombstone ' || version from tombstones) r (text) order by r.text collate \"C\"",
    true};
constexpr const Statement* own[] = {
    &insert_sessions, &insert_tokens, &insert_logins,       &insert_throttles,  &insert_answers,
    &insert_letters,  &insert_events, &insert_activity,     &insert_tombstones, &set_version,
    &find_oldest,     &list_left,     &insert_notifications};

std::vector<Statements> statements() { return {jobs::sql::cleaning, Statements{own}}; }

class CleaningTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CleaningTest);
    CPPUNIT_TEST(deletes_what_has_expired_and_nothing_else);
    CPPUNIT_TEST(deletes_in_batches);
    CPPUNIT_TEST(begins_again_when_all_is_clean);
    CPPUNIT_TEST(raises_the_oldest_cursor_with_the_tombstones);
    CPPUNIT_TEST(never_lowers_the_oldest_cursor);
    CPPUNIT_TEST(leaves_it_to_the_process_that_is_at_it);
    CPPUNIT_TEST_SUITE_END();

    std::optional<House> house;
    Uuid ana, profile;

  public:
    void setUp() override {
        house.emplace(statements());
        ana = house->person("ana").id;
        profile = house->person("ana").profile;
    }
    void tearDown() override { house.reset(); }

  private:
    void litter() {
        auto& db = house->db;
        for (auto* with_user :
             {&insert_sessions, &insert_tokens, &insert_events, &insert_notifications}) {
            db.run(*with_user, ana);
        }
        for (auto* alone : {&insert_logins, &insert_throttles, &insert_answers, &insert_letters}) {
            db.run(*alone);
        }
        db.run(insert_activity, ana, profile);
        litter_tombstones(ana);
    }
    void litter_tombstones(const Uuid& user, int oldest = 0) {
        house->db.run(set_version, user, oldest);
        house->db.run(insert_tombstones, user);
    }
    int clean(jobs::Cleaning& cleaning) {
        int batches = 1;
        while (cleaning.run()) ++batches;
        return batches;
    }
    std::string what_is_left() {
        std::string text;
        for (const auto& one : house->db.list<std::string>(list_left)) text += one + "\n";
        return text;
    }

    const std::string kept =
        "activity keep\nanswer 1 minute\nevent keep\nletter keep\nletter keep\nlogin 23 hours\n"
        "notification keep\nsession keep\nsession keep\nthrottle keep-23 hours\nthrottle keep-26 "
        "hours\ntoken\n"
        "tombstone 4\ntombstone 7\n";

    void deletes_what_has_expired_and_nothing_else() {
        litter();
        jobs::Cleaning cleaning{house->db};
        clean(cleaning);
        CPPUNIT_ASSERT_EQUAL(kept, what_is_left());
    }
    void deletes_in_batches() {
        litter();
        jobs::Cleaning cleaning{house->db, 1};
        // Twelve kinds: twelve batches that find nothing, and one for each of the 14 rows.
        CPPUNIT_ASSERT_EQUAL(12 + 14, clean(cleaning));
        CPPUNIT_ASSERT_EQUAL(kept, what_is_left());
    }
    void begins_again_when_all_is_clean() {
        jobs::Cleaning cleaning{house->db};
        CPPUNIT_ASSERT_EQUAL(12, clean(cleaning));
        litter();
        CPPUNIT_ASSERT_EQUAL(12, clean(cleaning));
        CPPUNIT_ASSERT_EQUAL(kept, what_is_left());
    }
    void raises_the_oldest_cursor_with_the_tombstones() {
        auto bor = house->person("bor").id;
        litter_tombstones(ana);
        jobs::Cleaning cleaning{house->db};
        clean(cleaning);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, house->db.get<std::int64_t>(find_oldest, ana));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, house->db.get<std::int64_t>(find_oldest, bor));
    }
    // A batch need not take the oldest tombstones first.
    void never_lowers_the_oldest_cursor() {
        litter_tombstones(ana, 3);
        jobs::Cleaning cleaning{house->db};
        clean(cleaning);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, house->db.get<std::int64_t>(find_oldest, ana));
    }
    void leaves_it_to_the_process_that_is_at_it() {
        litter();
        auto before = what_is_left();
        Database other{{std::getenv("TEST_DATABASE_URL"), {}, "tests"}, statements()};
        other.begin();
        CPPUNIT_ASSERT(other.get<bool>(jobs::sql::take_turn));
        jobs::Cleaning cleaning{house->db};
        CPPUNIT_ASSERT(!cleaning.run());
        CPPUNIT_ASSERT_EQUAL(before, what_is_left());
        other.rollback();
        CPPUNIT_ASSERT(cleaning.run());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(CleaningTest);

}  // namespace
