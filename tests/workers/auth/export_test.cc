// That nothing of somebody's is forgotten, neither when they ask for all of it nor when they go.
// The tables are those that the database has: a new one that holds something of a person's fails
// here until it is exported, or named below with the reason why not, and until it is erased.
#include <cppunit/extensions/HelperMacros.h>

#include <map>

#include "tests/workers/auth/front_door.h"

namespace {

using Names = std::map<std::string, std::string>;

// Where the rows of a table are found in the export.
const Names exported_as{{"users", "user"},
                        {"sessions", "sessions"},
                        {"account_tokens", "links"},
                        {"device_logins", "tvs"},
                        {"security_events", "events"},
                        {"subscriptions", "subscriptions"},
                        {"profiles", "profiles"},
                        {"profile_activity", "activity"},
                        {"playlists", "playlists"},
                        {"favorites", "favorites"},
                        {"progress", "progress"},
                        {"outbox", "letters"},
                        {"ledger_transfers", "transactions"},
                        {"stripe_customers", "stripe_customers"},
                        {"invoices", "invoices"},
                        {"card_charges", "refunds"},
                        {"checkout_sessions", "checkouts"},
                        {"audit_log", "admin_actions"},
                        {"notifications", "notifications"},
                        {"party_participants", "parties"}};

const Names not_exported{
    {"recovery_codes",
     "digests of what lets somebody in; that there are some, `totp_enabled` says"},
    {"trial_cards", "a digest of a card under a key of ours, which tells them nothing"},
    {"sync_versions", "a counter for devices"},
    {"tombstones", "ids of what they deleted, for devices that still show it"},
    {"idempotency_keys", "sealed copies of answers that they were given, for a day"},
    {"stripe_events", "what subscriptions, invoices and refunds were made of, in Stripe's words"}};

// What stays of somebody who has gone, and why.
const Names outliving{
    {"ledger_transfers", "books are kept; there are no names in them"},
    {"invoices", "books are kept; nothing leads from them to the account any more"},
    {"card_charges", "books are kept; nothing leads from them to the account any more"},
    {"stripe_events", "what the books follow from; deleted after 90 days"},
    {"audit_log", "admins answer for what they did, also after whom it was done to has gone"}};

// The column by which rows are somebody's, where it is not `user_id`.
const Names column_of{{"users", "id"}, {"idempotency_keys", "scope"}};

struct Count {
    std::string table;
    std::int64_t rows = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"table", &Count::table}, Field{"rows", &Count::rows}};
    }
};

// Every table with a column that says whose a row is, or where somebody can be reached.
constexpr Statement list_tables{
    "export.list_tables",
    "select distinct c.table_name::text from information_schema.columns c "
    "join pg_class p on p.oid = format('%I.%I', c.table_schema, c.table_name)::regclass "
    "where c.table_schema = 'public' and p.relkind in ('r', 'p') and not p.relispartition "
    "and c.column_name in ('user_id', 'actor_id', 'client_id', 'parent_reseller_id', 'host_id', "
    "'owner_id', 'account_id', 'debit_account', 'credit_account', 'customer_id', "
    "'stripe_customer_id', 'email', 'recipient', 'full_name', 'ip', 'scope') order by 1",
    true};
constexpr Statement count_rows{
    "export.count_rows",
    "select c.table_name::text as table, "
    "(xpath('//rows/text()', query_to_xml(format('select count(*) as rows from %I where user_id = "
    "%L', "
    "c.table_name, $1::text), false, true, '')))[1]::text::bigint as rows "
    "from information_schema.columns c "
    "join pg_class p on p.oid = format('%I.%I', c.table_schema, c.table_name)::regclass "
    "where c.table_schema = 'public' and c.column_name = 'user_id' and p.relkind in ('r', 'p') "
    "and not p.relispartition",
    true};
constexpr Statement count_rest{
    "export.count_rest",
    "select 'users' as table, count(*) as rows from users where id = $1::text::uuid union all "
    "select 'idempotency_keys', count(*) from idempotency_keys where scope = 'u:' || $1::text",
    true};

