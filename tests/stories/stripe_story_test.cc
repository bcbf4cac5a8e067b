// What Stripe tells, over nginx, signed: scenario 10, and what happens when it is told in every
// order, many times, at the same time, to programs that are killed meanwhile.
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <random>
#include <thread>

#include "common/stripe/signature.h"
#include "tests/support/account.h"
#include "tests/support/expect.h"
#include "tests/support/http_stub.h"
#include "tests/support/stripe_life.h"
#include "tests/support/unharmed.h"

namespace {

const std::string path = "/api/v1/webhooks/stripe";
const Secret secret{"whsec_of_a_story"};

World& paying() {
    return world_with({{"STRIPE_WEBHOOK_SECRETS", "whsec_former," + secret.reveal()}});
}

Question signed_question(const std::string& event) {
    return {"POST", path, event, {{"Stripe-Signature", stripe::sign(event, secret, system_now())}}};
}

// As Stripe does it: what is not taken comes again.
void deliver(Client& client, std::vector<std::string> events) {
    while (!events.empty()) {
        std::vector<Question> questions;
        for (const auto& one : events) questions.push_back(signed_question(one));
        auto answers = client.ask_at_once(questions);
        std::vector<std::string> left;
        for (std::size_t i = 0; i < events.size(); ++i) {
            if (answers[i].status != 200) left.push_back(events[i]);
        }
        events = std::move(left);
    }
}

StripeLife life_of(const Account& account, const std::string& price = "price_basic_monthly") {
    auto now = unix_seconds(system_now());
    auto name = account.id.substr(24);
    StripeLife life{name, "cus_" + name, now - 3600, now + 10 * 86'400};
    life.price = price;
    life.status = "active";
    life.create();
    life.bind(account.id);
    return life;
}

Answered standing(Client& client) { return client.get("/api/v1/subscriptions/current"); }

std::int64_t waiting(World& world) {
    return parse_integer(
               world.sql(
                   "select count(*) from stripe_events where state in ('pending', 'deferred')"))
        .value();
}

class StoryStripe : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StoryStripe);
    CPPUNIT_TEST(somebody_subscribes_and_it_counts_at_once);
    CPPUNIT_TEST(a_payment_fails_and_is_made_up_for);
    CPPUNIT_TEST(one_event_comes_fifty_times_at_once);
    CPPUNIT_TEST(nobody_else_is_believed);
    CPPUNIT_TEST(twenty_clicks_open_one_page);
    CPPUNIT_TEST(lives_told_in_disorder_to_dying_workers_end_well);
    CPPUNIT_TEST_SUITE_END();

    void somebody_subscribes_and_it_counts_at_once() {
        Client john{paying()}, stripe{paying()};
        auto account = sign_up(john);
        end_trial(john, account);
        auto before = standing(john);
        CPPUNIT_ASSERT_EQUAL(std::string{"free"}, before.text("plan.code"));
        deliver(stripe, life_of(account, "price_premium_monthly").events);
        auto now = standing(john);
        expect(200, now);
        CPPUNIT_ASSERT_EQUAL(std::string{"premium"}, now.text("plan.code"));
        CPPUNIT_ASSERT_EQUAL(std::string{"active"}, now.text("subscription.status"));
        // The token is that of before.
        CPPUNIT_ASSERT_EQUAL(5 * parse_integer(before.header("X-RateLimit-Limit")).value(),
                             parse_integer(now.header("X-RateLimit-Limit")).value());
        for (const char* name : {"A", "B", "C", "D"}) {
            expect(201, john.post("/api/v1/profiles", object({{"name", name}})));
        }
    }

    void a_payment_fails_and_is_made_up_for() {
        Client john{paying()}, stripe{paying()};
        auto account = sign_up(john);
        auto life = life_of(account);
        life.now += 60;
        life.fail();
        deliver(stripe, life.events);
        auto grace = standing(john);
        CPPUNIT_ASSERT_EQUAL(std::string{"past_due"}, grace.text("subscription.status"));
        CPPUNIT_ASSERT_EQUAL(std::string{"basic"}, grace.text("plan.code"));
        CPPUNIT_ASSERT_EQUAL(rfc3339(from_unix(life.now) + std::chrono::days{7}),
                             grace.text("subscription.grace_until"));
        auto told = life.events.size();
        life.now += 60;
        life.pay();
        deliver(stripe,
                {life.events.begin() + static_cast<std::ptrdiff_t>(told), life.events.end()});
        CPPUNIT_ASSERT_EQUAL(std::string{"active"}, standing(john).text("subscription.status"));
        auto told_again = life.events.size();
        life.now += 60;
        life.end();
        deliver(stripe, {life.events[told_again]});
        CPPUNIT_ASSERT_EQUAL(std::string{"free"}, standing(john).text("plan.code"));
    }

    void one_event_comes_fifty_times_at_once() {
        Client john{paying()}, stripe{paying()};
        auto life = life_of(sign_up(john));
        std::vector<Question> questions(50, signed_question(life.events[0]));
        for (const auto& one : stripe.ask_at_once(questions)) {
            expect(200, one);
            CPPUNIT_ASSERT(one.data("received").boolean);
        }
        CPPUNIT_ASSERT_EQUAL(
            std::string{"1"},
            paying().sql("select count(*) from stripe_events where id = 'evt_" + life.id + "_1'"));
    }

