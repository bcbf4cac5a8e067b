// An event that was parked, and given up, because nobody knew whose it was: once that is mended,
// ops/replay-webhooks brings what was paid for.
#include <cppunit/extensions/HelperMacros.h>

#include <cstdlib>

#include "common/stripe/signature.h"
#include "tests/support/account.h"
#include "tests/support/expect.h"
#include "tests/support/stripe_life.h"

namespace {

const Secret secret{"whsec_of_a_story"};

class StoryReplay : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StoryReplay);
    CPPUNIT_TEST(a_customer_whom_nobody_knew_gets_the_plan_after_all);
    CPPUNIT_TEST_SUITE_END();

    World& world() {
        return world_with({{"STRIPE_WEBHOOK_SECRETS", "whsec_former," + secret.reveal()}});
    }

    void a_customer_whom_nobody_knew_gets_the_plan_after_all() {
        Client john{world()}, stripe{world()};
        auto account = sign_up(john);
        end_trial(john, account);
        auto life = life_of(account);
        for (const auto& event : life.events) tell(stripe, event);
        CPPUNIT_ASSERT_EQUAL(std::string{"deferred"}, state(life));
        world().sql("update stripe_events set state = 'failed', attempts = 15 where object_id = '" +
                    life.id + "'; insert into stripe_customers (customer_id, user_id) values ('" +
                    life.customer + "', '" + account.id + "')");
        CPPUNIT_ASSERT_EQUAL(std::string{"free"}, plan(john));
        CPPUNIT_ASSERT_EQUAL(0, replay("--object " + life.id));
        CPPUNIT_ASSERT(comes_true([&] { return state(life) == "done"; }));
        CPPUNIT_ASSERT_EQUAL(std::string{"premium"}, plan(john));
        CPPUNIT_ASSERT_EQUAL(0, replay("--object " + life.id));
        CPPUNIT_ASSERT(comes_true([&] { return state(life) == "done"; }));
        CPPUNIT_ASSERT_EQUAL(
            std::string{"1"},
            world().sql("select count(*) from subscriptions where user_id = '" + account.id + "'"));
    }

    static StripeLife life_of(const Account& account) {
        auto now = unix_seconds(system_now());
        StripeLife life{"replay" + account.id.substr(24), "cus_replay" + account.id.substr(24),
                        now - 3600, now + 10 * 86'400};
        life.price = "price_premium_monthly";
        life.status = "active";
        life.create();
        return life;
    }
    static void tell(Client& sender, const std::string& event) {
        expect(200,
               sender.ask({"POST",
                           "/api/v1/webhooks/stripe",
                           event,
                           {{"Stripe-Signature", stripe::sign(event, secret, system_now())}}}));
    }
    std::string state(const StripeLife& life) {
        return world().sql("select distinct state from stripe_events where object_id = '" +
                           life.id + "'");
    }
    static std::string plan(Client& client) {
        return client.get("/api/v1/subscriptions/current").text("plan.code");
    }
    int replay(const std::string& which) {
        auto command = "DATABASE_URL=\"host='" + world().folder() +
                       "/run/postgres' user=postgres dbname=syncstream\" ops/replay-webhooks " +
                       which + " >&2";
        return std::system(command.c_str());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StoryReplay);

}  // namespace