// A row of each kind that signing up does not bring; $1 is the user.
constexpr Statement fill[] = {
    {"export.fill_codes",
     "insert into recovery_codes (user_id, digest) values ($1::text::uuid, sha256('a'))", false},
    {"export.fill_tvs",
     "insert into device_logins (device_code_digest, user_code, device_name, status, user_id, "
     "expires_at) values (sha256('b'), 'BCDFGHJK', 'TV', 'approved', $1::text::uuid, now())",
     false},
    {"export.fill_subscriptions",
     "insert into subscriptions (id, user_id, plan_id, source, status) select gen_random_uuid(), "
     "$1::text::uuid, id, 'manual', 'active' from plans where code = 'basic'",
     false},
    {"export.fill_activity",
     "insert into profile_activity (id, user_id, profile_id, event) select gen_random_uuid(), "
     "user_id, id, 'selected' from profiles where user_id = $1::text::uuid",
     false},
    {"export.fill_playlists",
     "insert into playlists (id, user_id, name, type, url) values (gen_random_uuid(), "
     "$1::text::uuid, 'P', 'm3u', 'http://example.com/')",
     false},
    {"export.fill_favorites",
     "insert into favorites (id, user_id, profile_id, item_id, item_type, item_name) select "
     "gen_random_uuid(), user_id, id, 'm', 'movie', 'M' from profiles where user_id = "
     "$1::text::uuid",
     false},
    {"export.fill_progress",
     "insert into progress (user_id, profile_id, client_updated_at, progress_seconds, item_type, "
     "item_id) select user_id, id, now(), 7, 'movie', 'm' from profiles where user_id = "
     "$1::text::uuid",
     false},
    {"export.fill_tombstones",
     "insert into tombstones (user_id, version, kind, ref) values ($1::text::uuid, 7, 'playlists', "
     "'x')",
     false},
    {"export.fill_ledger",
     "with paid as (update users set credits_balance = 7 where id = $1::text::uuid) "
     "insert into ledger_transfers (id, type, debit_account, credit_account, amount, "
     "balance_after) select gen_random_uuid(), 'admin_grant', id, $1::text::uuid, 7, 7 from "
     "ledger_accounts where kind = 'issued'",
     false},
    {"export.fill_customers",
     "insert into stripe_customers (customer_id, user_id) values ('cus_' || $1::text, "
     "$1::text::uuid)",
     false},
    {"export.fill_invoices",
     "insert into invoices (id, stripe_invoice_id, stripe_customer_id, number, status, amount_due, "
     "amount_paid, currency, issued_at) values (gen_random_uuid(), 'in_' || $1::text, 'cus_' || "
     "$1::text, 'A-1', 'paid', 499, 499, 'usd', now())",
     false},
    {"export.fill_refunds",
     "insert into card_charges (stripe_charge_id, stripe_customer_id, amount, amount_refunded) "
     "values ('ch_' || $1::text, 'cus_' || $1::text, 499, 499)",
     false},
    {"export.fill_checkouts",
     "insert into checkout_sessions (id, user_id, kind, credits, form, returns, calling_until, "
     "expires_at) values (gen_random_uuid(), $1::text::uuid, 'credits', 5000, '', '', now(), "
     "now())",
     false},
    {"export.fill_cards",
     "insert into trial_cards (digest, user_id) values (sha256('c'), $1::text::uuid)", false},
    {"export.fill_log",
     "insert into audit_log (id, action, target_type, target_id) values (gen_random_uuid(), "
     "'user_changed', 'user', $1::text)",
     false},
    {"export.fill_notifications",
     "insert into notifications (id, user_id, kind, title, body) values (gen_random_uuid(), "
     "$1::text::uuid, 'plan_changed', 'T', 'B')",
     false},
    {"export.fill_parties",
     "insert into parties (id, host_user_id, title) select 'party_' || left(md5($1::text), 22), "
     "$1::text::uuid, 'T'",
     false},
    {"export.fill_participants",
     "insert into party_participants (party_id, user_id, role) select id, host_user_id, 'host' "
     "from parties where host_user_id = $1::text::uuid",
     false},
    {"export.fill_answers",
     "insert into idempotency_keys (scope, key, route, fingerprint, expires_at) values ('u:' || "
     "$1::text, 'k', 'r', sha256('d'), now())",
     false}};

std::vector<const Statement*> own() {
    std::vector<const Statement*> all{&list_tables, &count_rows, &count_rest};
    for (const auto& statement : fill) all.push_back(&statement);
    return all;
}

