// Resellers in the running service: scenarios 5, 6 and 17, and what goes wrong meanwhile.
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <set>
#include <thread>

#include "tests/support/account.h"
#include "tests/support/expect.h"

namespace {

using namespace std::string_literals;
using Answers = std::vector<Answered>;

std::ptrdiff_t count(const Answers& answers, int status) {
    return std::count_if(answers.begin(), answers.end(),
                         [&](const Answered& one) { return one.status == status; });
}

std::string client_of(const std::string& email, const std::string& plan = "basic") {
    return object({{"email", email},
                   {"password", "tempPass123"},
                   {"full_name", "Local Customer"},
                   {"plan_stripe_price_id", "price_" + plan + "_monthly"}});
}

Question order(const std::string& key, const std::string& body) {
    return {"POST", "/api/v1/reseller/clients", body, {{"Idempotency-Key", key}}};
}

// Somebody whom an admin made a reseller and gave credits.
class Reseller {
  public:
    explicit Reseller(std::int64_t credits) : client{world_with()}, account(sign_up(client)) {
        auto amount = std::to_string(credits);
        client.world().sql(
            "begin; update users set role = 'reseller', credits_balance = " + amount +
            " where id = '" + account.id +
            "'; insert into ledger_transfers (id, type, debit_account, credit_account, "
            "amount, balance_after) select gen_random_uuid(), 'admin_grant', id, '" +
            account.id + "', " + amount + ", " + amount +
            " from ledger_accounts where kind = 'issued'; commit");
        account = sign_in(client, account);
    }
    Answered sell(const std::string& email, const std::string& plan = "basic") {
        return client.ask(order("sell-" + email, client_of(email, plan)));
    }
    std::string sold(const std::string& email) {
        auto answer = sell(email);
        expect(201, answer);
        return "/api/v1/reseller/clients/" + answer.text("client.id");
    }
    std::string address(const std::string& name) { return name + "." + account.email; }
    std::int64_t figure(const std::string& name) {
        return client.get("/api/v1/reseller/dashboard").number(name);
    }