    void nobody_else_is_believed() {
        Client john{paying()}, stranger{paying()};
        auto life = life_of(sign_up(john), "price_premium_monthly");
        for (const Headers& headers :
             {Headers{},
              Headers{{"Stripe-Signature",
                       stripe::sign(life.events[1], Secret{"whsec_guess"}, system_now())}},
              Headers{
                  {"Stripe-Signature", stripe::sign(life.events[1] + " ", secret, system_now())}},
              Headers{
                  {"Stripe-Signature", stripe::sign(life.events[1], secret,
                                                    system_now() - std::chrono::minutes{6})}}}) {
            expect_refusal(400, "invalid_signature",
                           stranger.ask({"POST", path, life.events[1], headers}));
        }
        expect_refusal(413, "payload_too_large",
                       stranger.ask(signed_question(std::string(1'100'000, ' '))));
        CPPUNIT_ASSERT_EQUAL(std::string{"trialing"}, standing(john).text("subscription.status"));
    }

    // A Stripe that takes its time, and counts.
    void twenty_clicks_open_one_page() {
        std::atomic<int> asked{0};
        HttpStub stripe{[&](const std::string& request) {
            if (request.starts_with("POST")) {
                ++asked;
                std::this_thread::sleep_for(std::chrono::milliseconds{300});
            }
            // The stub has one connection at a time, and the jobs worker asks as well.
            std::string page = R"({"id":"cs_1","url":"https://pay.example/cs_1"})";
            return "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " +
                   std::to_string(page.size()) + "\r\n\r\n" + page;
        }};
        World world{{{"STRIPE_SECRET_KEY", "sk_test_story"},
                     {"STRIPE_API_BASE", stripe.url("")},
                     {"RATE_LIMIT_MULTIPLIER", "1000"}}};
        Client john{world};
        sign_up(john);
        auto body = object({{"price_id", "price_basic_monthly"},
                            {"success_url", "https://app.syncstream.tv/ok"},
                            {"cancel_url", "https://app.syncstream.tv/no"}});
        std::vector<Question> clicks(
            20,
            Question{"POST", "/api/v1/subscriptions/checkout", body, {{"Idempotency-Key", "buy"}}});
        for (int i = 0; i < 10; ++i) clicks[static_cast<std::size_t>(i)].headers.clear();
        for (const auto& one : john.ask_at_once(clicks)) {
            if (one.status == 200)
                CPPUNIT_ASSERT_EQUAL(std::string{"cs_1"}, one.text("session_id"));
            if (one.status != 200) expect_refusal(409, "request_in_progress", one);
        }
        CPPUNIT_ASSERT_EQUAL(1, asked.load());
        auto page = john.post("/api/v1/subscriptions/checkout", body, {{"Idempotency-Key", "buy"}});
        expect(200, page);
        CPPUNIT_ASSERT_EQUAL(1, asked.load());
    }

    static StripeLife eventful(const Account& account, std::minstd_rand& random) {
        auto life = life_of(account);
        life.basil = random() % 2;
        for (int i = 0; i < 3; ++i) {
            life.now += static_cast<std::int64_t>(random() % 2);
            life.renew(86'400);
            life.now += static_cast<std::int64_t>(random() % 2);
            life.fail();
            life.now += static_cast<std::int64_t>(random() % 2);
            life.pay();
            life.change_price(random() % 2 ? "price_family_monthly" : "price_premium_monthly");
        }
        if (random() % 3 == 0) life.end();
        return life;
    }

    void lives_told_in_disorder_to_dying_workers_end_well() {
        std::minstd_rand random{7};
        auto& world = paying();
        std::vector<StripeLife> lives;
        std::vector<Client> people;
        std::vector<std::string> events;
        for (int i = 0; i < 6; ++i) {
            people.emplace_back(world);
            lives.push_back(eventful(sign_up(people.back()), random));
            for (int copy = 0; copy < 2; ++copy) {
                events.insert(events.end(), lives.back().events.begin(), lives.back().events.end());
            }
        }
        std::shuffle(events.begin(), events.end(), random);
        std::jthread reaper{[&](const std::stop_token& told) {
            while (!told.stop_requested()) {
                for (pid_t child : world.children("billing")) {
                    if (told.stop_requested()) break;
                    kill(child, SIGKILL);
                    std::this_thread::sleep_for(std::chrono::milliseconds{40});
                }
            }
        }};
        Client stripe{world};
        for (std::size_t at = 0; at < events.size(); at += 30) {
            auto end = std::min(events.size(), at + 30);
            deliver(stripe, {events.begin() + static_cast<std::ptrdiff_t>(at),
                             events.begin() + static_cast<std::ptrdiff_t>(end)});
        }
        reaper.request_stop();
        reaper.join();
        CPPUNIT_ASSERT(comes_true([&] { return waiting(world) == 0; }));
        for (std::size_t i = 0; i < lives.size(); ++i) {
            auto plan = lives[i].price.substr(6, lives[i].price.find('_', 6) - 6);
            bool live = lives[i].status != "canceled";
            CPPUNIT_ASSERT_EQUAL(live ? plan : "free", standing(people[i]).text("plan.code"));
            CPPUNIT_ASSERT_EQUAL(live ? lives[i].status : "free",
                                 standing(people[i]).text("subscription.status"));
        }
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(StoryStripe);

}  // namespace