class AuthExport : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AuthExport);
    CPPUNIT_TEST(forgets_no_table);
    CPPUNIT_TEST(shows_what_each_table_holds);
    CPPUNIT_TEST(shows_nobody_elses);
    CPPUNIT_TEST(shows_nothing_that_lets_anybody_in);
    CPPUNIT_TEST(is_of_nobody_once_erased);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override {
        door.emplace(auth::Rules{}, Statements{statements});
        ida = door->newcomer("ida");
        for (const auto& statement : fill) door->house.db.run(statement, ida.id);
    }
    void tearDown() override { door.reset(); }

    void forgets_no_table() {
        for (const auto& table : tables()) {
            auto lists = exported_as.count(table) + not_exported.count(table);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                "export " + table + " (workers/auth/exported.h), or say here why not",
                std::size_t{1}, lists);
            auto known = by_user().count(table) + column_of.count(table) + outliving.count(table);
            CPPUNIT_ASSERT_MESSAGE("what becomes of " + table + " when the account is erased?",
                                   known > 0);
        }
    }

    void shows_what_each_table_holds() {
        auto answer = door->get("me/export", ida.access);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 200, answer.status);
        for (const auto& [table, member] : exported_as) {
            const auto& shown = answer.data(member);
            CPPUNIT_ASSERT_MESSAGE(table + " as " + member,
                                   !shown.list.empty() || !shown.members.empty());
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{7}, answer.number("transactions.0.amount"));
        CPPUNIT_ASSERT_EQUAL(std::string{"A-1"}, answer.text("invoices.0.number"));
        CPPUNIT_ASSERT_EQUAL(std::string{"verify_email"}, answer.text("letters.0.kind"));
        CPPUNIT_ASSERT_EQUAL(ida.email, answer.text("letters.0.recipient"));
    }

    void shows_nobody_elses() {
        auto leo = door->newcomer("leo");
        auto answer = door->get("me/export", leo.access);
        CPPUNIT_ASSERT_EQUAL(200, answer.status);
        CPPUNIT_ASSERT(answer.body.find(ida.id) == std::string::npos);
        CPPUNIT_ASSERT(answer.body.find(ida.email) == std::string::npos);
        for (const char* list : {"transactions", "invoices", "refunds", "checkouts", "tvs",
                                 "stripe_customers", "admin_actions", "subscriptions"}) {
            CPPUNIT_ASSERT_MESSAGE(list, answer.data(list).list.empty());
        }
    }

    void shows_nothing_that_lets_anybody_in() {
        auto answer = door->get("me/export", ida.access);
        auto link = door->link(ida.email, "verify_email");
        CPPUNIT_ASSERT(!link.empty());
        for (const auto& secret :
             {link, ida.refresh, std::string{"argon2"}, std::string{"digest"}}) {
            CPPUNIT_ASSERT(answer.body.find(secret) == std::string::npos);
        }
    }

    void is_of_nobody_once_erased() {
        for (const auto& [table, rows] : rows_of_ida()) {
            CPPUNIT_ASSERT_MESSAGE("fill " + table + " above, to see that it is erased", rows > 0);
        }
        door->now += std::chrono::seconds{1};
        auto answer = door->remove("me", ida.access, object({{"password", FrontDoor::password}}));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 200, answer.status);
        for (const auto& [table, rows] : rows_of_ida()) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(table, std::int64_t{0}, rows);
        }
    }

  private:
    std::vector<std::string> tables() { return door->house.db.list<std::string>(list_tables); }
    std::map<std::string, std::int64_t> by_user() {
        std::map<std::string, std::int64_t> counted;
        for (const auto& [table, rows] : door->house.db.list<Count>(count_rows, ida.id)) {
            counted[table] = rows;
        }
        return counted;
    }
    std::map<std::string, std::int64_t> rows_of_ida() {
        auto counted = by_user();
        for (const auto& [table, rows] : door->house.db.list<Count>(count_rest, ida.id)) {
            counted[table] = rows;
        }
        return counted;
    }

    std::vector<const Statement*> statements = own();
    std::optional<FrontDoor> door;
    Newcomer ida;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AuthExport);

}  // namespace