    Client client;
    Account account;
};

// A device of a client of a reseller.
Answered sign_in_as(Client& device, const std::string& email) {
    device.token.clear();
    auto answer =
        device.post("/api/v1/auth/login", object({{"email", email}, {"password", "tempPass123"}}));
    if (answer.status == 200) device.token = answer.text("access_token");
    return answer;
}

int check_ledger() {
    auto command = "DATABASE_URL=\"host='" + world_with().folder() +
                   "/run/postgres' user=postgres dbname=syncstream\" ops/check-ledger --quiet >&2";
    return std::system(command.c_str());
}

class StoryReseller : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StoryReseller);
    CPPUNIT_TEST(a_reseller_sells_to_a_local_customer);
    CPPUNIT_TEST(a_suspended_client_is_refused_on_every_device);
    CPPUNIT_TEST(a_client_whose_time_is_over_falls_to_free);
    CPPUNIT_TEST(a_dearer_plan_counts_from_the_next_request);
    CPPUNIT_TEST(two_hundred_calls_with_one_key_make_one_client);
    CPPUNIT_TEST(what_is_not_paid_is_not_sold);
    CPPUNIT_TEST(five_hundred_clients_come_in_one_request);
    CPPUNIT_TEST(workers_that_are_killed_lose_no_credit);
    CPPUNIT_TEST_SUITE_END();

    void a_reseller_sells_to_a_local_customer() {
        Reseller alex{10'000};
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10'000}, alex.figure("credits_balance"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, alex.figure("total_clients"));
        auto email = alex.address("customer1");
        auto answer = alex.sell(email);
        expect(201, answer);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{499}, answer.number("credits_charged"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{9'501}, alex.figure("credits_balance"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, alex.figure("active_clients"));
        Client device{world_with()};
        auto customer = sign_in_as(device, email);
        expect(200, customer);
        CPPUNIT_ASSERT_EQUAL("basic"s, customer.text("user.plan"));
        CPPUNIT_ASSERT_EQUAL("user"s, customer.text("user.role"));
        expect_refusal(403, "forbidden", device.get("/api/v1/reseller/dashboard"));
        auto file = alex.client.get("/api/v1/reseller/transactions?format=csv");
        CPPUNIT_ASSERT_EQUAL(200, file.status);
        CPPUNIT_ASSERT(file.body.find("client_created,-499,9501," + email) != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(0, check_ledger());
    }

    void a_suspended_client_is_refused_on_every_device() {
        Reseller alex{1'000};
        auto email = alex.address("customer");
        auto path = alex.sold(email);
        Client phone{world_with()}, tv{world_with()};
        expect(200, sign_in_as(phone, email));
        expect(200, sign_in_as(tv, email));
        expect(200, alex.client.patch(path, R"({"status": "suspended"})"));
        expect_refusal(401, "unauthenticated", phone.get("/api/v1/profiles"));
        expect_refusal(401, "unauthenticated", tv.get("/api/v1/auth/me"));
        expect_refusal(403, "account_suspended", sign_in_as(tv, email));
        expect(200, alex.client.patch(path, R"({"status": "active"})"));
        expect(200, sign_in_as(tv, email));
        expect(200, tv.get("/api/v1/profiles"));
    }

    void a_client_whose_time_is_over_falls_to_free() {
        Reseller alex{1'000};
        auto email = alex.address("customer");
        auto path = alex.sold(email);
        Client device{world_with()};
        sign_in_as(device, email);
        expect(201, device.post("/api/v1/profiles", R"({"name": "Sarah"})"));
        world_with().sql(
            "update subscriptions set current_period_start = now() - interval '32 days', "
            "current_period_end = now() - interval '1 second' where user_id = '" +
            path.substr(path.rfind('/') + 1) + "'");
        CPPUNIT_ASSERT_EQUAL("free"s, device.get("/api/v1/auth/me").text("user.plan"));
        expect_refusal(403, "plan_limit_reached",
                       device.post("/api/v1/profiles", R"({"name": "Timmy"})"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2},
                             device.get("/api/v1/profiles").data("profiles").list.size());
        CPPUNIT_ASSERT_EQUAL("expired"s, alex.client.get(path).text("client.status"));
        expect(200, alex.client.post(path + "/renew", R"({"months": 1})"));
        expect(201, device.post("/api/v1/profiles", R"({"name": "Timmy"})"));
    }

    void a_dearer_plan_counts_from_the_next_request() {
        Reseller alex{10'000};
        auto email = alex.address("customer");
        auto path = alex.sold(email);
        Client device{world_with()};
        sign_in_as(device, email);
        auto limit = [&] {
            return parse_integer(device.get("/api/v1/profiles").header("X-RateLimit-Limit"))
                .value();
        };
        auto before = limit();
        expect(200, alex.client.post(path + "/change-plan",
                                     R"({"plan_stripe_price_id": "price_premium_monthly"})",
                                     {{"Idempotency-Key", "up"}}));
        CPPUNIT_ASSERT_EQUAL(5 * before, limit());
    }

    void two_hundred_calls_with_one_key_make_one_client() {
        Reseller alex{10'000};
        Answers answers;
        for (int part = 0; part < 4; ++part) {
            auto some = alex.client.ask_at_once(std::vector<Question>(
                50, order("client-12345", client_of(alex.address("customer")))));
            answers.insert(answers.end(), some.begin(), some.end());
        }
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{200}, count(answers, 201) + count(answers, 409));
        std::set<std::string> made;
        for (const auto& one : answers) {
            if (one.status == 201) made.insert(one.text("client.id"));
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, made.size());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{9'501}, alex.figure("credits_balance"));
    }

    void what_is_not_paid_is_not_sold() {
        Reseller alex{9'980};
        std::vector<Question> orders;
        for (int i = 0; i < 50; ++i) {
            auto number = std::to_string(i);
            orders.push_back(order("order-" + number, client_of(alex.address("c" + number))));
        }
        auto answers = alex.client.ask_at_once(orders);
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{20}, count(answers, 201));
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{30}, count(answers, 402));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, alex.figure("credits_balance"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{20}, alex.figure("total_clients"));
        CPPUNIT_ASSERT_EQUAL(0, check_ledger());
    }

    void five_hundred_clients_come_in_one_request() {
        Reseller company{250'000};
        std::string batch;
        for (int i = 0; i < 500; ++i) {
            batch += (i ? "," : "") + client_of(company.address("c" + std::to_string(i)));
        }
        auto answer =
            company.client.post("/api/v1/reseller/clients/bulk", R"({"clients": [)" + batch + "]}",
                                {{"Idempotency-Key", "bulk"}});
        expect(201, answer);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{500}, answer.number("created"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{500}, company.figure("credits_balance"));
        Client device{world_with()};
        expect(200, sign_in_as(device, company.address("c499")));
    }

    void workers_that_are_killed_lose_no_credit() {
        Reseller alex{100'000};
        std::vector<Question> orders;
        for (int i = 0; i < 60; ++i) {
            auto number = std::to_string(i);
            orders.push_back(order("order-" + number, client_of(alex.address("c" + number))));
        }
        Answers answers;
        std::jthread buyers{[&] { answers = alex.client.ask_at_once(orders); }};
        auto sales = [&] {
            return alex.client.world().sql(
                "select count(*) from users where parent_reseller_id = '" + alex.account.id + "'");
        };
        for (const char* after : {"5", "15", "30"}) {
            comes_true([&] { return std::stoi(sales()) >= std::stoi(after); });
            auto children = world_with().children("reseller-hash");
            if (!children.empty()) kill(children.front(), SIGKILL);
        }
        buyers.join();
        CPPUNIT_ASSERT_EQUAL(0, check_ledger());
        for (const auto& one : alex.client.ask_at_once(orders)) {  // everybody asks once more
            CPPUNIT_ASSERT_EQUAL_MESSAGE(one.body, 201, one.status);
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{60}, alex.figure("total_clients"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{100'000 - 60 * 499}, alex.figure("credits_balance"));
        CPPUNIT_ASSERT_EQUAL(0, check_ledger());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StoryReseller);

}  // namespace
