// Many requests at the same moment, and workers that die in the middle: real connections, real
// commits. What is left in the database is deleted at the end, but for the ledger, which stays.
#include <cppunit/extensions/HelperMacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <barrier>
#include <csignal>
#include <memory>
#include <set>
#include <thread>

#include "tests/workers/reseller/shop.h"

namespace {

using namespace std::string_literals;
using reseller::Shop;
using Answers = std::vector<Answered>;

constexpr int workers = 20;

constexpr Statement broken_clients{
    "race.broken_clients",
    "select count(*) from users u where parent_reseller_id = $1 and not (exists (select from "
    "profiles "
    "where user_id = u.id and is_default) and exists (select from subscriptions where user_id = "
    "u.id) "
    "and exists (select from ledger_transfers where client_id = u.id and debit_account = $1))",
    true};
constexpr Statement count_charges{
    "race.count_charges",
    "select count(*) from ledger_transfers where debit_account = $1 and type = 'client_created'",
    true};
constexpr const Statement* own[] = {&broken_clients, &count_charges};

std::string address(int number) { return "race-" + std::to_string(number) + "@example.com"; }

std::int64_t count(const Answers& answers, int status) {
    return std::count_if(answers.begin(), answers.end(),
                         [&](const auto& one) { return one.status == status; });
}

class ResellerRaceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ResellerRaceTest);
    CPPUNIT_TEST(sells_what_is_paid_and_no_more);
    CPPUNIT_TEST(makes_one_client_of_two_hundred_calls);
    CPPUNIT_TEST(gives_one_address_to_one_of_two_resellers);
    CPPUNIT_TEST(lets_crossing_batches_pass);
    CPPUNIT_TEST(charges_each_month_that_it_gives);
    CPPUNIT_TEST(loses_nothing_when_workers_die);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override {
        for (int i = 0; i < workers; ++i) shops_.push_back(open());
        rok_ = first().reseller("rok", 9'980);
        rina_ = first().reseller("bor", 1'000'000);
        look_ = std::make_unique<Database>(
            DatabaseOptions{std::getenv("TEST_DATABASE_URL"), {}, "tests"},
            std::vector<Statements>{own, ledger_sums});
    }
    void tearDown() override {
        auto& db = first().house.db;
        for (const auto& person : {rok_, rina_}) {
            db.run(reseller::forget_clients, person.id);
            db.run(reseller::forget_keys, person.id);
            db.run(reseller::forget_person, person.id);
        }
        for (auto& shop : shops_) shop->house.db.begin();
        shops_.clear();
    }

    void sells_what_is_paid_and_no_more() {
        auto answers = all_at_once(50, [&](Shop& shop, int i) {
            return shop.ask(Method::post, "/clients", Shop::client(address(i)), rok_,
                            "order-" + std::to_string(i));
        });
        CPPUNIT_ASSERT_EQUAL(std::int64_t{20}, count(answers, 201));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{30}, count(answers, 402));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, first().balance(rok_));
        right(rok_, 20);
    }

    void makes_one_client_of_two_hundred_calls() {
        auto answers = all_at_once(200, [&](Shop& shop, int) {
            return shop.ask(Method::post, "/clients", Shop::client(address(0)), rok_,
                            "client-12345");
        });
        CPPUNIT_ASSERT_EQUAL(std::int64_t{200}, count(answers, 201) + count(answers, 409));
        std::set<std::string> made;
        auto fresh = 0;
        for (const auto& one : answers) {
            if (one.status == 409) CPPUNIT_ASSERT_EQUAL("request_in_progress"s, one.code());
            if (one.status != 201) continue;
            made.insert(one.text("client.id"));
            fresh += one.header("Idempotent-Replayed").empty();
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, made.size());
        CPPUNIT_ASSERT_EQUAL(1, fresh);
        right(rok_, 1);
    }

    void gives_one_address_to_one_of_two_resellers() {
        auto answers = all_at_once(40, [&](Shop& shop, int i) {
            return shop.ask(Method::post, "/clients", Shop::client(address(i / 4)),
                            i % 2 ? rok_ : rina_, "order-" + std::to_string(i));
        });
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10}, count(answers, 201));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{30}, count(answers, 409));
        auto sold = clients_of(rok_) + clients_of(rina_);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10}, sold);
        right(rok_, clients_of(rok_));
        right(rina_, clients_of(rina_));
    }

    // The same addresses from both ends, from two resellers: one batch waits, and is refused.
    void lets_crossing_batches_pass() {
        std::string forth, back;
        for (int i = 0; i < 30; ++i) {
            forth += (i ? "," : "") + Shop::client(address(i));
            back += (i ? "," : "") + Shop::client(address(29 - i));
        }
        give(rok_, 20'000);
        auto answers = all_at_once(6, [&](Shop& shop, int i) {
            auto body = R"({"clients":[)" + (i % 2 ? forth : back) + "]}";
            return shop.ask(Method::post, "/clients/bulk", body, i % 2 ? rok_ : rina_,
                            "batch-" + std::to_string(i));
        });
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, count(answers, 201));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5}, count(answers, 409));
        right(rok_, clients_of(rok_));
        right(rina_, clients_of(rina_));
    }

    // Whatever the order: each month ends up at the price of the plan that it is for.
    void charges_each_month_that_it_gives() {
        for (int round = 0; round < 3; ++round) {
            auto made = first().ask(Method::post, "/clients", Shop::client(address(round)), rina_,
                                    "order-" + std::to_string(round));
            auto path = "/clients/" + made.text("client.id");
            auto answers = all_at_once(10, [&](Shop& shop, int i) {
                if (i != 5)
                    return shop.ask(Method::post, path + "/renew", R"({"months":1})", rina_);
                return shop.ask(Method::post, path + "/change-plan",
                                R"({"plan_stripe_price_id":"price_family_monthly"})", rina_);
            });
            auto charged = made.number("credits_charged");
            for (const auto& one : answers) charged += one.number("credits_charged");
            CPPUNIT_ASSERT_EQUAL(std::int64_t{10}, count(answers, 200));
            CPPUNIT_ASSERT_EQUAL(std::int64_t{10 * 999}, charged);
            CPPUNIT_ASSERT_EQUAL(1'000'000 - charged * (round + 1), first().balance(rina_));
        }
        right(rina_, 3);
    }

    // Each of these workers is killed while it sells, at whatever it is at.
    void loses_nothing_when_workers_die() {
        for (int round = 0; round < 12; ++round) {
            pid_t child = fork();
            if (child == 0) sell_until_killed(round);
            std::this_thread::sleep_for(std::chrono::milliseconds{60 + 7 * round});
            kill(child, SIGKILL);
            waitpid(child, nullptr, 0);
        }
        auto sold = clients_of(rina_);
        CPPUNIT_ASSERT(sold > 0);
        right(rina_, sold);
        auto again = first().ask(Method::post, "/clients", Shop::client("race-0-0@example.com"),
                                 rina_, "order-0-0");
        CPPUNIT_ASSERT_EQUAL(201, again.status);
        right(rina_, clients_of(rina_));
    }

  private:
    static constexpr const Statement* ledger_sums[] = {&reseller::sum_of};

    static std::unique_ptr<Shop> open() {
        auto shop = std::make_unique<Shop>();
        shop->house.db.rollback();  // from here on, what is done is done
        return shop;
    }
    Shop& first() { return *shops_.front(); }
    void give(const Person& person, std::int64_t credits) {
        Ledger{first().house.db}.move(
            {.user = person.id, .amount = credits, .why = Move::admin_grant});
    }
    std::int64_t clients_of(const Person& person) {
        return first().house.db.get<std::int64_t>(reseller::count_clients_of, person.id);
    }

    // As many charges as clients, none of them half made, and the balance is the sum.
    void right(const Person& person, std::int64_t clients) {
        CPPUNIT_ASSERT_EQUAL(clients, clients_of(person));
        CPPUNIT_ASSERT_EQUAL(clients, look_->get<std::int64_t>(count_charges, person.id));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, look_->get<std::int64_t>(broken_clients, person.id));
        CPPUNIT_ASSERT_EQUAL(first().balance(person),
                             look_->get<std::int64_t>(reseller::sum_of, person.id));
    }

    // In a process of its own: nothing of the parent's connections may be touched.
    [[noreturn]] void sell_until_killed(int round) {
        auto shop = open().release();
        for (int i = 0;; ++i) {
            auto number = std::to_string(round) + "-" + std::to_string(i);
            shop->ask(Method::post, "/clients", Shop::client("race-" + number + "@example.com"),
                      rina_, "order-" + number);
        }
    }

    template <class Ask>
    Answers all_at_once(int requests, Ask ask) {
        Answers answers(static_cast<std::size_t>(requests));
        std::vector<std::thread> threads;
        std::barrier start{workers};
        for (int worker = 0; worker < workers; ++worker) {
            threads.emplace_back([&, worker] {
                start.arrive_and_wait();
                for (int i = worker; i < requests; i += workers)
                    answers[i] = ask(*shops_[worker], i);
            });
        }
        for (auto& thread : threads) thread.join();
        return answers;
    }

    std::vector<std::unique_ptr<Shop>> shops_;
    std::unique_ptr<Database> look_;
    Person rok_, rina_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ResellerRaceTest);

}  // namespace
